using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// Rejections that need not stand: locks pass, a create that lost a race is an update, and a record whose error leaves open what is
/// gone can be looked up. All of it is bounded.
/// </summary>
internal sealed class SecondThoughts(SalesforceReader reader, Jitter jitter, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // Smaller and smaller requests: one locked record fails everything it travels with.
    private static readonly int[] Sizes = [50, 10, 1];
    private const int MostRequests = 40;

    public async Task SettleAsync(WriteRun run, CancellationToken cancellationToken)
    {
        await RepeatPassing(run, cancellationToken);
        try
        {
            await SettleRaces(run, cancellationToken);
            await SettleGone(run, cancellationToken);
        }
        catch (PortException e)
        {
            // The look-up failed, not the writes: what is known of them must reach the caller, rejections as they came.
            run.Stop(e);
        }
    }

    private async Task RepeatPassing(WriteRun run, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Sizes.Length && !run.Stopped; round++)
        {
            var passing = run.Rejected((_, error) => error.Retry is RetryRule.Now);
            if (passing.Count == 0)
            {
                return;
            }

            // A set of this size is not one locked record's bystanders; small requests would only burn the day.
            if (passing.Count > Sizes[round] * MostRequests)
            {
                break;
            }

            await Task.Delay(jitter.Next(round, FirstPause, LongestPause), time, cancellationToken);
            await run.SendAsync(passing, Sizes[round], cancellationToken);
        }

        // Tried at once, and more than once: from here on only time helps.
        foreach (var (at, _) in run.Rejected((_, error) => error.Retry is RetryRule.Now))
        {
            var result = run.Result(at);
            run.Replace(at, result with { Error = result.Error! with { Retry = RetryRule.Later } });
        }
    }

    // Two upserts of one new key at the same moment: Salesforce lets one create, and refuses the other as a duplicate of it.
    private async Task SettleRaces(WriteRun run, CancellationToken cancellationToken)
    {
        var keyField = run.Batch.KeyField;
        var races = run.Rejected((write, error) => write is { Kind: CrmWriteKind.Upsert, OnlyNew: false } && error.Code is "DUPLICATE_VALUE"
            && error.Message.Contains(keyField, StringComparison.OrdinalIgnoreCase));
        if (races.Count == 0 || run.Stopped)
        {
            return;
        }

        var read = new CrmRead(run.Batch.Object, keyField, []);
        var found = await reader.ByKeyAsync(read, [.. races.Select(race => race.Write.Key!)], cancellationToken);
        var updates = races.Where(race => found[race.Write.Key!].Count() == 1)
            .Select(race => (race.At, race.Write with { Kind = CrmWriteKind.Update, Id = found[race.Write.Key!].Single().Id, Key = null }))
            .ToList();

        // Queries may not show yet what was made a moment ago (§13.12); then the next cycle meets it.
        foreach (var (at, _) in races)
        {
            run.Replace(at, run.Result(at) with { Error = run.Result(at).Error! with { Retry = RetryRule.Later } });
        }

        if (updates.Count > 0)
        {
            await run.SendAsync(updates, int.MaxValue, cancellationToken);
        }
    }

    private async Task SettleGone(WriteRun run, CancellationToken cancellationToken)
    {
        var doubtful = run.Rejected((write, error) => write.Kind is CrmWriteKind.Update && write.Id is not null && ResultReader.SaysGone(error));
        if (doubtful.Count == 0 || run.Stopped)
        {
            return;
        }

        var read = new CrmRead(run.Batch.Object, run.Batch.KeyField, []);
        var found = await reader.ByIdAsync(read, [.. doubtful.Select(item => item.Write.Id!)], cancellationToken);
        foreach (var (at, write) in doubtful)
        {
            var result = run.Result(at);
            var isLive = found.GetValueOrDefault(write.Id!) is { Presence: CrmPresence.Live };
            run.Replace(at, isLive
                ? result with { Error = result.Error! with { Class = "reference", Retry = RetryRule.Later } }
                : result with { Outcome = WriteOutcome.Missing });
        }
    }
}
