namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One end of an association.</summary>
internal readonly record struct End(ObjectModel Model, CrmRecord Record)
{
    public string Type => Model.Type.Id;
}

/// <summary>Links records and keeps what follows from it: one primary company a record, counts, webhooks.</summary>
internal sealed class Associator(HubSpotWorld world)
{
    private AssociationTypes Types => world.AssociationTypes;

    private AssociationStore Store => world.Associations;

    /// <summary>
    /// Links two records. The labels of the link become the given ones; the plain type is always among them. A new primary company
    /// takes the place of the one before.
    /// </summary>
    public void Label(End from, End to, IReadOnlyCollection<AssociationType> types, WriteContext context)
    {
        var before = TypesOf(from, to);
        var after = new SortedSet<int>(types.Select(t => t.Id)) { Types.Plain(from.Type, to.Type)!.Id };
        if (Types.Primary(from.Type, to.Type) is { } primary && BecomesPrimary(primary, from, to, before))
        {
            after.Add(primary.Id);
        }

        Change(from, to, before, after, context);
    }

    /// <summary>Links two records plainly; what the link is besides stays.</summary>
    public void Link(End from, End to, WriteContext context) =>
        Label(from, to, [.. TypesOf(from, to).Select(Types.Get)], context);

    /// <summary>Takes types from a link. Without the plain one there is no link.</summary>
    public void Unlabel(End from, End to, IReadOnlyCollection<AssociationType> types, WriteContext context)
    {
        var before = TypesOf(from, to);
        var endsAll = types.Any(t => t.Role == AssociationRole.Plain);
        Change(from, to, before, endsAll ? [] : [.. before.Except(types.Select(t => t.Id))], context);
    }

    /// <summary>Ends a link.</summary>
    public void Unlink(End from, End to, WriteContext context) => Change(from, to, TypesOf(from, to), [], context);

    /// <summary>Ends all links of a record that is no more.</summary>
    public void Forget(End record, WriteContext context)
    {
        foreach (var other in EndsOf(record))
        {
            Unlink(record, other, context);
        }
    }

    /// <summary>Gives a survivor the links of the records that went into it; a primary company of the first one stays the primary.</summary>
    public void Inherit(End survivor, End primary, End other, WriteContext context)
    {
        foreach (var source in new[] { primary, other })
        {
            foreach (var end in EndsOf(source))
            {
                var types = TypesOf(source, end).Select(Types.Get).ToList();
                var isTaken = source != primary && HasPrimary(survivor, end.Type);
                Unlink(source, end, context);
                Label(survivor, end, [.. types.Where(t => t.Role != AssociationRole.Primary || !isTaken)], context);
            }
        }
    }

    private IReadOnlyCollection<int> TypesOf(End from, End to) => [.. Store.Between(from.Type, from.Record.Id, to.Type, to.Record.Id)];

    private IEnumerable<End> EndsOf(End record)
    {
        foreach (var (type, id) in Store.Ends(record.Type, record.Record.Id))
        {
            var model = world.Model(type)!;
            if (model.Records.Exact(id.ToString()) is { } found)
            {
                yield return new End(model, found);
            }
        }
    }

    // The first company of a record is its primary one, until somebody says otherwise.
    private bool BecomesPrimary(AssociationType primary, End from, End to, IReadOnlyCollection<int> before)
    {
        var (holder, company) = primary.LeadsToTheOne ? (from, to) : (to, from);
        return world.Switches.FirstCompanyBecomesPrimary && before.Count == 0 && !HasPrimary(holder, company.Type);
    }

    private bool HasPrimary(End holder, string company) =>
        Types.Primary(holder.Type, company) is { LeadsToTheOne: true } primary
        && Store.Of(holder.Type, holder.Record.Id, company).Any(e => e.Types.Contains(primary.Id));

    private void Change(End from, End to, IReadOnlyCollection<int> before, IReadOnlyCollection<int> after, WriteContext context)
    {
        if (before.SequenceEqual(after))
        {
            return;
        }

        DropOtherPrimary(from, to, after, context);
        Store.Set(from.Type, from.Record.Id, to.Type, to.Record.Id, after);
        Recalculate(from, context);
        Recalculate(to, context);
        Tell(from, to, before, after, context);
        Tell(to, from, [.. before.Select(t => Types.Get(t).Inverse)], [.. after.Select(t => Types.Get(t).Inverse)], context);
    }

    private void DropOtherPrimary(End from, End to, IReadOnlyCollection<int> after, WriteContext context)
    {
        if (after.Select(Types.Get).FirstOrDefault(t => t.Role == AssociationRole.Primary) is not { } type)
        {
            return;
        }

        var (holder, company, primary) = type.LeadsToTheOne ? (from, to, type) : (to, from, Types.Get(type.Inverse));
        var others = Store.Of(holder.Type, holder.Record.Id, company.Type)
            .Where(e => e.Id != company.Record.Id && e.Types.Contains(primary.Id)).ToList();
        foreach (var (id, types) in others)
        {
            if (company.Model.Records.Exact(id.ToString()) is { } other)
            {
                Change(holder, new End(company.Model, other), [.. types], [.. types.Where(t => t != primary.Id)], context);
            }
        }
    }

    private void Recalculate(End end, WriteContext context)
    {
        var (type, id) = (end.Type, end.Record.Id);
        if (type == "0-1")
        {
            var primary = Types.Primary(type, "0-2")!.Id;
            var company = Store.Of(type, id, "0-2").FirstOrDefault(e => e.Types.Contains(primary)).Id;
            Calculate(end, "associatedcompanyid", company == 0 ? "" : company.ToString(), context);
        }
        else if (type is "0-2" or "0-3")
        {
            Calculate(end, "num_associated_contacts", Store.Of(type, id, "0-1").Count().ToString(), context);
        }

        if (world.Switches.AssociationsBumpModified && end.Record.IsLive)
        {
            world.Writer.Touch(end.Model, end.Record, context.At);
        }
    }

    private void Calculate(End end, string property, string value, WriteContext context)
    {
        if ((end.Record.State.Value(property) ?? "") != value)
        {
            world.Writer.Calculate(end.Model, end.Record, property, value, context.At);
        }
    }

    /// <summary>One event for the link, and a second one when the primary company changed.</summary>
    private void Tell(End from, End to, IReadOnlyCollection<int> before, IReadOnlyCollection<int> after, WriteContext context)
    {
        foreach (var typeId in before.Except(after).Concat(after.Except(before)))
        {
            var type = Types.Get(typeId);
            world.Events.Associated(from, to, type.Role is AssociationRole.Primary, removed: before.Contains(typeId), context);
        }
    }
}
