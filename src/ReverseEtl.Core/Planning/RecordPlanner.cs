using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>Decides what to do with one linked pair. Pure and total; independent of all other pairs.</summary>
/// <remarks>The rows are those of docs/truth-table.md. A modified record beats a delete: what a person typed is never thrown away because
/// the other side forgot the record.</remarks>
public static class RecordPlanner
{
    /// <summary>The decision for this pair.</summary>
    public static RecordDecision Plan(RecordRules rules, IReadOnlyList<FieldRule> fields, RecordView view)
    {
        var decision = Decide(rules, fields, view);
        if (view.IsDoubted && decision.Destroys)
        {
            return new(RecordStep.Age, "not before everything was compared") { Side = view.Warehouse is Presence.Missing ? Side.Warehouse : Side.Crm };
        }

        if (decision.Destroys && fields.Any(f => f.IsParked))
        {
            return new(RecordStep.Age, "not while a field cannot be seen") { Side = view.Warehouse is Presence.Missing ? Side.Warehouse : Side.Crm };
        }

        return view.Question is null ? decision with { Closes = null }
            : decision.Closes is null && Settles(decision.Step) ? decision with { Closes = decision.Rule }
            : decision;
    }

    // Whatever ends the pair or begins it anew leaves nothing to ask about, also when it was a changed rule that decided.
    private static bool Settles(RecordStep step) => step is RecordStep.Relink or RecordStep.Detach or RecordStep.ArchiveCrm
        or RecordStep.DeleteCrm or RecordStep.PurgeCrm or RecordStep.DeleteWarehouse or RecordStep.Recreate or RecordStep.Forget;

    private static RecordDecision Decide(RecordRules rules, IReadOnlyList<FieldRule> fields, RecordView view) =>
        view.State switch
        {
            PairState.Duplicate or PairState.CreatingCrm => new(RecordStep.Frozen, $"pair is {view.State}"),
            PairState.GoneFromWarehouse when view.Warehouse is Presence.Present => Returned(Side.Warehouse),
            PairState.GoneFromCrm when view.Crm is Presence.Present => Returned(Side.Crm),
            PairState.GoneFromWarehouse => Gone(view, Side.Crm, view.Crm is Presence.Converted ? Presence.Missing : view.Crm),
            PairState.GoneFromCrm => Gone(view, Side.Warehouse, view.Warehouse),
            _ => (view.Warehouse, view.Crm) switch
            {
                (Presence.Missing, Presence.Missing or Presence.Converted) => new(RecordStep.Forget, "gone from both sides") { Closes = "gone from both sides" },
                (_, Presence.Converted) => Detach(Side.Crm, "converted in the CRM"),
                (Presence.Missing, Presence.Unread) => new(RecordStep.Read, "missing from the warehouse") { Side = Side.Crm },
                (Presence.Unread, Presence.Missing) => new(RecordStep.Read, "missing from the CRM") { Side = Side.Warehouse },
                (Presence.Missing, _) => GoneFromWarehouse(rules, fields, view),
                (_, Presence.Missing) => GoneFromCrm(rules, fields, view),
                _ => Present(fields, view),
            },
        };

    private static RecordDecision Present(IReadOnlyList<FieldRule> rules, RecordView view)
    {
        // A side that was not looked at may still lack the record, so the question can neither be closed nor its answer carried out. Nor does
        // it tell whether a base that is in doubt still stands.
        if ((view.Question is not null || view.IsDoubted) && (view.Crm is Presence.Unread || view.Warehouse is Presence.Unread))
        {
            var why = view.Question is null ? "everything is compared" : "a question about the record is open";
            return new(RecordStep.Read, why) { Side = view.Crm is Presence.Unread ? Side.Crm : Side.Warehouse };
        }

        var decisions = new FieldDecision[rules.Count];
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i] = FieldPlanner.Plan(rules[i], view.Fields[i]);
            if (decisions[i].Step is FieldStep.Read)
            {
                return new(RecordStep.Read, decisions[i].Rule) { Side = decisions[i].Side };
            }
        }

        return decisions.Any(d => d.Step is FieldStep.Push or FieldStep.WriteBoth) && view.Fields.Any(IsSentUnseen)
            ? new(RecordStep.Read, "what was sent before must be seen first") { Side = Side.Crm }
            : new(RecordStep.Fields, "in step") { Fields = decisions, Closes = "the record is there on both sides" };
    }

    // After another write of ours the last author proves nothing any more about a value that nobody looked at since it was sent.
    private static bool IsSentUnseen(FieldView field) => field is { Base.Origin: BaseOrigin.Sent, Crm.State: ValueState.Unmoved };

    private static RecordDecision Returned(Side side) =>
        new(RecordStep.Relink, $"back in the {Name(side)}") { Closes = $"back in the {Name(side)}" };

    // One side is known to be gone and stays gone; the pair ends when the other side goes too.
    private static RecordDecision Gone(RecordView view, Side other, Presence presence) => presence is Presence.Missing
        ? new(RecordStep.Forget, "gone from both sides") { Closes = "gone from both sides" }
        : view.Question is { Answer: not null } ? new(RecordStep.None, "detached") { Closes = "already detached" }
        : new(RecordStep.None, $"detached; only the {Name(other)} has it") { Side = other };

    private static RecordDecision GoneFromWarehouse(RecordRules rules, IReadOnlyList<FieldRule> fields, RecordView view)
    {
        var edited = Moved(fields, view, Side.Crm);
        if (Answer(view, Side.Warehouse, edited) is { } answered)
        {
            return answered;
        }

        return (rules.GoneFromWarehouse, edited) switch
        {
            (Mappings.GoneFromWarehouse.Keep, _) => Detach(Side.Warehouse, "gone_from_warehouse: keep"),
            _ when rules.Mode is WriteMode.Mirror && !view.IsOurs && rules.Destroys => Detach(Side.Warehouse, "mode: mirror (not a record of ours)"),
            (Mappings.GoneFromWarehouse.Review, false) => Ask(view, ConflictKind.GoneFromWarehouse, "gone_from_warehouse: review"),
            (_, true) => Ask(view, ConflictKind.DeleteVsEdit, "left the warehouse, but was edited in the CRM"),
            _ when !view.IsAged => new(RecordStep.Age, "missing, but not long enough") { Side = Side.Warehouse },
            (Mappings.GoneFromWarehouse.Archive, _) => new(RecordStep.ArchiveCrm, "gone_from_warehouse: archive"),
            (Mappings.GoneFromWarehouse.PurgeIrrecoverably, _) => new(RecordStep.PurgeCrm, "gone_from_warehouse: purge_irrecoverably"),
            _ => new(RecordStep.DeleteCrm, "gone_from_warehouse: delete"),
        };
    }

    private static RecordDecision GoneFromCrm(RecordRules rules, IReadOnlyList<FieldRule> fields, RecordView view)
    {
        var edited = Moved(fields, view, Side.Warehouse);
        if (Answer(view, Side.Crm, edited) is { } answered)
        {
            return answered.Step is RecordStep.Recreate && !rules.Creates ? Answered(RecordStep.Detach, view.Question!.Answer!) with { Side = Side.Crm } : answered;
        }

        return (rules.GoneFromCrm, edited) switch
        {
            (Mappings.GoneFromCrm.Keep, _) => Detach(Side.Crm, "gone_from_crm: keep"),
            (Mappings.GoneFromCrm.Recreate, _) when !rules.Creates => Detach(Side.Crm, "mode: update_only"),
            (Mappings.GoneFromCrm.Review, false) => Ask(view, ConflictKind.GoneFromCrm, "gone_from_crm: review"),
            (Mappings.GoneFromCrm.Delete or Mappings.GoneFromCrm.Review, true) =>
                Ask(view, ConflictKind.DeleteVsEdit, "deleted in the CRM, but changed in the warehouse"),
            _ when !view.IsAged => new(RecordStep.Age, "deleted, but not long enough ago") { Side = Side.Crm },
            (Mappings.GoneFromCrm.Recreate, _) => new(RecordStep.Recreate, "gone_from_crm: recreate"),
            _ => new(RecordStep.DeleteWarehouse, "gone_from_crm: delete"),
        };
    }

    // "Take the side that lost the record" completes the deletion; "take the other" brings the record back or leaves it alone. An answer
    // counts only for the question that was asked: about this side, about what was to be seen then, and no deletion of what was edited since.
    private static RecordDecision? Answer(RecordView view, Side missing, bool edited)
    {
        if (view.Question is not { Answer: { } answer, HasMoved: false } question)
        {
            return null;
        }

        var asked = missing is Side.Warehouse ? ConflictKind.GoneFromWarehouse : ConflictKind.GoneFromCrm;
        if (question.Kind != ConflictKind.DeleteVsEdit && question.Kind != asked)
        {
            return null;
        }

        return (missing, answer.Choice) switch
        {
            (Side.Warehouse, ResolutionChoice.Warehouse) or (Side.Crm, ResolutionChoice.Crm) when edited && question.Kind == asked =>
                Ask(view, ConflictKind.DeleteVsEdit, "edited since the question was asked"),
            (Side.Warehouse, ResolutionChoice.Warehouse) => Answered(RecordStep.ArchiveCrm, answer),
            (Side.Crm, ResolutionChoice.Crm) => Answered(RecordStep.DeleteWarehouse, answer),
            (Side.Crm, ResolutionChoice.Warehouse) => Answered(RecordStep.Recreate, answer),
            _ => Answered(RecordStep.Detach, answer) with { Side = missing },
        };
    }

    private static RecordDecision Answered(RecordStep step, Resolution answer) =>
        new(step, $"resolved by {answer.By}") { Closes = $"resolved: {answer.Choice.ToString().ToLowerInvariant()}" };

    private static RecordDecision Detach(Side missing, string rule) => new(RecordStep.Detach, rule) { Side = missing };

    private static RecordDecision Ask(RecordView view, ConflictKind question, string rule) =>
        view.Question is { HasMoved: false } open && open.Kind == question
            ? new(RecordStep.Frozen, rule)
            : new(RecordStep.Ask, rule) { Question = question, Closes = "asked anew" };

    private static bool Moved(IReadOnlyList<FieldRule> rules, RecordView view, Side side)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (Moved(rules[i], view.Fields[i], side))
            {
                return true;
            }
        }

        return false;
    }

    // A value that was never agreed counts as an edit: the other side may never have had it.
    private static bool Moved(FieldRule rule, in FieldView field, Side side)
    {
        var value = side is Side.Crm ? field.Crm : field.Warehouse;
        if (!value.IsSeen || field.Base is not { } agreed)
        {
            return value.State is ValueState.Value;
        }

        var stands = side is Side.Crm ? agreed.Crm.Is(rule.CrmType, value) : agreed.Warehouse.Is(rule.WarehouseType, value);
        var ours = side is Side.Crm && agreed.Origin is BaseOrigin.Sent && field.LastChangedByUs;
        return !stands && !ours;
    }

    private static string Name(Side side) => side is Side.Crm ? "CRM" : "warehouse";
}
