using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Policies;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>Decides what to do with one field of one linked pair. Pure and total.</summary>
/// <remarks>The rows are those of docs/truth-table.md, tried safest first; the last row is the conflict.</remarks>
public static class FieldPlanner
{
    /// <summary>The decision for this field. Independent of all other fields and records.</summary>
    public static FieldDecision Plan(FieldRule rule, in FieldView view)
    {
        if (rule.IsParked)
        {
            return FieldDecision.Parked;
        }

        if (rule.IsCreateOnly)
        {
            return view.Question is null ? FieldDecision.CreateOnly : FieldDecision.CreateOnly with { Closes = "mode: create_only" };
        }

        if (view.Question is { Kind: ConflictKind.Overwritten } overwritten)
        {
            return OverwrittenEdit.Plan(rule, view, overwritten);
        }

        var decision = Decide(rule, view);
        if (view.Question is null)
        {
            return view.IsSpent && Turns.Takes(rule, view, decision)
                ? NeedsRead(view) ?? FieldDecision.Ask(ConflictKind.Unstable, "changed back again and again")
                : decision with { Closes = null };
        }

        // An answer is about the values that were shown: a question about others is another one, and an answer to the old one is void.
        if (decision.Step is FieldStep.Ask)
        {
            return decision with { Closes = "asked anew" };
        }

        // Flagged drift freezes nothing, so it ends with whatever settles the field.
        var settles = decision.Step is FieldStep.Push or FieldStep.Pull or FieldStep.Adopt || decision == FieldDecision.None;
        return view.Question.Kind is ConflictKind.Drift && settles && decision.Closes is null
            ? decision with { Closes = "no drift any more" }
            : decision;
    }

    private static FieldDecision Decide(FieldRule rule, in FieldView view)
    {
        // An unreadable side tells nothing, so neither the values nor the base may move.
        if (!IsKnown(view.Warehouse) || !IsKnown(view.Crm))
        {
            return FieldDecision.Skip;
        }

        var moved = Movement.Of(rule, view);

        // Agreement is always safe to record, whatever was open before: it heals a write whose receipt was lost whenever the CRM
        // stored the value as it was sent.
        if (Correspond(rule, view))
        {
            // Else the landing table would bring back, through the model, what was taken back in the CRM.
            if (moved.Overtaken)
            {
                return Closed(Pull(view, "changed in the CRM since it was landed", loses: false), "agreed");
            }

            return view is { Base: { Landed: null, Origin: not BaseOrigin.Sent }, Question: null } && moved is { Warehouse: false, Crm: false }
                ? FieldDecision.None
                : FieldDecision.Adopt(BaseOrigin.Equal, "both sides agree") with { Closes = "agreed" };
        }

        if (Blanks.Plan(rule, view, moved) is { } decided)
        {
            return decided;
        }

        if (view.Question is { Kind: not ConflictKind.Drift } question)
        {
            return Frozen(rule, view, question, moved);
        }

        // Flagged drift stands although the base does not name it: whether it still does, and what a write would replace, must be seen.
        if (view.Question is not null && NeedsRead(view) is { } read)
        {
            return read;
        }

        return view.Base is null ? FirstMeeting.Plan(rule, view) : Moved(rule, view, moved);
    }

    internal static FieldDecision Moved(FieldRule rule, in FieldView view, Movement moved)
    {
        // What the CRM shows is its own spelling of what we sent: that is the receipt.
        if (moved is { Spelled: true, Warehouse: false })
        {
            return FieldDecision.Adopt(BaseOrigin.Receipt, "the CRM's spelling of our value");
        }

        if (moved is { Landed: true, Warehouse: false })
        {
            return FieldDecision.AwaitEcho;
        }

        if (moved is { Warehouse: false, Crm: false })
        {
            return FieldDecision.None;
        }

        // The landed value came back in another shape: for a field that the CRM owns, the model is free to shape it.
        if (moved.Landed && rule.Owner is FieldOwner.Crm)
        {
            return NeedsRead(view) ?? FieldDecision.Adopt(BaseOrigin.Adopted, "the model's shape of the landed value");
        }

        return rule.Owner switch
        {
            FieldOwner.Warehouse => moved.Warehouse
                ? Push(view, "owner: warehouse", loses: moved.Crm)
                : Drift(rule, view, Side.Crm),
            FieldOwner.Crm => moved.Crm
                ? Pull(view, "owner: crm", loses: moved.Warehouse)
                : Drift(rule, view, Side.Warehouse),
            _ => Shared(rule, view, moved),
        };
    }

    internal static FieldDecision Push(in FieldView view, string why, bool loses)
    {
        if (view.Warehouse.State is ValueState.Unmoved)
        {
            return FieldDecision.Read(Side.Warehouse);
        }

        return view.WarehouseAsCrm.IsSeen
            ? new FieldDecision(FieldStep.Push, why) { Value = view.WarehouseAsCrm, Loses = loses && view.Crm.State is ValueState.Value }
            : FieldDecision.Wait;
    }

    internal static FieldDecision Pull(in FieldView view, string why, bool loses)
    {
        if (view.Crm.State is ValueState.Unmoved)
        {
            return FieldDecision.Read(Side.Crm);
        }

        // The write is conditional on the value that is replaced, so that value must have been seen.
        if (view.Warehouse.State is ValueState.Unmoved)
        {
            return FieldDecision.Read(Side.Warehouse);
        }

        return view.CrmAsWarehouse.IsSeen
            ? new FieldDecision(FieldStep.Pull, why) { Value = view.CrmAsWarehouse, Loses = loses && view.Warehouse.State is ValueState.Value }
            : FieldDecision.Wait;
    }

    private static FieldDecision Drift(FieldRule rule, in FieldView view, Side drifted) => rule.Mapping.OnDrift switch
    {
        // A landing table cannot undo what the model says; its value stands until the CRM's moves.
        DriftRule.Revert when drifted is Side.Warehouse && rule.Lands => AdoptDrift(view, "the model's value stands beside the landing table"),
        DriftRule.Revert when drifted is Side.Crm => Push(view, "on_drift: revert", loses: true),
        DriftRule.Revert => Pull(view, "on_drift: revert", loses: true),
        DriftRule.Adopt => AdoptDrift(view, "on_drift: adopt"),
        _ => Flag(rule, view),
    };

    private static FieldDecision AdoptDrift(in FieldView view, string rule) =>
        NeedsRead(view) ?? FieldDecision.Adopt(BaseOrigin.Adopted, rule) with { Closes = "adopted" };

    private static FieldDecision Flag(FieldRule rule, in FieldView view)
    {
        if (NeedsRead(view) is { } read)
        {
            return read;
        }

        return view.Question switch
        {
            null => FieldDecision.Ask(ConflictKind.Drift, "on_drift: flag"),
            { Answer: null } question when SameAsAsked(rule, view, question) => new FieldDecision(FieldStep.None, "on_drift: flag"),
            { Answer: not null } question when SameAsAsked(rule, view, question) => Answered(rule, view, question),
            _ => FieldDecision.Ask(ConflictKind.Drift, "on_drift: flag"),
        };
    }

    private static FieldDecision Shared(FieldRule rule, in FieldView view, Movement moved)
    {
        // A shared field is written only with both sides in sight: what is replaced may be an edit that no poll has shown yet.
        if (NeedsRead(view) is { } read)
        {
            return read;
        }

        return (moved.Warehouse, moved.Crm) switch
        {
            (true, false) => Push(view, "shared: changed in the warehouse", loses: false),
            (false, true) => Pull(view, "shared: changed in the CRM", loses: false),
            _ => Verdict(rule, view, ConflictPolicies.Resolve(rule, view), ConflictKind.Field),
        };
    }

    internal static FieldDecision Verdict(FieldRule rule, in FieldView view, PolicyVerdict verdict, ConflictKind question) => verdict.Take switch
    {
        Take.Warehouse => Push(view, verdict.Rule, loses: true),
        Take.Crm => Pull(view, verdict.Rule, loses: true),
        // A side that holds the value already, as after a write that only the other side refused, is not written again.
        Take.Value when rule.CrmType.Same(verdict.Value, view.Crm) => Pull(view, verdict.Rule, loses: false),
        Take.Value when rule.CrmType.Same(verdict.Value, view.WarehouseAsCrm) => Push(view, verdict.Rule, loses: false),
        Take.Value => new FieldDecision(FieldStep.WriteBoth, verdict.Rule) { Value = verdict.Value },
        _ => FieldDecision.Ask(question, verdict.Rule),
    };

    // A field in conflict is frozen, and only this field. It thaws when a person decided about exactly these values, or when one
    // side went back to what was agreed, because then it is an ordinary change of the other.
    private static FieldDecision Frozen(FieldRule rule, in FieldView view, OpenQuestion question, Movement moved)
    {
        if (view.Base is not null && question.Kind is ConflictKind.Field && !(moved.Warehouse && moved.Crm) && NeedsRead(view) is null)
        {
            return Moved(rule, view, moved) with { Closes = "one side returned to the base" };
        }

        if (SameAsAsked(rule, view, question))
        {
            return question.Answer is null ? FieldDecision.Frozen : NeedsRead(view) ?? Answered(rule, view, question);
        }

        return NeedsRead(view) ?? FieldDecision.Ask(question.Kind, "values moved since the question was asked");
    }

    private static FieldDecision Answered(FieldRule rule, in FieldView view, OpenQuestion question)
    {
        var answer = question.Answer!;
        var why = $"resolved by {answer.By}";
        return answer.Choice switch
        {
            ResolutionChoice.Warehouse when rule.MayPush => Closed(Push(view, why, loses: false), "resolved: warehouse"),
            ResolutionChoice.Crm when rule.MayPull => Closed(Pull(view, why, loses: false), "resolved: crm"),
            // A reference has no spelling of its own that could be written on both sides.
            ResolutionChoice.Value when rule is { Owner: FieldOwner.Shared, Mapping.References: null } =>
                new FieldDecision(FieldStep.WriteBoth, why) { Value = FieldValue.Of(answer.Value), Closes = "resolved: value" },
            _ => FieldDecision.Adopt(BaseOrigin.Resolved, why) with { Closes = "resolved: left as they are" },
        };
    }

    // An answer that cannot be carried out yet is kept until it can.
    internal static FieldDecision Closed(FieldDecision decision, string outcome) =>
        decision.Step is FieldStep.Wait ? decision : decision with { Closes = outcome };

    internal static FieldDecision? NeedsRead(in FieldView view) =>
        view.Crm.State is ValueState.Unmoved ? FieldDecision.Read(Side.Crm)
        : view.Warehouse.State is ValueState.Unmoved ? FieldDecision.Read(Side.Warehouse)
        : null;

    private static bool SameAsAsked(FieldRule rule, in FieldView view, OpenQuestion question) =>
        (view.Warehouse.State is ValueState.Unmoved || rule.WarehouseType.Same(view.Warehouse, question.Warehouse))
        && (view.Crm.State is ValueState.Unmoved || rule.CrmType.Same(view.Crm, question.Crm));

    private static bool IsKnown(FieldValue value) => value.IsSeen || value.State is ValueState.Unmoved;

    private static bool Correspond(FieldRule rule, in FieldView view) =>
        view.Warehouse.IsSeen && view.Crm.IsSeen
        && ((view.WarehouseAsCrm.IsSeen && rule.CrmType.Same(view.WarehouseAsCrm, view.Crm))
            || (view.CrmAsWarehouse.IsSeen && rule.WarehouseType.Same(view.CrmAsWarehouse, view.Warehouse)));
}
