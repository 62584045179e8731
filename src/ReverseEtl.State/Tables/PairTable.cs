using System.Data.Common;
using System.Runtime.CompilerServices;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Scans;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>Reads pairs.</summary>
internal sealed class PairTable(MappingContext context, Func<CancellationToken, Task<Session>> another)
{
    private const string Columns = "r.key, r.crm_id, r.state, r.epoch, r.warehouse_print, r.crm_print, r.crm_version, r.base, r.made, r.row_hash";
    private const int CursorRows = 5_000;
    private int _cursors;

    // A cursor takes no parameters.
    private string Prints => $"select key, warehouse_print, state, row_hash from retl.every_pair where mapping_id = {context.Id} order by key";

    /// <summary>All pairs by key, never all of them in memory. Beside the session when it is live, within it when it is a dry run.</summary>
    public IPrintScan ScanPrints(CancellationToken cancellationToken) => context.Session.IsDryRun
        ? new StreamedPrintScan(ReadByCursorAsync(cancellationToken), cancellationToken)
        : new PrintScan(another, Prints, cancellationToken);

    public Task<long> CountLinkedAsync(CancellationToken cancellationToken) => context.Session.ScalarAsync<long>(
        "select count(*) from retl.pair where mapping_id = @Id and state = 1", new { context.Id }, cancellationToken);

    public async Task<IReadOnlyDictionary<string, Pair>> ByKeyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var pairs = keys.Count == 0 ? [] : await context.Session.QueryAsync(
            ByKey.Select(Columns, "every_pair"), new { context.Id, keys = keys.ToArray() }, ReadPair, cancellationToken);
        return pairs.ToDictionary(pair => pair.Key, StringComparer.Ordinal);
    }

    public async Task<ILookup<string, Pair>> ByCrmIdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var pairs = ids.Count == 0 ? [] : await context.Session.QueryAsync(
            $"{ByKey.Select(Columns, "pair", "crm_id", "r.state <> 5")} union all {ByKey.Select(Columns, "pair", "crm_id", "r.state = 5")}",
            new { context.Id, keys = ids.ToArray() },
            ReadPair,
            cancellationToken);
        return pairs.ToLookup(pair => pair.CrmId!, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyDictionary<string, string>> CrmIdsOfAsync(
        string mapping, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        await ReadMapAsync(ByKey.Select("r.key, r.crm_id", "pair", "key", "r.state = 1"), mapping, keys, cancellationToken);

    public async Task<IReadOnlyDictionary<string, string>> KeysOfAsync(
        string mapping, IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken)
    {
        var winners = await ReadMapAsync(ByKey.Select("r.loser, r.winner", "alias", "loser"), mapping, crmIds, cancellationToken);
        var keys = await ReadMapAsync(
            ByKey.Select("r.crm_id, r.key", "pair", "crm_id", "r.state <> 5 and r.state = 1"),
            mapping,
            [.. crmIds.Select(crmId => winners.GetValueOrDefault(crmId, crmId))],
            cancellationToken);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var crmId in crmIds)
        {
            if (keys.TryGetValue(winners.GetValueOrDefault(crmId, crmId), out var key))
            {
                found[crmId] = key;
            }
        }

        return found;
    }

    private async Task<Dictionary<string, string>> ReadMapAsync(
        string sql, string mapping, IReadOnlyCollection<string> wanted, CancellationToken cancellationToken)
    {
        var id = mapping == context.Lease.Mapping ? context.Id : await MappingRow.FindAsync(context.Session, mapping, cancellationToken);
        var rows = wanted.Count == 0 || id == 0 ? [] : await context.Session.QueryAsync(
            sql, new { Id = id, keys = wanted.ToArray() }, row => (Key: row.GetString(0), Value: row.GetString(1)), cancellationToken);
        return rows.ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
    }

    private async IAsyncEnumerable<PairPrint> ReadByCursorAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = $"prints_{++_cursors}";
        await context.Session.ExecuteAsync($"declare {cursor} no scroll cursor for {Prints}", null, cancellationToken);
        for (var full = true; full;)
        {
            var rows = await context.Session.QueryAsync($"fetch {CursorRows} from {cursor}", null, ReadPrint, cancellationToken);
            foreach (var row in rows)
            {
                yield return row;
            }

            full = rows.Count == CursorRows;
        }

        await context.Session.ExecuteAsync($"close {cursor}", null, cancellationToken);
    }

    private static PairPrint ReadPrint(DbDataReader row) => new(row.GetString(0), row.Print(1), (PairState)row.GetInt16(2), row.GetInt64(3));

    private Pair ReadPair(DbDataReader row) => ReadPair(row, context.Fields.Places, context.Fields.Count);

    /// <summary>A row of <c>key, crm_id, state, epoch, warehouse_print, crm_print, crm_version, base, made, row_hash</c>.</summary>
    public static Pair ReadPair(DbDataReader row, IReadOnlyDictionary<int, int> places, int count) => new(
        row.GetString(0),
        row.TextOrNull(1),
        (PairState)row.GetInt16(2),
        row.GetInt32(3),
        row.Print(4),
        row.Print(5),
        row.GetFieldValue<DateTimeOffset>(6),
        BaseCodec.Unpack(row.GetFieldValue<byte[]>(7), places, count))
    {
        IsOurs = row.GetBoolean(8),
        RowHash = row.GetInt64(9),
    };
}
