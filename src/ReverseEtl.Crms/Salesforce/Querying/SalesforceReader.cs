using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>Reads records by id and by key.</summary>
/// <remarks>
/// A field that is gone or hidden since the object was described last makes a query fail. The object is then described anew, once, and the read
/// goes on without the field, which is not observed: a record without a value and one whose value cannot be seen are not the same.
/// </remarks>
internal sealed class SalesforceReader(QueryRunner queries, DescribeCache describes, TokenKeeper tokens, Warnings warnings)
{
    private const int LongestMergeChain = 10;
    private const int MostRetrieved = 2_000;

    /// <summary>Records by id, deleted and merged ones too; a merged one names the record that is left in the end.</summary>
    public async Task<IReadOnlyDictionary<string, CrmRecord>> ByIdAsync(CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var asked = ids.Select(id => (Asked: id, Full: SalesforceId.NormalizeOrKeep(id.Trim())))
            .Where(pair => SalesforceId.CanBeAskedFor(pair.Full))
            .ToLookup(pair => pair.Full, pair => pair.Asked);
        var found = await ShapedAsync(
            read,
            async shape =>
            {
                var found = await Fetch(shape, read, asked.Select(group => group.Key), cancellationToken);
                await FollowMerges(shape, read, found, cancellationToken);
                return found;
            },
            cancellationToken);
        return found.Values.Where(record => asked.Contains(record.Id))
            .SelectMany(record => asked[record.Id].Distinct(StringComparer.Ordinal).Select(id => KeyValuePair.Create(id, record)))
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Live records by their full id, as they are at this moment, in as few calls as can be; for fields of their own only.</summary>
    public async Task<IReadOnlyDictionary<string, CrmRecord>> AtThisMomentAsync(
        CrmRead read, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var asked = ids.Distinct(StringComparer.Ordinal).ToList();
        return await ShapedAsync(
            read,
            async shape =>
            {
                var found = new Dictionary<string, CrmRecord>(StringComparer.Ordinal);
                foreach (var chunk in asked.Chunk(MostRetrieved))
                {
                    using var page = await queries.RetrieveAsync(read.Object, chunk, shape.Columns, cancellationToken);
                    foreach (var record in page.Rows.Select(shape.Read).OfType<CrmRecord>())
                    {
                        found[record.Id] = record;
                    }
                }

                return found;
            },
            cancellationToken);
    }

    /// <summary>Live records by the value of the key field.</summary>
    public async Task<ILookup<string, CrmRecord>> ByKeyAsync(CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        KeyMatch? match = null;
        var rows = await ShapedAsync(
            read,
            async shape =>
            {
                match = new KeyMatch((await describes.KnownAsync(read.Object, cancellationToken))!, read.KeyField, keys);
                return await WithKeys(shape, read, match.Literals, cancellationToken);
            },
            cancellationToken);
        return rows.SelectMany(record => match!.Asked(record.Key).Select(key => (key, record)))
            .ToLookup(pair => pair.key, pair => pair.record, StringComparer.Ordinal);
    }

    /// <summary>What the read selects, as the object is described now.</summary>
    public async Task<RecordShape> ShapeAsync(CrmRead read, CancellationToken cancellationToken)
    {
        var describe = await describes.KnownAsync(read.Object, cancellationToken)
            ?? throw new PortException(PortTrouble.Refused, $"Salesforce: there is no object {read.Object}, or the integration user may not see it.");
        var blind = read.Fields.Select(field => field.Name).Where(name => describes.IsRefused(read.Object, name))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var path in read.Fields.Select(field => field.Name).Where(name => name.Contains('.', StringComparison.Ordinal)))
        {
            // A path may end where a field of another object was deleted or hidden; one such column would spoil the whole read.
            if (!await describes.CanSelectAsync(read.Object, path, cancellationToken))
            {
                blind.Add(path);
            }
        }

        return new RecordShape(read, describe, blind, (await tokens.GetAsync(cancellationToken)).UserId);
    }

    /// <summary>
    /// Reads with what the object has now. What a query is refused for is described anew; a column that is still described then, and still refused,
    /// is left out, since one line of a mapping must not hold up the others.
    /// </summary>
    public async Task<T> ShapedAsync<T>(CrmRead read, Func<RecordShape, Task<T>> reading, CancellationToken cancellationToken)
    {
        for (var looks = 0; ; looks++)
        {
            try
            {
                return await reading(await ShapeAsync(read, cancellationToken));
            }
            catch (PortException e) when (FieldsMoved.Of(e) && (looks == 0 || LeaveOut(read, FieldsMoved.Named(e, read))))
            {
                // Once more, with what is known now.
            }
        }
    }

    // Each time at least one more, so that it ends.
    private bool LeaveOut(CrmRead read, IReadOnlyList<string> columns)
    {
        var more = columns.Where(column => !describes.IsRefused(read.Object, column)).ToList();
        foreach (var column in more)
        {
            describes.Refuse(read.Object, column);
            warnings.Tell($"{read.Object}.{column} is described, but queries for it are refused: it is not observed.");
        }

        return more.Count > 0;
    }

    private async Task<List<CrmRecord>> WithKeys(
        RecordShape shape, CrmRead read, IReadOnlyList<string> literals, CancellationToken cancellationToken)
    {
        var rows = new List<CrmRecord>();
        foreach (var query in Soql.In($"{shape.First} WHERE {read.KeyField} IN (", literals))
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
        return rows;
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

    /// <summary>
    /// Adds the columns that did not fit into the first query. Their values may be newer than the version, which only makes news come twice.
    /// </summary>
    public async Task Complete(RecordShape shape, CrmRead read, IReadOnlyCollection<CrmRecord> records, CancellationToken cancellationToken)
    {
        var byId = records.ToLookup(record => record.Id, StringComparer.Ordinal);
        foreach (var query in shape.Rest.SelectMany(head => Soql.In($"{head} WHERE Id IN (", byId.Select(group => Soql.Text(group.Key)))))
        {
            await foreach (var row in queries.RowsAsync(read.Object, query, deletedToo: true, cancellationToken))
            {
                foreach (var record in byId[SalesforceId.NormalizeOrKeep(row.Cells.Text("Id") ?? "")])
                {
                    shape.Fill(record, row.Cells);
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
