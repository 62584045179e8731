namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Carries out what was planned: values with their history, archive, restore, removal.</summary>
internal sealed class RecordWriter(HubSpotWorld world)
{
    public CrmRecord Apply(ObjectModel model, WritePlan plan, WriteContext context) =>
        plan.Target is null ? Create(model, plan, context) : Update(model, plan.Target, plan.Values, context);

    public void Archive(ObjectModel model, CrmRecord record, WriteContext context)
    {
        Store(model, record, record.State with { ArchivedAt = context.At, Version = record.State.Version + 1 }, context.At);
        world.Events.Deleted(model, record.Id, context);
    }

    /// <summary>Brings a record back under its old id; searches find it after the index lag.</summary>
    public void Restore(ObjectModel model, CrmRecord record, WriteContext context)
    {
        record.Indexed = null;
        record.SearchableFrom = record.State.Version + 1;
        var restored = record.State with { ArchivedAt = null, UpdatedAt = context.At, Version = record.State.Version + 1 };
        Store(model, record, restored, context.At);
        world.Events.Restored(model, record, context);
    }

    /// <summary>Takes the record out of sight at once and for good, its associations too.</summary>
    public void Remove(ObjectModel model, CrmRecord record, WriteContext context)
    {
        world.Associator.Forget(new End(model, record), context);
        model.Records.Remove(record, model.Properties.IsKeptUnique);
        if (model.Type.HasEmailIdentity)
        {
            world.Events.Forgotten(model, record.Id, context);
        }
    }

    /// <summary>Sets what HubSpot keeps itself; the last-modified time stays.</summary>
    public void Calculate(ObjectModel model, CrmRecord record, string property, string value, DateTimeOffset at)
    {
        var before = record.State.Values.GetValueOrDefault(property);
        var values = new Dictionary<string, PropertyVersion>(record.State.Values, StringComparer.Ordinal)
        {
            [property] = new PropertyVersion(value, at, new WriteSource("CALCULATED", null, null, null), before),
        };
        Store(model, record, record.State with { Values = values, Version = record.State.Version + 1 }, at);
    }

    /// <summary>Moves the last-modified time alone, as hidden system properties do in HubSpot.</summary>
    public void Touch(ObjectModel model, CrmRecord record, DateTimeOffset at) =>
        Store(model, record, record.State with { UpdatedAt = at, Version = record.State.Version + 1 }, at);

    public void Store(ObjectModel model, CrmRecord record, RecordState next, DateTimeOffset at)
    {
        model.Records.Move(record, next, model.Properties.IsKeptUnique);
        world.Index.Enqueue(record, at);
    }

    private CrmRecord Create(ObjectModel model, WritePlan plan, WriteContext context)
    {
        var values = new Dictionary<string, PropertyVersion>(StringComparer.Ordinal);
        foreach (var (name, value) in plan.Values.Where(v => v.Value.Length > 0))
        {
            values[name] = new PropertyVersion(value, context.At, context.Source, null);
        }

        var state = new RecordState(1, values, context.At, context.Source.UserId, null);
        var record = new CrmRecord(world.NextId(), context.At, context.Source, state);
        model.Records.Add(record);
        Store(model, record, state, context.At);
        world.Events.Created(model, record, context);
        foreach (var (to, types) in plan.Links)
        {
            world.Associator.Label(new End(model, record), to, types, context);
        }

        return record;
    }

    private CrmRecord Update(
        ObjectModel model, CrmRecord record, IReadOnlyDictionary<string, string> changes, WriteContext context)
    {
        var state = record.State;
        var effective = changes.Where(c => (state.Value(c.Key) ?? "") != c.Value).ToList();
        var stamped = world.Switches.IdenticalWritesAddHistory ? [.. changes] : effective;
        if (effective.Count == 0 && stamped.Count == 0 && !world.Switches.IdenticalWritesBumpModified)
        {
            return record;
        }

        var values = new Dictionary<string, PropertyVersion>(state.Values, StringComparer.Ordinal);
        foreach (var (name, value) in stamped)
        {
            values[name] = new PropertyVersion(value, context.At, context.Source, values.GetValueOrDefault(name));
        }

        if (model.Type.HasEmailIdentity && effective.Exists(c => c.Key == "email"))
        {
            MoveAddresses(state, values, context);
        }

        var bumps = effective.Count > 0 || world.Switches.IdenticalWritesBumpModified;
        Store(model, record, state with
        {
            Version = state.Version + 1,
            Values = values,
            UpdatedAt = bumps ? context.At : state.UpdatedAt,
            UpdatedBy = context.Source.UserId ?? state.UpdatedBy,
        }, context.At);
        foreach (var (name, value) in effective)
        {
            world.Events.Changed(model, record, name, value, context);
        }

        return record;
    }

    /// <summary>A new primary address leaves the list of additional ones; the old one joins it where that is switched on.</summary>
    private void MoveAddresses(RecordState before, Dictionary<string, PropertyVersion> values, WriteContext context)
    {
        var primary = values["email"].Value;
        var others = RecordStore.EmailsOf(null, values.GetValueOrDefault("hs_additional_emails")?.Value).ToList();
        if (world.Switches.EmailChangeKeepsOldAsSecondary && before.Value("email") is { Length: > 0 } old)
        {
            others.Add(old);
        }

        var list = string.Join(';', others.Where(e => e != primary).Distinct());
        if (list != (values.GetValueOrDefault("hs_additional_emails")?.Value ?? ""))
        {
            values["hs_additional_emails"] =
                new PropertyVersion(list, context.At, context.Source, values.GetValueOrDefault("hs_additional_emails"));
        }
    }
}
