using System.Runtime.CompilerServices;
using System.Text.Json;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>Reads records: what changed, by id, by key.</summary>
internal sealed class SalesforceReader(QueryRunner queries, DescribeCache describes, TokenKeeper tokens)
{
    private const int MostRestarts = 5;
    private const int LongestMergeChain = 10;
    private const int MostRetrieved = 2_000;

    /// <summary>News since a moment, in the order of their stamps; starts again behind the last row when the server drops the cursor.</summary>
    public async IAsyncEnumerable<IReadOnlyList<CrmChange>> ChangesAsync(
        CrmRead read, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shape = await ShapeAsync(read, cancellationToken);
        var restarts = 0;
        while (true)
        {
            // From the last stamp on, not behind it: more rows may share it. What comes twice does no harm.
            var where = since is { } from ? $" WHERE {shape.Stamp} >= {Soql.Instant(from)}" : "";
            var page = await queries.FirstAsync(read.Object, $"{shape.First}{where} ORDER BY {shape.Stamp}, Id", deletedToo: true, cancellationToken);
            var lost = false;
            for (QueryPage? current = page, next; current is not null; current = next)
            {
                using (current)
                {
                    var changes = await Changes(shape, read, current, cancellationToken);
                    if (changes.Count > 0)
                    {
                        restarts = since is null || changes[^1].Version > since ? 0 : restarts;
                        since = changes[^1].Version;
                        yield return changes;
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
        }
    }

    /// <summary>Records by id, deleted and merged ones too; a merged one names the record that is left in the end.</summary>
    public async Task<IReadOnlyDictionary<string, CrmRecord>> ByIdAsync(CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var asked = ids.Select(id => (Asked: id, Full: SalesforceId.Normalize(id)))
            .Where(pair => pair.Full is not null)
            .ToLookup(pair => pair.Full!, pair => pair.Asked);
        var shape = await ShapeAsync(read, cancellationToken);
        var found = await Fetch(shape, read, asked.Select(group => group.Key), cancellationToken);
        await FollowMerges(shape, read, found, cancellationToken);
        return found.Values.Where(record => asked.Contains(record.Id))
            .SelectMany(record => asked[record.Id].Distinct(StringComparer.Ordinal).Select(id => KeyValuePair.Create(id, record)))
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Live records by their full id, as they are at this moment, in as few calls as can be; for fields of their own only.</summary>
    public async Task<IReadOnlyDictionary<string, CrmRecord>> AtThisMomentAsync(
        CrmRead read, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var shape = await ShapeAsync(read, cancellationToken);
        var found = new Dictionary<string, CrmRecord>(StringComparer.Ordinal);
        foreach (var chunk in ids.Distinct(StringComparer.Ordinal).Chunk(MostRetrieved))
        {
            using var page = await queries.RetrieveAsync(read.Object, chunk, shape.Columns, cancellationToken);
            foreach (var record in page.Rows.Select(shape.Read).OfType<CrmRecord>())
            {
                found[record.Id] = record;
            }
        }

        return found;
    }

    /// <summary>Live records by the value of the key field.</summary>
    public async Task<ILookup<string, CrmRecord>> ByKeyAsync(CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var shape = await ShapeAsync(read, cancellationToken);
        var describe = (await describes.KnownAsync(read.Object, cancellationToken))!;
        var match = new KeyMatch(describe, read.KeyField, keys);
        var rows = new List<CrmRecord>();
        foreach (var query in Soql.In($"{shape.First} WHERE {read.KeyField} IN (", match.Literals))
        {
            await foreach (var row in queries.RowsAsync(read.Object, query, deletedToo: false, cancellationToken))
            {
                if (shape.Read(row) is { } record)
                {
                    rows.Add(record);
                }
            }
        }

        await Complete(shape, read, rows, cancellationToken);
        return rows.SelectMany(record => match.Asked(record.Key).Select(key => (key, record)))
            .ToLookup(pair => pair.key, pair => pair.record, StringComparer.Ordinal);
    }

    private async Task<RecordShape> ShapeAsync(CrmRead read, CancellationToken cancellationToken)
    {
        var describe = await describes.KnownAsync(read.Object, cancellationToken)
            ?? throw new PortException(PortTrouble.Refused, $"Salesforce: there is no object {read.Object}, or the integration user may not see it.");
        return new RecordShape(read, describe, (await tokens.GetAsync(cancellationToken)).UserId);
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

    private async Task<List<CrmChange>> Changes(RecordShape shape, CrmRead read, QueryPage page, CancellationToken cancellationToken)
    {
        var records = page.Rows.Select(shape.Read).OfType<CrmRecord>().ToList();
        await Complete(shape, read, records, cancellationToken);
        return records.ConvertAll(record => new CrmChange(record.Id, record.Version, record));
    }

    private async Task<Dictionary<string, CrmRecord>> Fetch(
        RecordShape shape, CrmRead read, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, CrmRecord>(StringComparer.Ordinal);
        foreach (var query in Soql.In($"{shape.First} WHERE Id IN (", ids.Select(Soql.Text)))
        {
            await foreach (var row in queries.RowsAsync(read.Object, query, deletedToo: true, cancellationToken))
            {
                if (shape.Read(row) is { } record)
                {
                    found[record.Id] = record;
                }
            }
        }

        await Complete(shape, read, found.Values, cancellationToken);
        return found;
    }

    // The columns that did not fit into the first query. Their values may be newer than the version, which only makes news come twice.
    private async Task Complete(RecordShape shape, CrmRead read, IReadOnlyCollection<CrmRecord> records, CancellationToken cancellationToken)
    {
        var byId = records.ToLookup(record => record.Id, StringComparer.Ordinal);
        foreach (var query in shape.Rest.SelectMany(head => Soql.In($"{head} WHERE Id IN (", byId.Select(group => Soql.Text(group.Key)))))
        {
            await foreach (var row in queries.RowsAsync(read.Object, query, deletedToo: true, cancellationToken))
            {
                foreach (var record in byId[SalesforceId.NormalizeOrKeep(JsonValue.Text(row.Json, "Id") ?? "")])
                {
                    shape.Fill(record, row.Json);
                }
            }
        }
    }

    private async Task FollowMerges(RecordShape shape, CrmRead read, Dictionary<string, CrmRecord> found, CancellationToken cancellationToken)
    {
        for (var step = 0; step < LongestMergeChain; step++)
        {
            var unknown = found.Values.Select(record => record.MergedInto).OfType<string>()
                .Where(id => !found.ContainsKey(id))
                .Distinct(StringComparer.Ordinal)
                .ToList();
            if (unknown.Count == 0)
            {
                break;
            }

            var winners = await Fetch(shape, read, unknown, cancellationToken);
            if (winners.Count == 0)
            {
                break;
            }

            foreach (var (id, winner) in winners)
            {
                found[id] = winner;
            }
        }

        foreach (var (id, record) in found.Where(pair => pair.Value.MergedInto is not null).ToList())
        {
            found[id] = record with { MergedInto = Last(record.MergedInto!, found) };
        }
    }

    private static string Last(string id, Dictionary<string, CrmRecord> found)
    {
        for (var step = 0; step < LongestMergeChain && found.TryGetValue(id, out var record) && record.MergedInto is { } next; step++)
        {
            id = next;
        }

        return id;
    }
}
