using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Planning;

/// <summary>Decides what to do with one linked pair. Pure and total; independent of all other pairs.</summary>
/// <remarks>The rows are those of docs/truth-table.md. A modified record beats a delete: what a person typed is never thrown away because
/// the other side forgot the record.</remarks>
public static class RecordPlanner
{
    /// <summary>The decision for this pair.</summary>
    public static RecordDecision Plan(RecordRules rules, IReadOnlyList<FieldRule> fields, RecordView view) =>
        view.State switch
        {
            PairState.Duplicate or PairState.CreatingCrm => new(RecordStep.Frozen, $"pair is {view.State}"),
            PairState.GoneFromWarehouse when view.Warehouse is Presence.Present => Returned(Side.Warehouse),
            PairState.GoneFromCrm when view.Crm is Presence.Present => Returned(Side.Crm),
            PairState.GoneFromWarehouse => Gone(view, Side.Crm, view.Crm),
            PairState.GoneFromCrm => Gone(view, Side.Warehouse, view.Warehouse),
            _ => (view.Warehouse, view.Crm) switch
            {
                (Presence.Missing, Presence.Missing) => new(RecordStep.Forget, "gone from both sides") { Closes = "gone from both sides" },
                (Presence.Missing, Presence.Unread) => new(RecordStep.Read, "missing from the warehouse") { Side = Side.Crm },
                (Presence.Unread, Presence.Missing) => new(RecordStep.Read, "missing from the CRM") { Side = Side.Warehouse },
                (Presence.Missing, _) => GoneFromWarehouse(rules, fields, view),
                (_, Presence.Missing) => GoneFromCrm(rules, fields, view),
                _ => Present(fields, view),
            },
        };

    private static RecordDecision Present(IReadOnlyList<FieldRule> rules, RecordView view)
    {
        var decisions = new FieldDecision[rules.Count];
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i] = FieldPlanner.Plan(rules[i], view.Fields[i]);
            if (decisions[i].Step is FieldStep.Read)
            {
                return new(RecordStep.Read, decisions[i].Rule) { Side = decisions[i].Side };
            }
        }

        return new(RecordStep.Fields, "in step") { Fields = decisions, Closes = view.Question is null ? null : "the record is there on both sides" };
    }

    private static RecordDecision Returned(Side side) =>
        new(RecordStep.Relink, $"back in the {Name(side)}") { Closes = $"back in the {Name(side)}" };

    // One side is known to be gone and stays gone; the pair ends when the other side goes too.
    private static RecordDecision Gone(RecordView view, Side other, Presence presence) => presence is Presence.Missing
        ? new(RecordStep.Forget, "gone from both sides") { Closes = "gone from both sides" }
        : view.Question is { Answer: not null } ? new(RecordStep.None, "detached") { Closes = "already detached" }
        : new(RecordStep.None, $"detached; only the {Name(other)} has it") { Side = other };

    private static RecordDecision GoneFromWarehouse(RecordRules rules, IReadOnlyList<FieldRule> fields, RecordView view)
    {
        if (Answer(view, Side.Warehouse) is { } answered)
        {
            return answered;
        }

        var edited = Moved(fields, view, Side.Crm);
        return (rules.GoneFromWarehouse, edited) switch
        {
            (Mappings.GoneFromWarehouse.Keep, _) => Detach(Side.Warehouse, "gone_from_warehouse: keep"),
            (Mappings.GoneFromWarehouse.Review, false) => Ask(view, ConflictKind.GoneFromWarehouse, "gone_from_warehouse: review"),
            (_, true) => Ask(view, ConflictKind.DeleteVsEdit, "left the warehouse, but was edited in the CRM"),
            _ when !view.IsAged => new(RecordStep.Age, "missing, but not long enough") { Side = Side.Warehouse },
            (Mappings.GoneFromWarehouse.Archive, _) => new(RecordStep.ArchiveCrm, "gone_from_warehouse: archive"),
            _ => new(RecordStep.DeleteCrm, "gone_from_warehouse: delete"),
        };
    }

    private static RecordDecision GoneFromCrm(RecordRules rules, IReadOnlyList<FieldRule> fields, RecordView view)
    {
        if (Answer(view, Side.Crm) is { } answered)
        {
            return answered;
        }

        var edited = Moved(fields, view, Side.Warehouse);
        return (rules.GoneFromCrm, edited) switch
        {
            (Mappings.GoneFromCrm.Keep, _) => Detach(Side.Crm, "gone_from_crm: keep"),
            (Mappings.GoneFromCrm.Review, false) => Ask(view, ConflictKind.GoneFromCrm, "gone_from_crm: review"),
            (Mappings.GoneFromCrm.Delete or Mappings.GoneFromCrm.Review, true) =>
                Ask(view, ConflictKind.DeleteVsEdit, "deleted in the CRM, but changed in the warehouse"),
            _ when !view.IsAged => new(RecordStep.Age, "deleted, but not long enough ago") { Side = Side.Crm },
            (Mappings.GoneFromCrm.Recreate, _) => new(RecordStep.Recreate, "gone_from_crm: recreate"),
            _ => new(RecordStep.DeleteWarehouse, "gone_from_crm: delete"),
        };
    }

    // "Take the side that lost the record" completes the deletion; "take the other" brings the record back or leaves it alone.
    private static RecordDecision? Answer(RecordView view, Side missing) => view.Question?.Answer is not { } answer
        ? null
        : (missing, answer.Choice) switch
        {
            (Side.Warehouse, ResolutionChoice.Warehouse) => Answered(RecordStep.ArchiveCrm, answer),
            (Side.Crm, ResolutionChoice.Crm) => Answered(RecordStep.DeleteWarehouse, answer),
            (Side.Crm, ResolutionChoice.Warehouse) => Answered(RecordStep.Recreate, answer),
            _ => Answered(RecordStep.Detach, answer) with { Side = missing },
        };

    private static RecordDecision Answered(RecordStep step, Resolution answer) =>
        new(step, $"resolved by {answer.By}") { Closes = $"resolved: {answer.Choice.ToString().ToLowerInvariant()}" };

    private static RecordDecision Detach(Side missing, string rule) => new(RecordStep.Detach, rule) { Side = missing };

    private static RecordDecision Ask(RecordView view, ConflictKind question, string rule) =>
        view.Question?.Kind == question ? new(RecordStep.Frozen, rule) : new(RecordStep.Ask, rule) { Question = question };

    private static bool Moved(IReadOnlyList<FieldRule> rules, RecordView view, Side side)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var field = view.Fields[i];
            var value = side is Side.Crm ? field.Crm : field.Warehouse;
            if (!value.IsSeen || field.Base is not { } agreed)
            {
                continue;
            }

            var stands = side is Side.Crm ? agreed.Crm.Is(rules[i].CrmType, value) : agreed.Warehouse.Is(rules[i].WarehouseType, value);
            var ours = side is Side.Crm && agreed.Origin is BaseOrigin.Sent && field.LastChangedByUs;
            if (!stands && !ours)
            {
                return true;
            }
        }

        return false;
    }

    private static string Name(Side side) => side is Side.Crm ? "CRM" : "warehouse";
}
