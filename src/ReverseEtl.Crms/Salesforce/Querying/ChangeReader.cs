using System.Runtime.CompilerServices;
using ReverseEtl.Crms.Salesforce.Bulk;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>Reads what changed: by query, page by page, and in full by a query job where that is cheaper.</summary>
internal sealed class ChangeReader(
    QueryRunner queries, SalesforceReader reader, BulkReader bulk, DescribeCache describes, Replication replication, DerivedFields derived)
{
    private const int MostRestarts = 5;
    private const int PageSize = 2_000;

    /// <summary>See <see cref="ICrm.ReadChangesAsync"/>.</summary>
    public async IAsyncEnumerable<IReadOnlyList<CrmChange>> ChangesAsync(
        CrmRead read, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var describe = await describes.KnownAsync(read.Object, cancellationToken);
        var wantsAll = since is null;
        if (since is not null && describe is not null && derived.IsDue(read, describe))
        {
            since = null;
        }

        if (since is null)
        {
            var shape = await reader.ShapeAsync(read, cancellationToken);
            if (await bulk.BeginAsync(read.Object, shape.Whole, cancellationToken) is { } begun)
            {
                // Empty pages while it runs let the caller breathe.
                var job = begun;
                await foreach (var now in bulk.WaitAsync(begun, cancellationToken))
                {
                    job = now;
                    yield return [];
                }

                if (job.State is BulkState.JobComplete)
                {
                    var isWhole = true;
                    await foreach (var page in ByJobAsync(shape, job with { CreatedAt = begun.CreatedAt }, cancellationToken))
                    {
                        isWhole &= page is not null;
                        yield return page ?? [];
                    }

                    if (isWhole)
                    {
                        WasRead(read, wantsAll);
                        yield break;
                    }
                }
            }
        }

        var seen = replication.IsAsked(read, describe, since) ? new HashSet<string>(StringComparer.Ordinal) : null;
        await foreach (var page in ByQueryAsync(read, since, cancellationToken))
        {
            seen?.UnionWith(page.Select(change => change.Id));
            yield return page;
        }

        if (since is null)
        {
            WasRead(read, wantsAll);
        }
        else if (seen is not null && await replication.MissedAsync(read, since.Value, seen, cancellationToken) is { Count: > 0 } missed)
        {
            yield return missed;
        }
    }

    // Only who asked for everything looks for what is not there any more.
    private void WasRead(CrmRead read, bool wantsAll)
    {
        derived.WasRead(read);
        if (wantsAll)
        {
            replication.WasRead(read);
        }
    }

    // In the order of their stamps; starts again behind the last row when the server drops the cursor.
    private async IAsyncEnumerable<IReadOnlyList<CrmChange>> ByQueryAsync(
        CrmRead read, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (shape, page) = await BeginAsync(read, since, cancellationToken);
        for (var restarts = 0; ;)
        {
            var lost = false;
            for (QueryPage? current = page, next; current is not null; current = next)
            {
                using (current)
                {
                    var records = current.Rows.Select(shape.Read).OfType<CrmRecord>().ToList();
                    await reader.Complete(shape, read, records, cancellationToken);
                    if (records.Count > 0)
                    {
                        restarts = since is null || records[^1].Version > since ? 0 : restarts;
                        since = records[^1].Version;
                        yield return Changes(records);
                    }

                    (next, lost) = await NextOrLost(read.Object, current, cancellationToken);
                }
            }

            if (!lost)
            {
                yield break;
            }

            if (++restarts > MostRestarts)
            {
                throw new PortException(PortTrouble.Unavailable, $"Salesforce: query of {read.Object}: the cursor is lost again and again.");
            }

            (shape, page) = await BeginAsync(read, since, cancellationToken);
        }
    }

    private Task<(RecordShape Shape, QueryPage Page)> BeginAsync(CrmRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        reader.ShapedAsync(
            read,
            async shape =>
            {
                // From the last stamp on, not behind it: more rows may share it. What comes twice does no harm.
                var where = since is { } from ? $" WHERE {shape.Stamp} >= {Soql.Instant(from)}" : "";
                var query = $"{shape.First}{where} ORDER BY {shape.Stamp}, Id";
                return (shape, await queries.FirstAsync(read.Object, query, deletedToo: true, cancellationToken));
            },
            cancellationToken);

    // Rows of a job come in no order (§5.5), and each may have been read as soon as the job was made. No page at all when they are not to be had
    // to the end: then everything comes by pages, and what comes twice does no harm.
    private async IAsyncEnumerable<IReadOnlyList<CrmChange>?> ByJobAsync(
        RecordShape shape, BulkJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var records = new List<CrmRecord>(PageSize);
        await using var rows = bulk.RowsAsync(job, cancellationToken).GetAsyncEnumerator(cancellationToken);
        bool? hasRow;
        while ((hasRow = await NextRow(rows)) is true)
        {
            if (shape.Read(new QueryRow(new CsvCells(rows.Current), job.CreatedAt)) is { } record)
            {
                records.Add(record);
            }

            if (records.Count == PageSize)
            {
                yield return Changes(records);
                records.Clear();
            }
        }

        yield return Changes(records);
        if (hasRow is null)
        {
            yield return null;
        }

        await bulk.EndAsync(job, cancellationToken);
    }

    // Null when the job's rows cannot be had (another version's job, a locator that is gone, answers that break off), whatever the reason is.
    private static async Task<bool?> NextRow(IAsyncEnumerator<CsvRow> rows)
    {
        try
        {
            return await rows.MoveNextAsync();
        }
        catch (PortException e) when (e.Trouble is PortTrouble.Refused or PortTrouble.Unavailable)
        {
            return null;
        }
    }

    private async Task<(QueryPage? Page, bool Lost)> NextOrLost(string type, QueryPage page, CancellationToken cancellationToken)
    {
        try
        {
            return (await queries.NextAsync(type, page, cancellationToken), false);
        }
        catch (LocatorLostException)
        {
            return (null, true);
        }
    }

    private static List<CrmChange> Changes(List<CrmRecord> records) => records.ConvertAll(record => new CrmChange(record.Id, record.Version, record));
}
