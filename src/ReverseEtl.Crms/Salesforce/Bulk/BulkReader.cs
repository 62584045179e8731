using System.Runtime.CompilerServices;
using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>Reads whole objects by query jobs (§5.5), where there are enough records for that to be cheaper than pages.</summary>
internal sealed class BulkReader(BulkJobs jobs, ISalesforceApi api, string version, BulkSettings settings, TimeProvider time)
{
    private const string Doing = "bulk query";
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(20);

    /// <summary>A job over all records, deleted ones too; null where pages are the better way, or the only one.</summary>
    public async Task<BulkJob?> BeginAsync(string type, string query, CancellationToken cancellationToken)
    {
        if (settings.ReadsFrom == 0 || await CountAsync(type, cancellationToken) < settings.ReadsFrom)
        {
            return null;
        }

        try
        {
            return await jobs.CreateAsync(new QueryRequest("queryAll", query), RequestMark.Read, cancellationToken);
        }
        catch (BulkRefusal)
        {
            // Not every object has Bulk, and the day's jobs may be used up.
            return null;
        }
    }

    /// <summary>
    /// Waits for the job and shows it now and then, the last time as it ended. One that takes too long is stopped, and one that did not complete
    /// has no rows: a column that is gone, a limit; pages tell better what is wrong, or do without.
    /// </summary>
    public async IAsyncEnumerable<BulkJob> WaitAsync(BulkJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + settings.JobTime;
        for (BulkJob? now = job; now is { IsOver: false } && time.GetUtcNow() < until;)
        {
            now = await jobs.WaitAsync(now, time.GetUtcNow() + Breath, cancellationToken);
            yield return now ?? job with { State = BulkState.Aborted };
            job = now ?? job;
        }

        if (!job.IsOver)
        {
            await jobs.AskForAsync(job, BulkState.Aborted, RequestMark.IdempotentWrite, cancellationToken);
        }
    }

    /// <summary>The rows of a job that is complete, as they arrive.</summary>
    /// <exception cref="PortException">They cannot be had, or there are fewer of them than the job says.</exception>
    public async IAsyncEnumerable<CsvRow> RowsAsync(BulkJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? locator = null;
        long count = 0;
        do
        {
            var (from, next) = (locator, (string?)null);
            var page = CsvRows.ReadAsync(
                () => jobs.PageAsync(job, from, settings.RowsPerPage, cancellationToken),
                "Id",
                Doing,
                time,
                cancellationToken,
                answer => next = Locator(answer));
            await foreach (var row in page)
            {
                count++;
                yield return row;
            }

            locator = next != from ? next
                : next is null ? null
                : throw new PortException(PortTrouble.Unavailable, $"Salesforce: {Doing}: the rows go round in a circle.");
        }
        while (locator is not null);
        if (count < job.Processed)
        {
            throw new PortException(PortTrouble.Unavailable, $"Salesforce: {Doing}: {count} of {job.Processed} rows came.");
        }
    }

    /// <summary>Removes a job whose rows are not wanted any more.</summary>
    public async Task EndAsync(BulkJob job, CancellationToken cancellationToken)
    {
        try
        {
            await jobs.DeleteAsync(job, cancellationToken);
        }
        catch (PortException)
        {
            // Salesforce removes it by itself after a week; what was read is read.
        }
    }

    // "null" is a word here, not an absence.
    private static string? Locator(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Sforce-Locator", out var values) && values.FirstOrDefault() is { Length: > 0 } locator and not "null"
            ? locator
            : null;

    // About right is good enough; an object that is not counted is read by pages.
    private async Task<long> CountAsync(string type, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.RecordCount(version, type, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                return 0;
            }

            using var document = JsonDocument.Parse(await Body.RequireAsync(answer, "record count", cancellationToken));
            return JsonValue.Find(document.RootElement, "sObjects") is { ValueKind: JsonValueKind.Array } counts
                ? counts.EnumerateArray().Where(item => type.Equals(JsonValue.Text(item, "name"), StringComparison.OrdinalIgnoreCase))
                    .Select(item => JsonValue.Find(item, "count"))
                    .Sum(count => count is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var records) ? records : 0)
                : 0;
        }
        catch (LostAnswerException)
        {
            return 0;
        }
    }
}
