using ReverseEtl.Crms.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>
/// Jobs that an earlier life of this connection made and did not see to their end. They are told by their user, object and operation; the
/// user's other tools may have jobs like them, so that nothing is stopped here that has begun. Where the sign-in does not tell the user, every
/// job may be ours to wait for, and none is ours to clear away.
/// </summary>
/// <param name="jobs">The jobs.</param>
/// <param name="tokens">Tells the user.</param>
/// <param name="clock">Salesforce's clock, by which jobs are made.</param>
/// <param name="time">All waiting.</param>
internal sealed class AbandonedJobs(BulkJobs jobs, TokenKeeper tokens, Func<CancellationToken, Task<DateTimeOffset>> clock, TimeProvider time)
{
    // An upload takes a fraction of this, so no living process has a job that is still open by then.
    private static readonly TimeSpan OpenForLong = TimeSpan.FromMinutes(15);

    // A cycle that waits longer only keeps others waiting; the next one asks again.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly HashSet<string> Operations =
        new(StringComparer.OrdinalIgnoreCase) { "insert", "update", "upsert", "delete", "hardDelete" };

    /// <summary>See <see cref="ICrm.RestAsync"/>.</summary>
    public async Task<bool> RestAsync(string objectType, CancellationToken cancellationToken)
    {
        var user = (await tokens.GetAsync(cancellationToken)).UserId;
        var until = time.GetUtcNow() + Patience;
        var rests = true;
        foreach (var job in await OursAsync(user, objectType, cancellationToken))
        {
            if (job.State is BulkState.Open)
            {
                await ClearAsync(job, isOurs: user is not null, cancellationToken);
            }
            else
            {
                rests &= await jobs.WaitAsync(job, until, cancellationToken) is null or { IsOver: true };
            }
        }

        return rests;
    }

    private async Task<List<BulkJob>> OursAsync(string? user, string objectType, CancellationToken cancellationToken)
    {
        var ours = new List<BulkJob>();
        try
        {
            await foreach (var job in jobs.ListAsync(cancellationToken))
            {
                if (job is { IsOver: false, Operation: { } operation } && Operations.Contains(operation) && job.CreatedBy == (user ?? job.CreatedBy)
                    && objectType.Equals(job.Object, StringComparison.OrdinalIgnoreCase))
                {
                    ours.Add(job);
                }
            }
        }
        catch (PortException e) when (e.Trouble is PortTrouble.Refused)
        {
            // An org without Bulk has no jobs.
        }

        return ours;
    }

    // It holds no row that Salesforce will look at; left alone it stays for a day.
    private async Task ClearAsync(BulkJob job, bool isOurs, CancellationToken cancellationToken)
    {
        if (isOurs && await clock(cancellationToken) - job.CreatedAt > OpenForLong)
        {
            await jobs.AskForAsync(job, BulkState.Aborted, RequestMark.IdempotentWrite, cancellationToken);
            await jobs.DeleteAsync(job, cancellationToken);
        }
    }
}
