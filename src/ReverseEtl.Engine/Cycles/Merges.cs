using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Follows merges made in the CRM. The pair moves to the record that is left and keeps its base, so that what differs there is seen as a
/// change of the CRM; the loser's row is never created again. Two pairs on one record are frozen until a person chooses.
/// </summary>
internal sealed class Merges(CycleContext context)
{
    /// <summary>If the pair's record was merged away, moves the pair or freezes it, and with it whichever of the batch has the record that is left.</summary>
    public async Task FollowAsync(Work work, CrmRecord? seen, IReadOnlyCollection<Work> batch, CancellationToken cancellationToken)
    {
        var loser = work.Pair.CrmId!;
        var winner = seen switch
        {
            { Presence: CrmPresence.Merged, MergedInto: { } into } => into,
            { Presence: CrmPresence.Live } when seen.Id != loser => seen.Id,
            _ => null,
        };
        if (winner is null)
        {
            return;
        }

        var others = (await context.State.PairsByCrmIdAsync([winner], cancellationToken))[winner].Where(p => p.Key != work.Key).ToList();
        if (others.Count > 0)
        {
            // What is planned for a frozen pair is void, also where it was about to be planned for news of its own.
            var frozen = await FreezeAsync([work.Pair, .. others], winner, loser, cancellationToken);
            foreach (var pair in frozen)
            {
                batch.Where(w => w.Key == pair.Key).ToList().ForEach(w => w.Pair = pair);
            }

            return;
        }

        var record = seen!.Presence is CrmPresence.Live ? seen
            : (await context.Crm.ReadAsync(context.Runtime.CrmRead, [winner], cancellationToken)).GetValueOrDefault(winner);
        if (record is { Presence: CrmPresence.Merged, MergedInto: not null } further)
        {
            // The winner lost another merge since: the pair goes all the way.
            await context.State.SettleAsync(context.Settlement() with { Aliases = [(loser, winner)] }, cancellationToken);
            work.Pair = work.Pair with { CrmId = winner };
            await FollowAsync(work, further, batch, cancellationToken);
            return;
        }

        work.Pair = work.Pair with
        {
            CrmId = winner,
            IsOurs = false,
            Epoch = work.Pair.Epoch + 1,
            CrmVersion = DateTimeOffset.MinValue,
            WarehousePrint = Fingerprint.None,
            CrmPrint = Fingerprint.None,
        };
        work.Events.Add(("merge", $"{loser} was merged into {winner}"));
        await context.State.SettleAsync(
            context.Settlement() with { Pairs = [work.Pair], Aliases = [(loser, winner)], ForgottenUnlinked = [winner] }, cancellationToken);
        work.With(record);
    }

    /// <summary>Marks pairs that a merge put on one record; each gets a question of its own.</summary>
    /// <returns>The pairs as they are stored.</returns>
    public async Task<IReadOnlyList<Pair>> FreezeAsync(IReadOnlyList<Pair> pairs, string winner, string loser, CancellationToken cancellationToken)
    {
        List<Pair> frozen = [.. pairs.Select(p => p with { State = PairState.Duplicate, CrmId = winner, IsOurs = p.IsOurs && p.CrmId == winner, Epoch = p.Epoch + 1 })];
        var keys = string.Join(FieldType.ListSeparator, pairs.Select(p => RecordKey.Display(p.Key)).Order(StringComparer.Ordinal));
        await context.State.SettleAsync(
            context.Settlement() with
            {
                Aliases = loser == winner ? [] : [(loser, winner)],
                Pairs = frozen,
                Conflicts = [.. pairs.Select(p => new Conflict(
                    ConflictKind.Duplicate, p.Key, winner, null,
                    FieldValue.NotObserved, FieldValue.NotObserved, FieldValue.Of(keys), FieldValue.Of(winner)))],
                Changes = [.. pairs.Select(p => new Change(
                    p.Key, winner, Side.Crm, "merge", [], [loser == winner ? $"{winner} carries the key of another row" : $"{loser} was merged into {winner}"]))],
            },
            cancellationToken);
        return frozen;
    }
}
