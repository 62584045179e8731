using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Bulk API 2.0: everything below <c>/jobs</c> (reference §5).</summary>
internal sealed class BulkApi
{
    private readonly RestEngine _engine;
    private readonly IngestJobs _ingest;
    private readonly IngestResource _ingestResource;
    private readonly QueryJobs _query;
    private readonly QueryJobResource _queryResource;
    private readonly UsageMeter _batches = new();
    private readonly UsageMeter _queries = new();

    public BulkApi(RestEngine engine)
    {
        _engine = engine;
        var ids = new BulkIds();
        _ingest = new IngestJobs(engine, ids, _batches);
        _ingestResource = new IngestResource(engine, _ingest);
        _query = new QueryJobs(engine, ids, _queries);
        _queryResource = new QueryJobResource(engine, _query);
    }

    /// <summary>Daily batches still to be had.</summary>
    public int BatchesLeft => _engine.Org.Switches.DailyBulkBatches - _batches.Used(_engine.Org.Instant);

    /// <summary>Query jobs that may still be made today.</summary>
    public int QueryJobsLeft => _engine.Org.Switches.DailyBulkQueryJobs - _queries.Used(_engine.Org.Instant);

    /// <param name="call">The call.</param>
    /// <param name="path">The segments after <c>jobs</c>.</param>
    public SandboxResponse Handle(RestCall call, string[] path) => path switch
    {
        ["ingest", .. var rest] => _ingestResource.Handle(call, rest),
        ["query", .. var rest] => _queryResource.Handle(call, rest),
        _ => throw SalesforceException.NotFound(),
    };

    /// <summary>Lets the jobs go on as far as they are due.</summary>
    public void Advance()
    {
        _ingest.Advance();
        _query.Advance();
    }

    /// <summary>The next ingest job that starts fails in the given way.</summary>
    public void FailNext(BulkMishap mishap) => _ingest.FailNext(mishap);

    /// <summary>The next query job that starts fails with this message.</summary>
    public void FailNextQuery(string message) => _query.FailNext(message);
}
