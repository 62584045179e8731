using System.Globalization;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Everything below <c>/jobs/query</c> (reference §5.5).</summary>
internal sealed class QueryJobResource(RestEngine engine, QueryJobs jobs)
{
    private const double ResultPagesSince = 58;
    private const int MostResultPages = 5;
    private readonly QueryCsv _csv = new(engine);

    /// <param name="call">The call.</param>
    /// <param name="path">The segments after <c>jobs/query</c>.</param>
    public SandboxResponse Handle(RestCall call, string[] path) => (call.Method, path) switch
    {
        ("POST", []) => Create(call),
        ("GET", []) => List(call),
        (_, []) => call.NotAllowed("GET,POST"),
        ("GET", [var id]) => Status(jobs.Get(id)),
        ("PATCH", [var id]) => Change(call, jobs.Get(id)),
        ("DELETE", [var id]) => Delete(jobs.Get(id)),
        (_, [_]) => call.NotAllowed("DELETE,GET,PATCH"),
        ("GET", [var id, "results"]) => Results(call, Finished(call, id)),
        ("GET", [var id, "resultPages"]) when call.VersionNumber >= ResultPagesSince => ResultPages(call, Finished(call, id)),
        _ => throw SalesforceException.NotFound(),
    };

    private SandboxResponse Create(RestCall call)
    {
        var spec = QuerySpec.Parse(engine, call.ReadObject());
        return JsonText.Answer(200, QueryJobJson.Brief(jobs.Create(spec, call.Version, call.UserId)));
    }

    private SandboxResponse Status(QueryJob job)
    {
        jobs.Poll(job);
        return JsonText.Answer(200, QueryJobJson.Full(job));
    }

    private SandboxResponse Change(RestCall call, QueryJob job)
    {
        if (call.ReadObject()["state"]?.ToString() is not "Aborted" and var other)
        {
            throw BulkRefusal.InvalidState($"A query job cannot be put in state {other}");
        }

        if (job.IsTerminal)
        {
            throw BulkRefusal.InvalidState($"Aborting already {(job.State == BulkState.JobComplete ? "Completed" : job.State)} Job not allowed");
        }

        jobs.Abort(job);
        return JsonText.Answer(200, QueryJobJson.Brief(job));
    }

    private SandboxResponse Delete(QueryJob job)
    {
        if (!job.IsTerminal)
        {
            throw BulkRefusal.NotTerminated();
        }

        jobs.Delete(job);
        return SandboxResponse.Empty(204);
    }

    private QueryJob Finished(RestCall call, string id)
    {
        var job = jobs.Get(id);
        return job.Version != call.Version
            ? throw new SalesforceException(409, new SalesforceError(
                "INVALIDJOB", $"The job was created with API version {job.Version[1..]} and its results must be read with it"))
            : job.State == BulkState.JobComplete ? job
            : throw BulkRefusal.InvalidState("Results are available when the job has completed");
    }

    private SandboxResponse Results(RestCall call, QueryJob job)
    {
        var from = Start(job, call.Http.Query("locator"));
        var to = (int)Math.Min(job.Rows!.Count, (long)from + PageRows(call));
        return _csv.Page(job, from, to)
            .With("Sforce-Locator", to < job.Rows.Count ? ResultLocator.Of(job.Id, to) : ResultLocator.None)
            .With("Sforce-NumberOfRecords", (to - from).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Pages that may be fetched side by side, five links at a time.</summary>
    private SandboxResponse ResultPages(RestCall call, QueryJob job)
    {
        var size = engine.Org.Switches.BulkQueryPageRows;
        var from = Start(job, call.Http.Query("pageLocator"));
        var total = Math.Max(1, job.Rows!.Count);
        var at = $"/services/data/{call.Version}/jobs/query/{job.Id}";
        var pages = new JsonArray();
        for (; from < total && pages.Count < MostResultPages; from += size)
        {
            pages.Add(new JsonObject { ["resultUrl"] = $"{at}/results?locator={ResultLocator.Of(job.Id, from)}" });
        }

        var done = from >= total;
        return JsonText.Answer(200, new JsonObject
        {
            ["resultPages"] = pages,
            ["nextRecordsUrl"] = done ? null : $"{at}/resultPages?pageLocator={ResultLocator.Of(job.Id, from)}",
            ["done"] = done,
        });
    }

    private static int Start(QueryJob job, string? locator)
    {
        var row = locator is null ? 0 : ResultLocator.Read(job.Id, locator);
        return row <= job.Rows!.Count ? row : throw BulkRefusal.Of("INVALID_QUERY_LOCATOR", "invalid query locator");
    }

    private int PageRows(RestCall call)
    {
        var most = engine.Org.Switches.BulkQueryPageRows;
        return call.Http.Query("maxRecords") is not { } text ? most
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0 ? Math.Min(wanted, most)
            : throw BulkRefusal.Of("API_ERROR", $"Invalid value for maxRecords: {text}");
    }

    private SandboxResponse List(RestCall call)
    {
        var none = call.Http.Query("jobType") is not (null or "V2Query");
        return BulkList.Answer(call, none ? [] : jobs.All.Reverse().ToList(), job => job.Id, QueryJobJson.Brief, "V2Query", engine.Org.Switches.BulkJobsPerPage);
    }
}
