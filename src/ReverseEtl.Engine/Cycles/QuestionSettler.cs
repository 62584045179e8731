using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Opens the conflicts of a record that people must decide, and closes those that are over.</summary>
internal sealed class QuestionSettler(CycleContext context, SettlementBuilder builder)
{
    /// <summary>What the decisions on a record's fields ask and close.</summary>
    public void Settle(Draft draft, WriteOutcome? crm, WriteOutcome? row)
    {
        var work = draft.Work;
        for (var i = 0; i < work.Decision.Fields.Count; i++)
        {
            var (decision, view) = (work.Decision.Fields[i], work.Views[i]);
            var field = context.Runtime.Rules[i].Mapping.Crm;
            if (decision.Step is FieldStep.Ask)
            {
                if (decision.Closes is { } voided && work.Question(field) is { } asked)
                {
                    builder.ClosedConflicts.Add(new ConflictClosing(asked.Id, voided));
                }

                builder.Conflicts.Add(new Conflict(
                    decision.Question, work.Key, work.Pair.CrmId, field,
                    view.Base?.Warehouse.Value ?? default, view.Base?.Crm.Value ?? default, view.Warehouse, view.Crm));
                context.Books.Hold(RecordKey.Display(work.Key), $"conflict: {field}");
            }
            else if (decision.Closes is { } how && work.Question(field) is { } open && IsDone(decision, crm, row))
            {
                builder.ClosedConflicts.Add(new ConflictClosing(open.Id, how));
            }
        }

        CloseUnmapped(work);
        Close(work);
    }

    /// <summary>Closes the question about the record as a whole where the decision ends it.</summary>
    public void Close(Work work)
    {
        if (work.Question(field: null) is { } open && work.Decision.Closes is { } how)
        {
            builder.ClosedConflicts.Add(new ConflictClosing(open.Id, how));
        }
    }

    /// <summary>Asks about the record as a whole, with both sides as they are.</summary>
    public void Ask(Work work)
    {
        var decision = work.Decision;
        Close(work);
        builder.Conflicts.Add(new Conflict(
            decision.Question, work.Key, work.Pair.CrmId, null, FieldValue.NotObserved, FieldValue.NotObserved,
            RecordSight.Of(context.Runtime, work, Side.Warehouse), RecordSight.Of(context.Runtime, work, Side.Crm)));
        context.Books.Hold(RecordKey.Display(work.Key), decision.Rule);
    }

    private static bool IsDone(FieldDecision decision, WriteOutcome? crm, WriteOutcome? row) => decision.Step switch
    {
        FieldStep.Push => crm is WriteOutcome.Confirmed,
        FieldStep.Pull => row is WriteOutcome.Confirmed,
        FieldStep.WriteBoth => crm is WriteOutcome.Confirmed && row is WriteOutcome.Confirmed,
        _ => true,
    };

    // A question outlives its field only until the record is looked at under the new mapping.
    private void CloseUnmapped(Work work) => builder.ClosedConflicts.AddRange(work.Conflicts
        .Where(c => c.Field is { } field && !context.Runtime.Rules.Any(r => r.Mapping.Crm == field))
        .Select(c => new ConflictClosing(c.Id, "the field is not mapped any more")));
}
