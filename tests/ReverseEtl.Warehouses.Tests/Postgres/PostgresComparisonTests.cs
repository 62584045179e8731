using System.Text;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests.Postgres;

/// <summary>The server compares a model with what is known of it.</summary>
public sealed class PostgresComparisonTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Nothing =
        "SELECT '' COLLATE \"C\" AS key, NULL::uuid AS print, 0::smallint AS state, 0::bigint AS hash, false AS is_idle, false AS is_missed WHERE false";

    private static readonly RowPrint Print = new(7, [new FieldType(FieldKind.Text), new FieldType(FieldKind.Integer)], [0, 1]);
    private static int _count;

    private readonly string _table = $"compared_{Interlocked.Increment(ref _count)}";
    private readonly IWarehouse _warehouse = WarehouseFactory.Create(new("postgres", database.ConnectionString));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _warehouse.DisposeAsync();

    [Theory]
    [InlineData("PRIMARY KEY")]
    [InlineData("")]
    public async Task Only_what_differs_from_what_is_known_travels(string key)
    {
        await database.RunAsync($"CREATE TABLE {_table} (id text {key}, v text, n bigint); INSERT INTO {_table} VALUES ('a', 'x', 1), ('b', 'x', 1), ('c', NULL, NULL), ('d', '', 0), ('e', 'x', 1), ('f', 'x', 1)");
        var hashes = await HashesAsync();
        Assert.Equal(6, hashes.Count);
        Assert.Equal(hashes["a"], hashes["b"]);
        Assert.NotEqual(hashes["c"], hashes["d"]);

        await database.RunAsync($"UPDATE {_table} SET n = 2 WHERE id IN ('b', 'e'); DELETE FROM {_table} WHERE id = 'f'; INSERT INTO {_table} VALUES ('new', 'x', 1)");
        var known = new[]
        {
            Known("a", hashes["a"]), Known("b", hashes["b"]), Known("c", hashes["c"]), Known("d", null), Known("e", hashes["e"], isIdle: true),
            Known("f", hashes["f"], isMissed: true), Known("gone", null, isMissed: false),
        };
        Assert.Equal(["b changed", "d changed", "f missing", "new new"], await CompareAsync(Table(), known));
    }

    [Fact]
    public async Task Rows_of_one_key_are_told_once_also_where_each_looks_as_known()
    {
        await database.RunAsync($"CREATE TABLE {_table} (id text, v text, n bigint); INSERT INTO {_table} VALUES ('a', 'x', 1), ('a', 'x', 1), ('b', 'x', 1), ('b', 'x', 2), ('z', 'x', 1), ('z', 'x', 1), (NULL, 'x', 1), (NULL, 'y', 2)");
        var x = (await HashesAsync())["z"];
        Assert.Equal(["a repeated", "b repeated", "none", "none", "z repeated"], await CompareAsync(Table(), [Known("a", x), Known("b", x)]));
    }

    [Fact]
    public async Task Query_with_a_key_of_several_columns_is_compared_as_it_is_read()
    {
        await database.RunAsync($"CREATE TABLE {_table} (a text, b integer, v text, n bigint); INSERT INTO {_table} VALUES ('a', 1, 'x', 1), ('a', 2, 'x', 1)");
        var side = new WarehouseSide { Connection = "main", Kind = SourceKind.Query, Source = $"SELECT * FROM {_table} -- all", Key = ["a", "b"] };
        var hashes = await HashesAsync(side);
        Assert.Equal(["a|2 new"], await CompareAsync(side, [Known("a\u001f1", hashes["a|1"])]));
    }

    [Fact]
    public async Task Hash_knows_texts_by_their_bytes_whatever_their_type_calls_equal()
    {
        await database.RunAsync(
            "CREATE COLLATION IF NOT EXISTS caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false); "
            + $"CREATE TABLE {_table} (id text PRIMARY KEY, v text COLLATE caseless, n jsonb); INSERT INTO {_table} VALUES ('a', 'x', '1'), ('b', 'X', '1'), ('c', 'x', '1.0')");
        var hashes = await HashesAsync();
        Assert.Equal(3, hashes.Values.Distinct().Count());
    }

    [Fact]
    public async Task Hash_is_the_same_whichever_way_a_row_is_read()
    {
        await database.RunAsync($"CREATE TABLE {_table} (id text PRIMARY KEY, v text, n bigint); INSERT INTO {_table} VALUES ('a', 'x', 1)");
        var streamed = (await HashesAsync())["a"];
        Assert.NotEqual(0, streamed);
        Assert.Equal(streamed, Assert.Single(await _warehouse.FindAsync(Read(Table()), ["a"], CancellationToken.None)).Hash);
        Assert.NotEqual(streamed, (await HashesAsync(seed: 8))["a"]);
        await using var scan = _warehouse.Scan(Read(Table()), Print, CancellationToken.None);
        Assert.True(await scan.NextAsync());
        Assert.Equal((streamed, streamed), (scan.Hash, scan.Row.Hash));
        await using var keys = _warehouse.ScanHashes(Read(Table()), CancellationToken.None)!;
        Assert.True(await keys.NextAsync());
        Assert.Equal(("a", streamed), (Encoding.UTF8.GetString(keys.Key), keys.Hash));
    }

    [Fact]
    public async Task Scan_without_a_seed_makes_no_hash()
    {
        await database.RunAsync($"CREATE TABLE {_table} (id text PRIMARY KEY, v text, n numeric); INSERT INTO {_table} VALUES ('a', 'x', 1)");
        await using var scan = _warehouse.Scan(new(Table(), ["v", "n"]), Print, CancellationToken.None);
        Assert.True(await scan.NextAsync());
        Assert.Equal((0, 0), (scan.Hash, scan.Row.Hash));
    }

    [Theory]
    [InlineData("text COLLATE \"C\"")]
    [InlineData("text COLLATE \"POSIX\"")]
    [InlineData("varchar(9)")]
    [InlineData("text COLLATE \"und-x-icu\"")]
    [InlineData("char(9)")]
    public async Task Keys_come_in_byte_order_whatever_order_their_index_has(string type)
    {
        var keys = new[] { "B", "a", "b", "Ä", "ä", "中", "😀" };
        await database.RunAsync(
            $"CREATE TABLE {_table} (id {type} PRIMARY KEY, v text, n bigint); INSERT INTO {_table} SELECT k FROM unnest(ARRAY['{string.Join("', '", keys.Reverse())}']) k");
        Assert.Equal(keys, (await HashesAsync()).Keys);
        await using var scan = _warehouse.ScanHashes(Read(Table()), CancellationToken.None)!;
        var scanned = new List<string>();
        while (await scan.NextAsync())
        {
            scanned.Add(Encoding.UTF8.GetString(scan.Key));
        }

        Assert.Equal(keys, scanned);
    }

    private WarehouseSide Table() => new() { Connection = "main", Kind = SourceKind.Table, Source = _table, Key = ["id"] };

    private static WarehouseRead Read(WarehouseSide side, long seed = 7) => new(side, ["v", "n"]) { HashSeed = seed };

    private async Task<Dictionary<string, long>> HashesAsync(WarehouseSide? side = null, long seed = 7)
    {
        var hashes = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var row in _warehouse.ReadAsync(Read(side ?? Table(), seed), null, CancellationToken.None))
        {
            hashes[RecordKey.Display(row.Key ?? "")] = row.Hash;
        }

        return hashes;
    }

    private async Task<IReadOnlyList<string>> CompareAsync(WarehouseSide side, IReadOnlyList<string> known)
    {
        var relation = string.Join(" UNION ALL ", known.Prepend(Nothing));
        await using var scan = _warehouse.Compare(Read(side), Print, new KnownRows("", relation), CancellationToken.None)!;
        var found = new List<string>();
        while (await scan.NextAsync())
        {
            var key = RecordKey.Display(Encoding.UTF8.GetString(scan.Key));
            found.Add(!scan.IsThere ? $"{key} missing" : !scan.HasKey ? "none" : scan.IsRepeated ? $"{key} repeated" : scan.IsKnown ? $"{key} changed" : $"{key} new");
            if (scan.IsThere)
            {
                Assert.Equal((Print.Of(scan.Row.Values), scan.Hash), (scan.Print, scan.Row.Hash));
            }

            if (scan.IsKnown)
            {
                Assert.Equal((PairState.Linked, new Fingerprint(1)), (scan.KnownState, scan.KnownPrint));
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private static string Known(string key, long? hash, bool isIdle = false, bool isMissed = true) =>
        $"SELECT '{key}' COLLATE \"C\", '00000000-0000-0000-0000-000000000001'::uuid, 1::smallint, {(hash is null ? "NULL::bigint" : $"'{hash}'::bigint")}, {isIdle}, {isMissed}";
}
