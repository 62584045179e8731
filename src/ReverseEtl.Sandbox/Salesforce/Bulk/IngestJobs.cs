using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The ingest jobs of an org. They go on by themselves as time passes, whether or not anybody asks for them.</summary>
internal sealed class IngestJobs(RestEngine engine, BulkIds ids, UsageMeter batches)
{
    private static readonly TimeSpan MostOpen = TimeSpan.FromHours(24);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private readonly SortedDictionary<string, IngestJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IngestWork> _working = new(StringComparer.Ordinal);
    private readonly Queue<BulkMishap> _mishaps = new();

    private Org Org => engine.Org;

    /// <summary>Oldest first.</summary>
    public IEnumerable<IngestJob> All => _jobs.Values;

    public IngestJob Create(IngestSpec spec, string version, string userId)
    {
        var job = new IngestJob(ids.Next(), spec, version, userId, Org.Now);
        _jobs.Add(job.Id, job);
        return job;
    }

    /// <summary>The job of this id in either form, or 404.</summary>
    public IngestJob Get(string id) => SalesforceId.TryNormalize(id, out var full) && _jobs.TryGetValue(full, out var job)
        ? job
        : throw SalesforceException.NotFound();

    public void Abort(IngestJob job)
    {
        StopWork(job);
        job.Enter(BulkState.Aborted, Org.Now);
    }

    public void Delete(IngestJob job) => _jobs.Remove(job.Id);

    /// <summary>The next job that starts fails in the given way.</summary>
    public void FailNext(BulkMishap mishap) => _mishaps.Enqueue(mishap);

    /// <summary>A status read: enough of them let a finished job say so.</summary>
    public void Poll(IngestJob job)
    {
        if (job.Verdict is not { } verdict || job.IsTerminal)
        {
            return;
        }

        if (job.Polls++ >= Org.Switches.BulkPollsUntilDone)
        {
            job.Enter(verdict, Org.Now);
        }
    }

    /// <summary>Does what is due by now.</summary>
    public void Advance()
    {
        if (_jobs.Count == 0)
        {
            return;
        }

        var now = Org.Instant;
        foreach (var job in _jobs.Values.ToList())
        {
            if (now - job.CreatedAt > Kept)
            {
                StopWork(job);
                Delete(job);
            }
            else if (job.State == BulkState.Open && now - job.CreatedAt > MostOpen)
            {
                Abort(job);
            }
            else if (job.State == BulkState.UploadComplete && now >= job.ChangedAt.AddSeconds(Org.Switches.BulkQueueSeconds))
            {
                Start(job);
            }

            if (job.State == BulkState.InProgress && job.Verdict is null)
            {
                Work(job, now);
            }
        }
    }

    private void Start(IngestJob job)
    {
        job.Enter(BulkState.InProgress, Org.Now);
        _ = _mishaps.TryDequeue(out var mishap);
        try
        {
            _working[job.Id] = new IngestWork(job, engine, batches, mishap);
        }
        catch (BulkFailure failure)
        {
            job.Conclude(BulkState.Failed, failure.Message, Org.Now);
        }
    }

    private void Work(IngestJob job, DateTimeOffset now)
    {
        var rate = Org.Switches.BulkRowsPerSecond;
        var allowed = rate <= 0 ? long.MaxValue : (long)((now - job.ChangedAt).TotalSeconds * rate);
        try
        {
            if (_working[job.Id].Go(allowed))
            {
                StopWork(job);
                job.Conclude(BulkState.JobComplete, null, Org.Now);
            }
        }
        catch (BulkFailure failure)
        {
            StopWork(job);
            job.Conclude(BulkState.Failed, failure.Message, Org.Now);
        }
    }

    private void StopWork(IngestJob job)
    {
        if (_working.Remove(job.Id, out var work))
        {
            work.Dispose();
        }
    }
}
