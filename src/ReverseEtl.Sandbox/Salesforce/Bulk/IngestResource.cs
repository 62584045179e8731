using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Everything below <c>/jobs/ingest</c> (reference §5.1).</summary>
internal sealed class IngestResource(RestEngine engine, IngestJobs jobs)
{
    /// <summary>150 MB after base64 (reference §5.2).</summary>
    private const int MostUploadBytes = 150 * 1024 * 1024 / 4 * 3;

    /// <param name="call">The call.</param>
    /// <param name="path">The segments after <c>jobs/ingest</c>.</param>
    public SandboxResponse Handle(RestCall call, string[] path) => (call.Method, path) switch
    {
        ("POST", []) => Create(call),
        ("GET", []) => List(call),
        (_, []) => call.NotAllowed("GET,POST"),
        ("GET", [var id]) => Status(jobs.Get(id)),
        ("PATCH", [var id]) => Change(call, jobs.Get(id)),
        ("DELETE", [var id]) => Delete(jobs.Get(id)),
        (_, [_]) => call.NotAllowed("DELETE,GET,PATCH"),
        ("PUT", [var id, "batches"]) => Upload(call, jobs.Get(id)),
        (_, [_, "batches"]) => call.NotAllowed("PUT"),
        ("GET", [var id, "successfulResults"]) => Finished(id).Successful(),
        ("GET", [var id, "failedResults"]) => Finished(id).Failed(),
        ("GET", [var id, "unprocessedrecords"]) => Finished(id).Unprocessed(),
        (_, [_, "successfulResults" or "failedResults" or "unprocessedrecords"]) => call.NotAllowed("GET"),
        _ => throw SalesforceException.NotFound(),
    };

    private SandboxResponse Create(RestCall call)
    {
        var multipart = MultipartJob.Read(call.Http);
        var body = multipart is null ? call : call with { Http = call.Http with { Body = multipart.Job } };
        var job = jobs.Create(IngestSpec.Parse(engine.Org, body.ReadObject()), call.Version, call.UserId);
        if (multipart is not null)
        {
            job.Upload = multipart.Content;
            if (!engine.Org.Switches.BulkMultipartStaysOpen)
            {
                job.Enter(BulkState.UploadComplete, engine.Org.Now);
            }
        }

        return JsonText.Answer(200, IngestJobJson.Brief(job));
    }

    private SandboxResponse Status(IngestJob job)
    {
        jobs.Poll(job);
        return JsonText.Answer(200, IngestJobJson.Full(job));
    }

    private static SandboxResponse Upload(RestCall call, IngestJob job)
    {
        if (call.Http.Header("Content-Type")?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) != true)
        {
            return JsonText.Answer(415, Errors.Array(new SalesforceError(
                "UNSUPPORTED_MEDIA_TYPE", "Content type of the request body is not supported. Use text/csv")));
        }

        if (call.Http.Body.Length > MostUploadBytes)
        {
            return JsonText.Answer(413, Errors.Array(new SalesforceError(
                "EXCEEDED_MAX_SIZE_REQUEST", $"The data is larger than {MostUploadBytes} bytes")));
        }

        if (job.State != BulkState.Open)
        {
            throw BulkRefusal.InvalidState($"Uploading data is not allowed for a job in state {job.State}");
        }

        if (job.Upload is not null)
        {
            throw BulkRefusal.Of(
                "CLIENTINPUTERROR",
                $"Found multiple contents for job: <{job.Id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and " +
                "make sure you only do 'PUT' once on a given Job.");
        }

        job.Upload = call.Http.Body;
        return SandboxResponse.Empty(201);
    }

    private SandboxResponse Change(RestCall call, IngestJob job)
    {
        switch (call.ReadObject()["state"]?.ToString())
        {
            case "UploadComplete" when job.State == BulkState.Open:
                job.Upload ??= [];
                job.Enter(BulkState.UploadComplete, engine.Org.Now);
                break;
            case "UploadComplete":
                throw BulkRefusal.InvalidState($"Closing a job in state {job.State} is not allowed");
            case "Aborted" when job.State == BulkState.JobComplete:
                throw BulkRefusal.InvalidState("Aborting already Completed Job not allowed");
            case "Aborted" when job.IsTerminal:
                throw BulkRefusal.InvalidState($"Aborting already {job.State} Job not allowed");
            case "Aborted":
                jobs.Abort(job);
                break;
            case var other:
                throw BulkRefusal.InvalidState($"A job cannot be put in state {other}");
        }

        return JsonText.Answer(200, IngestJobJson.Brief(job));
    }

    private SandboxResponse Delete(IngestJob job)
    {
        if (job.State is BulkState.Open or BulkState.InProgress)
        {
            throw BulkRefusal.NotTerminated();
        }

        jobs.Delete(job);
        return SandboxResponse.Empty(204);
    }

    /// <summary>Results are there once the job is over, however it ended.</summary>
    private IngestResults Finished(string id) => jobs.Get(id) is { IsTerminal: true } job
        ? new IngestResults(job, engine.Org.Switches)
        : throw BulkRefusal.InvalidState("Results are available when the job has ended");

    /// <summary>Newest first; classic jobs and jobs with PK chunking there are none.</summary>
    private SandboxResponse List(RestCall call)
    {
        var none = call.Http.Query("jobType") is not (null or "V2Ingest")
            || "true".Equals(call.Http.Query("isPkChunkingEnabled"), StringComparison.OrdinalIgnoreCase);
        return BulkList.Answer(call, none ? [] : jobs.All.Reverse().ToList(), job => job.Id, IngestJobJson.Brief, "V2Ingest", engine.Org.Switches.BulkJobsPerPage);
    }
}
