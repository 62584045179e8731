using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Records what became of one side's write: changes, rejects, losses, and marks for what must be looked at again.</summary>
internal sealed class WriteSettler(CycleContext context, SettlementBuilder builder)
{
    /// <summary>What is recorded of one side's write. One that nobody answered stays in the journal;
    /// its record is closed to new writes on that side until recovery.</summary>
    /// <returns>Null where the side was not written.</returns>
    public WriteOutcome? Outcome(Draft draft, SideWrite? write, Side side, WriteOutcome? outcome, CrmError? error)
    {
        if (write is null)
        {
            if (!draft.Refused.Exists(r => r.Side == side) && draft.Work.StandingReject(side) is { } standing && IsOver(draft.Work, standing))
            {
                builder.ClearedRejects.Add((draft.Work.Key, side));
            }

            return null;
        }

        var work = draft.Work;
        if (!write.MaySend)
        {
            if (draft.DependsOnOpenVersion && side is Side.Crm)
            {
                MovedInCrm(draft);
            }
            else
            {
                builder.Dirty.Add(MarkOf(draft, "moved before it could be sent"));
            }

            return WriteOutcome.Moved;
        }

        if (outcome is null or WriteOutcome.Unknown)
        {
            context.Books.Hold(RecordKey.Display(work.Key), "outcome_unknown");
            if (side is Side.Crm)
            {
                context.InDoubt.Add(work.Key);
            }

            return WriteOutcome.Unknown;
        }

        builder.ClosedIntents.Add(write.Id);
        switch (outcome)
        {
            case WriteOutcome.Confirmed:
                if (work.StandingReject(side) is not null)
                {
                    builder.ClearedRejects.Add((work.Key, side));
                }

                Losses(work, write, side);
                Unseen(draft, write, side);
                builder.Changes.Add(new Change(
                    work.Key, draft.CrmResult?.Id ?? work.Pair.CrmId, side, write.Intent.Action.ToString().ToLowerInvariant(),
                    [.. write.Intent.Fields.Select(f => f.Field)], [.. write.Intent.Fields.Select(f => f.Rule)]));
                break;
            case WriteOutcome.Rejected:
                builder.Rejects.Add(Rejects.Of(context, draft, side, error!));
                break;
            case WriteOutcome.Moved when side is Side.Crm:
                MovedInCrm(draft);
                break;
            case WriteOutcome.Moved or WriteOutcome.Missing:
                builder.Dirty.Add(new DirtyMark(work.Key, work.Pair.CrmId, outcome is WriteOutcome.Moved ? "moved while it was written" : "gone while it was written"));
                break;
        }

        return outcome;
    }

    // A record that moved is looked at again in the same cycle. One that moves again at that look, or after it had to wait, is being worked
    // on, by people or by a process: it has to wait, longer each time, and is never written blind.
    private void MovedInCrm(Draft draft)
    {
        var work = draft.Work;
        if (context.Moved.Add(work.Key) && !work.IsRevisited && work.StandingReject(Side.Crm)?.Class is not Rejects.MovedClass)
        {
            builder.Dirty.Add(MarkOf(draft, "moved while it was written"));
            return;
        }

        builder.Rejects.Add(Rejects.Of(context, draft, Side.Crm, new CrmError(
            Rejects.MovedClass, RetryRule.Later, "", "the record keeps changing in the CRM while it is to be written")));
    }

    // A link that did not come about is a row without a partner still. When it does, the look at the pair is another one than that at the
    // row, and not put off to the next cycle.
    private static DirtyMark MarkOf(Draft draft, string reason)
    {
        var isLinked = !draft.Work.IsNewLink || draft.Crm is null || draft.CrmResult is { Outcome: WriteOutcome.Confirmed };
        return new DirtyMark(draft.Work.Key, isLinked ? draft.Work.Pair.CrmId : null, reason);
    }

    // Fields of one owner are written without a look at the record, and a record that was met unawares was not seen at all. Where the CRM
    // keeps no history nobody can tell what they replaced.
    private void Unseen(Draft draft, SideWrite write, Side side)
    {
        var isBlind = side is Side.Crm && (write.Intent.Action is RecordAction.Create ? !draft.CrmResult!.Created : draft.Work.Record is null);
        if (isBlind && context.Crm.Traits.Guard is not EditGuard.History)
        {
            context.Books.Unverified += write.Intent.Fields.Count;
        }
    }

    // Whether there was anything to write can only be told with the side in sight that the values come from.
    private bool IsOver(Work work, Reject standing) => standing.Side is Side.Crm
        ? work.Row is { } row ? work.RecordPresence is not Presence.Unread || standing.Print != context.Runtime.Print(row) : work.RowPresence is Presence.Missing
        : work.Record is { } record
            ? work.RowPresence is not Presence.Unread || standing.Print != context.Runtime.Print(record, RecordKey.Display(work.Key))
            : work.RecordPresence is Presence.Missing;

    private void Losses(Work work, SideWrite write, Side side)
    {
        foreach (var field in write.Intent.Fields.Where(f => f.Loses.State is ValueState.Value))
        {
            context.Books.Losses++;
            builder.Losses.Add(new Loss(
                work.Key, work.Pair.CrmId, side, field.Field, field.Loses,
                side is Side.Crm ? work.Record?.LastChangedBy : null, side is Side.Crm ? work.Record?.Version : work.Row?.ChangedAt, field.Rule));
        }
    }
}
