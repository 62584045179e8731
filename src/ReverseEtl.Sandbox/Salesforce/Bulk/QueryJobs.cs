using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The query jobs of an org. A query sees the org as it is when its job starts.</summary>
internal sealed class QueryJobs(RestEngine engine, BulkIds ids, UsageMeter started)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private readonly SortedDictionary<string, QueryJob> _jobs = new(StringComparer.Ordinal);
    private readonly Queue<string> _mishaps = new();

    private Org Org => engine.Org;

    /// <summary>Oldest first.</summary>
    public IEnumerable<QueryJob> All => _jobs.Values;

    public QueryJob Create(QuerySpec spec, string version, string userId)
    {
        if (started.Used(Org.Instant) >= Org.Switches.DailyBulkQueryJobs)
        {
            throw BulkRefusal.Of("LIMIT_EXCEEDED", $"Maximum number of query jobs in 24 hours exceeded: {Org.Switches.DailyBulkQueryJobs}");
        }

        started.Add(Org.Instant);
        var job = new QueryJob(ids.Next(), spec, version, userId, Org.Now);
        _jobs.Add(job.Id, job);
        return job;
    }

    /// <summary>The job of this id in either form, or 404.</summary>
    public QueryJob Get(string id) => SalesforceId.TryNormalize(id, out var full) && _jobs.TryGetValue(full, out var job)
        ? job
        : throw SalesforceException.NotFound();

    public void Abort(QueryJob job) => job.Enter(BulkState.Aborted, Org.Now);

    public void Delete(QueryJob job) => _jobs.Remove(job.Id);

    /// <summary>The next query job that starts fails with this message.</summary>
    public void FailNext(string message) => _mishaps.Enqueue(message);

    /// <summary>A status read: enough of them let a job that has run say so.</summary>
    public void Poll(QueryJob job)
    {
        if (job.State == BulkState.InProgress && job.Polls++ >= Org.Switches.BulkPollsUntilDone)
        {
            job.Enter(job.ErrorMessage is null ? BulkState.JobComplete : BulkState.Failed, Org.Now);
        }
    }

    /// <summary>Does what is due by now.</summary>
    public void Advance()
    {
        var now = Org.Instant;
        foreach (var job in _jobs.Values.ToList())
        {
            if (now - job.CreatedAt > Kept)
            {
                Delete(job);
            }
            else if (job.State == BulkState.UploadComplete && now >= job.ChangedAt.AddSeconds(Org.Switches.BulkQueueSeconds))
            {
                Run(job);
            }
        }
    }

    private void Run(QueryJob job)
    {
        job.Enter(BulkState.InProgress, Org.Now);
        if (_mishaps.TryDequeue(out var mishap))
        {
            job.ErrorMessage = mishap;
            return;
        }

        try
        {
            var rows = engine.Queries.Run(job.Spec.Soql, job.Spec.Operation == "queryAll").Rows;
            job.Rows = job.Spec.IsOrdered || !Org.Switches.BulkShuffleResults ? rows : [.. Shuffle.Rows(rows, job.Id)];
        }
        catch (SalesforceException gone)
        {
            // The schema may have changed since the job was made.
            job.ErrorMessage = $"{gone.Error.Code} : {gone.Error.Message}";
        }
    }
}
