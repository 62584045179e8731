namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Merges two records the way HubSpot does since 2025: a third record with a new id takes the place of both.</summary>
internal sealed class RecordMerger(HubSpotWorld world)
{
    /// <summary>The most identities (ids and addresses) that one record can gather.</summary>
    public const int MaxIdentities = 250;

    private const string MergedIds = "hs_merged_object_ids";
    private const string OtherEmails = "hs_additional_emails";

    /// <summary>The survivor. Throws <see cref="RefusalException"/> with 414 when it would have too many identities.</summary>
    public CrmRecord Merge(ObjectModel model, CrmRecord primary, CrmRecord other, WriteContext context)
    {
        if (primary == other)
        {
            throw Refuse.Because("Cannot merge a record with itself");
        }

        if (Identities(primary) + Identities(other) > MaxIdentities)
        {
            throw new RefusalException(
                new Failure(414, "VALIDATION_ERROR", $"Cannot have more than {MaxIdentities} identities on a profile"));
        }

        var source = context.Source with { Type = model.Type.MergeSource };
        var values = Values(model, primary.State, other.State, context.At, source);
        var ids = new[] { primary, other }.SelectMany(r => Split(r.State.Value(MergedIds)).Append(r.IdText));
        values[MergedIds] = new PropertyVersion(string.Join(';', ids), context.At, source, null);

        var state = new RecordState(1, values, context.At, context.Source.UserId, null);
        var survivor = new CrmRecord(world.NextId(), primary.CreatedAt, primary.Origin, state);
        Retire(model, primary, survivor, context.At);
        Retire(model, other, survivor, context.At);
        model.Records.Add(survivor);
        world.Writer.Store(model, survivor, state, context.At);
        if (world.Switches.MergedKeysResolve)
        {
            KeepKeys(model, other.State, survivor);
        }

        world.Associator.Inherit(new End(model, survivor), new End(model, primary), new End(model, other), context);
        JoinLists(model, primary, survivor);
        JoinLists(model, other, survivor);
        world.Events.Merged(model, survivor, primary, other, context);
        return survivor;
    }

    private Dictionary<string, PropertyVersion> Values(
        ObjectModel model, RecordState primary, RecordState other, DateTimeOffset at, WriteSource source)
    {
        var values = new Dictionary<string, PropertyVersion>(StringComparer.Ordinal);
        foreach (var name in primary.Values.Keys.Union(other.Values.Keys))
        {
            var winner = primary.IsEmpty(name) && world.Switches.MergeFillsEmptyValues ? other : primary;
            if (winner.Values.TryGetValue(name, out var head))
            {
                values[name] = new PropertyVersion(head.Value, at, source, head);
            }
        }

        if (model.Type.HasEmailIdentity)
        {
            var email = values.TryGetValue("email", out var version) ? version.Value : "";
            var others = RecordStore.EmailsOf(primary).Concat(RecordStore.EmailsOf(other)).Where(e => e != email).Distinct().ToList();
            if (others.Count > 0)
            {
                var before = primary.Values.GetValueOrDefault(OtherEmails);
                values[OtherEmails] = new PropertyVersion(string.Join(';', others), at, source, before);
            }
        }

        return values;
    }

    private static void Retire(ObjectModel model, CrmRecord record, CrmRecord survivor, DateTimeOffset at)
    {
        record.MergedInto = survivor.Id;
        var ended = record.State with { ArchivedAt = at, Version = record.State.Version + 1 };
        model.Records.Move(record, ended, model.Properties.IsKeptUnique);
    }

    /// <summary>The survivor is where those that went into it were.</summary>
    private void JoinLists(ObjectModel model, CrmRecord merged, CrmRecord survivor)
    {
        foreach (var list in world.Lists.Values.Where(l => l.ObjectTypeId == model.Type.Id))
        {
            if (list.Members.Remove(merged.Id, out var since))
            {
                list.Members.TryAdd(survivor.Id, since);
            }
        }
    }

    private static void KeepKeys(ObjectModel model, RecordState lost, CrmRecord survivor)
    {
        foreach (var (name, version) in lost.Values.Where(v => v.Value.Value.Length > 0 && model.Properties.IsUnique(v.Key)))
        {
            model.Records.Claim(name, version.Value, survivor);
        }
    }

    private static int Identities(CrmRecord record) =>
        1 + Split(record.State.Value(MergedIds)).Length + RecordStore.EmailsOf(record.State).Count();

    private static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
}
