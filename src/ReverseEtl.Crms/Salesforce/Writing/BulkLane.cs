using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Bulk;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// Bulk API 2.0 (§5): a whole set in one job, for a handful of calls. It knows no condition, and what it does shows only when it is over.
/// </summary>
/// <remarks>
/// Nothing is stored before the job is closed (<c>UploadComplete</c>), so until then every failure means that nothing was sent. From then on
/// only the job itself tells: it is waited for, stopped when it takes too long, and read whatever its end. A job whose end is not seen leaves
/// its records open.
/// </remarks>
internal sealed class BulkLane(BulkJobs jobs, BulkSettings settings, bool allowsDuplicates, TimeProvider time) : IWriteLane
{
    /// <summary>Make, upload, close, three result sets, and about as many looks as ten thousand records take.</summary>
    public const int UsualCalls = 12;

    private const int MostUploads = 2;
    private static readonly TimeSpan AbortTakes = TimeSpan.FromMinutes(1);

    public bool IsForSets => true;

    public int Least => settings.WritesFrom;

    public int Size => settings.WritesPerJob;

    public int MostBytes => BulkSettings.MostBytes;

    // What was closed may still be worked on.
    public bool MayTakeApart => false;

    // Past the recycle bin there is no other way (§5.3).
    public bool IsOnlyWayOf(CrmWrite write) => write.Kind is CrmWriteKind.Purge;

    // A job cannot say that an alerting duplicate rule may be passed over (§6.6).
    public bool Takes(CrmWrite write) => write.IfVersion is null && WriteSheet.Takes(write) && write.Kind switch
    {
        CrmWriteKind.Upsert => !allowsDuplicates,
        CrmWriteKind.Update => !allowsDuplicates && write.Id is not null,
        _ => write.Id is not null,
    };

    public async Task<CallAnswer> SendAsync(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken)
    {
        var sheet = new WriteSheet(batch, slice);
        using var rows = await SheetContent.OfAsync(sheet);
        var mark = RequestMark.IdempotentWrite with { SendBy = batch.SendBy };
        BulkJob job;
        StampWindow? window;
        try
        {
            (job, window) = await BeginAsync(batch, slice, rows, mark, cancellationToken);
        }
        catch (BulkRefusal refusal)
        {
            return new CallAnswer.Declined(refusal.Errors);
        }

        if (window is null && await NeverBeginsAsync(job, cancellationToken))
        {
            throw new PortException(PortTrouble.Unavailable, $"Salesforce: write of {batch.Object}: the job could not be begun.");
        }

        var end = await EndAsync(job, cancellationToken);
        return end is { IsOver: true } ? await ReadAsync(end, sheet, slice, window, cancellationToken) : new CallAnswer.Open([]);
    }

    // An upload that broke off is made once more, in a job of its own: nothing was stored of the first.
    private async Task<(BulkJob Job, StampWindow? Window)> BeginAsync(
        CrmWriteBatch batch, WriteSlice slice, SheetContent rows, RequestMark mark, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var job = await jobs.CreateAsync(Request(batch, slice), mark, cancellationToken);
            try
            {
                return (job, await CloseAsync(job, rows, mark, cancellationToken));
            }
            catch (PortException e) when (e.Trouble is PortTrouble.Unavailable && attempt < MostUploads)
            {
                // The job is dropped.
            }
        }
    }

    private static IngestRequest Request(CrmWriteBatch batch, WriteSlice slice) => slice.Kind switch
    {
        CrmWriteKind.Upsert when slice.OnlyNew => new IngestRequest("insert", batch.Object),
        CrmWriteKind.Upsert => new IngestRequest("upsert", batch.Object, batch.KeyField),
        CrmWriteKind.Update => new IngestRequest("update", batch.Object),
        CrmWriteKind.Purge => new IngestRequest("hardDelete", batch.Object),
        _ => new IngestRequest("delete", batch.Object),
    };

    // Hands over the rows and lets the job begin; what fails on the way leaves a job that never begins, and that is cleared away.
    private async Task<StampWindow?> CloseAsync(BulkJob job, SheetContent rows, RequestMark mark, CancellationToken cancellationToken)
    {
        try
        {
            using var content = rows.Again();
            await jobs.UploadAsync(job, content, mark, cancellationToken);
            return await jobs.AskForAsync(job, BulkState.UploadComplete, mark, cancellationToken);
        }
        catch (Exception e) when (e is PortException or SendOverdueException)
        {
            await DropAsync(job, cancellationToken);
            throw;
        }
    }

    // Closing it was refused, or the answer was lost. One that is still open never begins once it is aborted, whatever comes late.
    private async Task<bool> NeverBeginsAsync(BulkJob job, CancellationToken cancellationToken)
    {
        try
        {
            if (await jobs.FindAsync(job, cancellationToken) is not { State: BulkState.Open })
            {
                return false;
            }

            await jobs.AskForAsync(job, BulkState.Aborted, RequestMark.IdempotentWrite, cancellationToken);
            return await jobs.FindAsync(job, cancellationToken) is null or { State: BulkState.Aborted };
        }
        catch (PortException)
        {
            return false;
        }
    }

    private async Task<BulkJob?> EndAsync(BulkJob job, CancellationToken cancellationToken)
    {
        try
        {
            var now = await jobs.WaitAsync(job, time.GetUtcNow() + settings.JobTime, cancellationToken);
            if (now is null or { IsOver: true })
            {
                return now;
            }

            // Longer than this a write must not hang in the air: whoever judges lost answers counts on it.
            await jobs.AskForAsync(job, BulkState.Aborted, RequestMark.IdempotentWrite, cancellationToken);
            return await jobs.WaitAsync(job, time.GetUtcNow() + AbortTakes, cancellationToken);
        }
        catch (PortException)
        {
            // It runs on, unseen.
            return null;
        }
    }

    private async Task<CallAnswer> ReadAsync(
        BulkJob job, WriteSheet sheet, WriteSlice slice, StampWindow? window, CancellationToken cancellationToken)
    {
        var answers = new RecordAnswer?[slice.Items.Count];
        var trouble = BulkError.OfJob(job.Trouble ?? $"{BulkError.Unprocessed}: the job ended as {job.State} before the row's turn came");
        var processed = 0;

        // A job that says that it came to every row, and that none failed, has nothing in the other two lists.
        if (job.State is not BulkState.JobComplete || job.Processed != slice.Items.Count)
        {
            await Fill("unprocessedrecords", _ => new RecordAnswer(false, null, false, [trouble]));
        }

        if (job.State is not BulkState.JobComplete || job.FailedRows is not 0)
        {
            await Fill("failedResults", row =>
            {
                processed++;
                return new RecordAnswer(false, SalesforceId.OfAnswer(row["sf__Id"]), false, BulkError.OfRow(row["sf__Error"] ?? ""));
            });
        }

        await Fill("successfulResults", row =>
        {
            processed++;
            return new RecordAnswer(true, SalesforceId.OfAnswer(row["sf__Id"]), slice.OnlyNew || IsTrue(row["sf__Created"]), []);
        });

        // The file as a whole was no good: a column that is gone, a header that does not parse. Nothing was tried.
        return job.State is BulkState.Failed && processed == 0 && job.Processed is not > 0 && trouble.Code is "InvalidBatch" or "ClientInputError"
            ? new CallAnswer.Spoilt([trouble])
            : new CallAnswer.Done(answers, window);

        async Task Fill(string set, Func<CsvRow, RecordAnswer> answer)
        {
            try
            {
                await foreach (var row in jobs.ResultsAsync(job, set, sheet.Correlation, cancellationToken))
                {
                    if (sheet.Place(row) is { } place)
                    {
                        answers[place] = answer(row);
                    }
                }
            }
            catch (PortException)
            {
                // What these rows became stays open, as for any lost answer.
            }
        }
    }

    private static bool IsTrue(string? text) => text is "1" || "true".Equals(text, StringComparison.OrdinalIgnoreCase);

    private async Task DropAsync(BulkJob job, CancellationToken cancellationToken)
    {
        try
        {
            await jobs.AskForAsync(job, BulkState.Aborted, RequestMark.IdempotentWrite, cancellationToken);
            await jobs.DeleteAsync(job, cancellationToken);
        }
        catch (PortException)
        {
            // An open job does nothing, and is cleared away with what earlier lives left behind.
        }
    }
}
