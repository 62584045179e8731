using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>The jobs of Bulk API 2.0, of one kind: <c>ingest</c> or <c>query</c>.</summary>
/// <param name="api">Salesforce.</param>
/// <param name="version">API version; results are read with the one that the job was made with (§5.5).</param>
/// <param name="kind">The kind.</param>
/// <param name="jitter">The connection's randomness.</param>
/// <param name="time">All waiting.</param>
internal sealed class BulkJobs(ISalesforceApi api, string version, string kind, Jitter jitter, TimeProvider time)
{
    private const int MostPages = 100;
    private const int DoublingsOfPoll = 16;
    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(30);

    // A hundred megabytes over a slow line. Nothing is stored before the job is closed, so it may take its time.
    private static readonly TimeSpan LongestUpload = TimeSpan.FromMinutes(10);
    private static readonly RequestMark Read = RequestMark.Read;

    private string Doing => $"bulk {kind}";

    /// <summary>Makes a job. A lost answer may leave an empty one behind, which does no harm and ends by itself.</summary>
    /// <exception cref="BulkRefusal">Salesforce does not take it.</exception>
    /// <exception cref="PortException">It cannot be made for a reason that is not in the job.</exception>
    public async Task<BulkJob> CreateAsync(JobRequest request, RequestMark mark, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(api.CreateJob(version, kind, request, mark, cancellationToken));
        if (answer.IsSuccessStatusCode)
        {
            return await JobAsync(answer, cancellationToken);
        }

        var errors = await ErrorBody.ReadAsync(answer, cancellationToken);
        var failure = Failure.Of(answer, errors, Doing);
        throw IsAboutTheJob(answer.StatusCode, errors) ? new BulkRefusal(errors, failure) : failure;
    }

    /// <summary>Hands over the rows. A second upload to one job is refused, so a lost answer is not repeated.</summary>
    /// <exception cref="PortException">They did not arrive, or nobody knows if they did.</exception>
    public async Task UploadAsync(BulkJob job, HttpContent rows, RequestMark mark, CancellationToken cancellationToken)
    {
        var once = mark with { Repeatable = false, AnswersJson = false, Timeout = LongestUpload };
        using var answer = await AnswerAsync(api.Upload(version, job.Id, rows, once, cancellationToken));
        if (!answer.IsSuccessStatusCode)
        {
            throw await Failure.OfAsync(answer, Doing, cancellationToken);
        }
    }

    /// <summary>Asks for a state. The answer may be lost or refuse what has happened already: the job itself tells.</summary>
    /// <returns>When the request was carried out, if it was by this answer.</returns>
    public async Task<Writing.StampWindow?> AskForAsync(BulkJob job, BulkState state, RequestMark mark, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        try
        {
            using var answer = await api.SetJobState(version, kind, job.Id, new StateRequest(state), mark, cancellationToken);
            return answer.IsSuccessStatusCode ? Writing.StampWindow.Of(answer, time.GetElapsedTime(start)) : null;
        }
        catch (LostAnswerException)
        {
            return null;
        }
    }

    /// <summary>The job as it stands; null when there is no such job any more.</summary>
    public async Task<BulkJob?> FindAsync(BulkJob job, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(api.Job(version, kind, job.Id, cancellationToken));
        return answer switch
        {
            { IsSuccessStatusCode: true } => await JobAsync(answer, cancellationToken),
            { StatusCode: HttpStatusCode.NotFound } => null,
            _ => throw await Failure.OfAsync(answer, Doing, cancellationToken),
        };
    }

    /// <summary>
    /// Waits until the job is over, less and less often, and through passing trouble. At the latest at <paramref name="until"/> it comes back
    /// with the job as it stands; null when there is no such job.
    /// </summary>
    public async Task<BulkJob?> WaitAsync(BulkJob job, DateTimeOffset until, CancellationToken cancellationToken)
    {
        for (var poll = 0; ; poll++)
        {
            try
            {
                if (await FindAsync(job, cancellationToken) is not { } now)
                {
                    return null;
                }

                job = now;
            }
            catch (PortException e) when (e.Trouble is PortTrouble.Unavailable && time.GetUtcNow() < until)
            {
                // The job goes on without us.
            }

            var left = until - time.GetUtcNow();
            if (job.IsOver || left <= TimeSpan.Zero)
            {
                return job;
            }

            // At least half of the wait, so that a lucky draw does not burn requests.
            var ceiling = TimeSpan.FromTicks(Math.Min(LongestPoll.Ticks, FirstPoll.Ticks << Math.Min(poll, DoublingsOfPoll)));
            var wait = (ceiling / 2) + jitter.Next(0, ceiling / 2, LongestPoll);
            await Task.Delay(wait < left ? wait : left, time, cancellationToken);
        }
    }

    /// <summary>Removes a job that is over.</summary>
    public async Task DeleteAsync(BulkJob job, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(api.DeleteJob(version, kind, job.Id, RequestMark.IdempotentWrite, cancellationToken));
    }

    /// <summary>All ingest jobs that Salesforce lists, other users' included.</summary>
    public async IAsyncEnumerable<BulkJob> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sending = api.Jobs(version, kind, cancellationToken);
        for (var page = 0; page < MostPages && sending is not null; page++)
        {
            using var answer = await AnswerAsync(sending);
            if (!answer.IsSuccessStatusCode)
            {
                throw await Failure.OfAsync(answer, Doing, cancellationToken);
            }

            using var document = JsonDocument.Parse(await Body.RequireAsync(answer, Doing, cancellationToken));
            foreach (var job in Records(document.RootElement))
            {
                yield return job;
            }

            sending = JsonValue.Text(document.RootElement, "nextRecordsUrl") is { Length: > 0 } next
                ? api.Next(next.TrimStart('/'), cancellationToken)
                : null;
        }
    }

    /// <summary>
    /// One of the three result sets of an ingest job, row by row. What breaks off is asked for again, and what was given already passed over.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="set">Which set.</param>
    /// <param name="column">The column that ties a row to its write.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<CsvRow> ResultsAsync(BulkJob job, string set, string column, CancellationToken cancellationToken) =>
        CsvRows.ReadAsync(
            () => api.Results(version, job.Id, set, Read with { AnswersJson = false, Streams = true }, cancellationToken),
            column, Doing, time, cancellationToken);

    /// <summary>One page of the rows of a query job.</summary>
    public Task<HttpResponseMessage> PageAsync(BulkJob job, string? locator, int most, CancellationToken cancellationToken) =>
        api.QueryResults(version, job.Id, locator, most.ToString(CultureInfo.InvariantCulture),
            Read with { AnswersJson = false, Streams = true }, cancellationToken);

    private static List<BulkJob> Records(JsonElement page) =>
        JsonValue.Find(page, "records") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(BulkJob.Read).OfType<BulkJob>()]
            : [];

    // Sign-in, limits of the day and passing trouble are not the job's; what is left is (§5.2).
    private static bool IsAboutTheJob(HttpStatusCode status, IReadOnlyList<SalesforceError> errors) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
            or HttpStatusCode.Conflict
        && errors.All(error => LimitExceeded.Of(error) is LimitKind.None && !SalesforceAnswerRules.IsPassing(error)
            && error.Code is not ("API_DISABLED_FOR_ORG" or "INVALID_SESSION_ID" or "UNSUPPORTED_API_VERSION"));

    private async Task<BulkJob> JobAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await Body.RequireAsync(answer, Doing, cancellationToken));
        return BulkJob.Read(document.RootElement)
            ?? throw new PortException(PortTrouble.Unavailable, $"Salesforce: {Doing}: the answer names no job.");
    }

    private async Task<HttpResponseMessage> AnswerAsync(Task<HttpResponseMessage> sending)
    {
        try
        {
            return await sending;
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, Doing);
        }
    }
}
