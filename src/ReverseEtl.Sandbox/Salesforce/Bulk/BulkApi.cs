using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Bulk API 2.0: everything below <c>/jobs</c> (reference §5).</summary>
internal sealed class BulkApi
{
    private readonly RestEngine _engine;
    private readonly IngestJobs _ingest;
    private readonly IngestResource _ingestResource;
    private readonly UsageMeter _batches = new();

    public BulkApi(RestEngine engine)
    {
        _engine = engine;
        _ingest = new IngestJobs(engine, new BulkIds(), _batches);
        _ingestResource = new IngestResource(engine, _ingest);
    }

    /// <summary>Daily batches still to be had.</summary>
    public int BatchesLeft => _engine.Org.Switches.DailyBulkBatches - _batches.Used(_engine.Org.Instant);

    /// <param name="call">The call.</param>
    /// <param name="path">The segments after <c>jobs</c>.</param>
    public SandboxResponse Handle(RestCall call, string[] path) => path switch
    {
        ["ingest", .. var rest] => _ingestResource.Handle(call, rest),
        _ => throw SalesforceException.NotFound(),
    };

    /// <summary>Lets the jobs go on as far as they are due.</summary>
    public void Advance() => _ingest.Advance();

    /// <summary>The next ingest job that starts fails in the given way.</summary>
    public void FailNext(BulkMishap mishap) => _ingest.FailNext(mishap);
}
