using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.Warehouses.Tests.Postgres;

/// <summary>Writes that meet triggers, identities, policies, other transactions and a server that goes away.</summary>
public sealed class PostgresWriteTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private static int _count;
    private readonly string _schema = $"w{Interlocked.Increment(ref _count)}";
    private readonly IWarehouse _warehouse = WarehouseFactory.Create(new("postgres", database.ConnectionString));

    private string Table => $"{_schema}.m";

    public Task InitializeAsync() => database.RunAsync($"CREATE SCHEMA {_schema}");

    public async Task DisposeAsync() => await _warehouse.DisposeAsync();

    [Fact]
    public async Task Update_answers_what_a_trigger_made_of_the_value()
    {
        await CreateAsync("id integer, phone text", "(1, 'x')");
        await TriggerAsync("BEFORE UPDATE", "NEW.phone := regexp_replace(NEW.phone, '[^0-9]', '', 'g'); RETURN NEW;");
        var result = await WriteOneAsync(Update("1", Set("phone", "(030) 12-34")));
        Assert.Equal("0301234", result.Stored![0].Text);
    }

    [Fact]
    public async Task Update_and_insert_that_a_trigger_holds_back_are_rejected()
    {
        await CreateAsync("id integer, v text", "(1, 'x')");
        await TriggerAsync("BEFORE UPDATE OR INSERT OR DELETE", "RETURN NULL;");
        var results = await WriteAsync(Update("1", Set("v", "y")), Insert("2", Set("v", "y")), Insert(null, Set("v", "y")), new(WarehouseWriteKind.Delete, "1", "c", []));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Rejected, result.Outcome));
        Assert.All(results, result => Assert.Contains("trigger", result.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Update_that_a_trigger_refuses_is_rejected_in_its_words_without_the_value()
    {
        await CreateAsync("id integer, v text", "(1, 'x'), (2, 'x')");
        await TriggerAsync("BEFORE UPDATE", "IF NEW.v LIKE 'bad%' THEN RAISE EXCEPTION 'no % here', NEW.v; END IF; RETURN NEW;");
        var results = await WriteAsync(Update("1", Set("v", "bad secret")), Update("2", Set("v", "good")));
        Assert.Equal((WriteOutcome.Rejected, "no … here (P0001)"), (results[0].Outcome, results[0].Reason));
        Assert.Equal(WriteOutcome.Confirmed, results[1].Outcome);
    }

    [Fact]
    public async Task Insert_without_a_key_takes_the_key_that_the_table_makes()
    {
        await CreateAsync("id bigint GENERATED ALWAYS AS IDENTITY (START 100) PRIMARY KEY, v text CHECK (v <> 'bad')");
        var results = await WriteAsync(Insert(null, Set("v", "a")), Insert(null, Set("v", "bad")), Insert(null, Set("v", "b")), Insert(null));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Confirmed, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
        foreach (var (result, value) in new[] { (results[0], "a"), (results[2], "b") })
        {
            var found = await _warehouse.FindAsync(new(Side, ["v"]), [result.Key!], CancellationToken.None);
            Assert.Equal(value, Assert.Single(found).Values[0].Text);
            Assert.Equal(value, result.Stored![0].Text);
        }
    }

    [Fact]
    public async Task Insert_without_a_key_into_a_table_that_makes_none_is_rejected()
    {
        await CreateAsync("id text, v text");
        Assert.Equal(WriteOutcome.Rejected, (await WriteOneAsync(Insert(null, Set("v", "a")))).Outcome);
        Assert.Empty(await _warehouse.FindDuplicateKeysAsync(Side, CancellationToken.None));
        Assert.Equal("0", await CountAsync());
    }

    [Fact]
    public async Task Insert_whose_key_a_trigger_changes_answers_the_new_key()
    {
        await CreateAsync("id text, v text");
        await TriggerAsync("BEFORE INSERT", "NEW.id := upper(NEW.id); RETURN NEW;");
        var results = await WriteAsync(Insert("a", Set("v", "1")), Insert("b", Set("v", "2")));
        Assert.Equal(["A", "B"], results.Select(result => result.Key));
        Assert.Equal(["1", "2"], results.Select(result => result.Stored![0].Text));
        Assert.Equal("2", await CountAsync());
    }

    [Fact]
    public async Task Update_of_a_joined_view_with_many_rows_a_key_is_rejected()
    {
        await CreateAsync("id integer, n integer, v text", "(1, 1, 'a'), (1, 2, 'b')");
        await database.RunAsync(
            $"""
            CREATE VIEW {_schema}.j AS SELECT a.id, b.n, b.v FROM (SELECT DISTINCT id FROM {Table}) a JOIN {Table} b USING (id);
            CREATE FUNCTION {_schema}.up() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN UPDATE {Table} SET v = NEW.v WHERE id = NEW.id AND n = NEW.n; RETURN NEW; END $$;
            CREATE TRIGGER up INSTEAD OF UPDATE ON {_schema}.j FOR EACH ROW EXECUTE FUNCTION {_schema}.up();
            """);
        var result = Assert.Single(await _warehouse.WriteAsync(new("x", $"{_schema}.j", ["id"], []), [Update("1", Set("v", "z"))], null, CancellationToken.None));
        Assert.Equal(WriteOutcome.Rejected, result.Outcome);
        var whole = Assert.Single(await _warehouse.WriteAsync(new("x", $"{_schema}.j", ["id", "n"], []), [Update("1\u001f2", Swap("v", "b", "z"))], null, CancellationToken.None));
        Assert.Equal((WriteOutcome.Confirmed, "z"), (whole.Outcome, whole.Stored![0].Text));
    }

    [Fact]
    public async Task Text_too_long_or_null_where_none_may_be_is_rejected_by_column()
    {
        await CreateAsync("id integer, code varchar(5), v text NOT NULL", "(1, 'x', 'x'), (2, 'x', 'x')");
        var results = await WriteAsync(Update("1", Set("code", "geheim")), Update("2", Set("v", null)));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Rejected, result.Outcome));
        Assert.StartsWith("column 'code': value too long", results[0].Reason, StringComparison.Ordinal);
        Assert.Contains("\"v\"", results[1].Reason, StringComparison.Ordinal);
        Assert.Equal(WriteOutcome.Confirmed, (await WriteOneAsync(Update("1", Set("code", "😀😀😀😀😀")))).Outcome);
    }

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    public async Task Transaction_that_lost_against_another_is_tried_again(string code)
    {
        await CreateAsync("id integer, v text", "(1, 'x')");
        await database.RunAsync($"CREATE SEQUENCE {_schema}.tries");
        await TriggerAsync("BEFORE UPDATE", $"IF nextval('{_schema}.tries') < 4 THEN RAISE EXCEPTION USING ERRCODE = '{code}'; END IF; RETURN NEW;");
        Assert.Equal(WriteOutcome.Confirmed, (await WriteOneAsync(Update("1", Swap("v", "x", "y")))).Outcome);
    }

    [Fact]
    public async Task Transaction_that_loses_for_ever_is_unavailable()
    {
        await CreateAsync("id integer, v text", "(1, 'x')");
        await TriggerAsync("BEFORE UPDATE", "RAISE EXCEPTION USING ERRCODE = '40001';");
        var e = await Assert.ThrowsAsync<PortException>(() => WriteOneAsync(Update("1", Set("v", "y"))));
        Assert.Equal(PortTrouble.Unavailable, e.Trouble);
    }

    [Fact]
    public async Task Constraint_that_is_checked_at_commit_rejects_only_its_row()
    {
        await CreateAsync("id integer, v integer UNIQUE DEFERRABLE INITIALLY DEFERRED", "(1, 1), (2, 2), (3, 3), (4, 4)");
        var results = await WriteAsync(Update("1", Set("v", "11")), Update("2", Set("v", "4")), Update("3", Set("v", "13")));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task Connection_lost_before_anything_was_stored_is_unavailable()
    {
        await CreateAsync("id integer, v text", "(1, 'x')");
        await TriggerAsync("BEFORE UPDATE", "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW;");
        var e = await Assert.ThrowsAsync<PortException>(() => WriteOneAsync(Update("1", Set("v", "y"))));
        Assert.Equal(PortTrouble.Unavailable, e.Trouble);
    }

    [Fact]
    public async Task Connection_lost_while_committing_leaves_the_rows_unknown_and_the_earlier_ones_confirmed()
    {
        await CreateAsync("id integer, v text, w text", "(1, 'x', 'x'), (2, 'x', 'x'), (3, 'x', 'x')");
        await database.RunAsync(
            $"""
            CREATE FUNCTION {_schema}.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER die AFTER UPDATE OF w ON {Table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {_schema}.die();
            """);
        var results = await WriteAsync(Update("1", Set("v", "y")), Update("2", Set("w", "y")), Update("3", Swap("v", "x", "y")));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Unknown, WriteOutcome.Unknown], results.Select(result => result.Outcome));
        Assert.All(results.Skip(1), result => Assert.Null(result.Stored));
    }

    [Fact]
    public async Task Row_policy_rejects_only_its_row()
    {
        await CreateAsync("id integer, v text", "(1, 'x'), (2, 'x')");
        await database.RunAsync(
            $"""
            ALTER TABLE {Table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY p ON {Table} USING (true) WITH CHECK (v <> 'bad');
            CREATE ROLE writer_{_schema} LOGIN; GRANT USAGE ON SCHEMA {_schema} TO writer_{_schema}; GRANT ALL ON {Table} TO writer_{_schema};
            """);
        await using (var warehouse = new PostgresWarehouse($"{database.ConnectionString};Username=writer_{_schema}"))
        {
            var results = await warehouse.WriteAsync(
                new("x", Table, ["id"], []), [Update("1", Set("v", "bad")), Update("2", Set("v", "good"))], null, CancellationToken.None);
            Assert.Equal([WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
        }

        await database.RunAsync($"DROP OWNED BY writer_{_schema}; DROP ROLE writer_{_schema}");
    }

    [Fact]
    public async Task Writers_at_the_same_time_never_lose_a_change()
    {
        await CreateAsync("id integer PRIMARY KEY, v integer", string.Join(", ", Enumerable.Range(0, 20).Select(i => $"({i}, 0)")));
        var writers = Enumerable.Range(0, 4).Select(async writer =>
        {
            var confirmed = 0;
            for (var round = 0; round < 10; round++)
            {
                var rows = await _warehouse.FindAsync(new(Side, ["v"]), Enumerable.Range(0, 20).Select(i => $"{i}").ToList(), CancellationToken.None);
                var writes = rows.Select(row => Update(row.Key!, Swap("v", row.Values[0].Text, $"{int.Parse(row.Values[0].Text!) + 1}")));
                confirmed += (await WriteAsync([.. writer % 2 == 0 ? writes : writes.Reverse()])).Count(result => result.Outcome is WriteOutcome.Confirmed);
            }

            return confirmed;
        });
        var total = (await Task.WhenAll(writers)).Sum();
        var read = new WarehouseRead(new() { Connection = "main", Kind = SourceKind.Query, Source = $"SELECT 1 AS id, sum(v) AS v FROM {Table}", Key = ["id"] }, ["v"]);
        Assert.Equal($"{total}", Assert.Single(await _warehouse.FindAsync(read, ["1"], CancellationToken.None)).Values[0].Text);
        Assert.True(total >= 200);
    }

    [Fact]
    public async Task Landing_tables_made_by_several_daemons_at_once_are_one()
    {
        var target = new WarehouseTarget($"race_{_schema}", null, ["id"], [new("a", new(FieldKind.Text))]);
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _warehouse.WriteAsync(target, [Update($"k{i}", Set("a", "x"))], null, CancellationToken.None)));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result[0].Outcome));
    }

    [Fact]
    public async Task Table_in_the_landing_schema_that_is_none_of_ours_is_refused()
    {
        await database.RunAsync($"CREATE SCHEMA IF NOT EXISTS crm_landing; CREATE TABLE crm_landing.foreign_{_schema} (id integer)");
        var target = new WarehouseTarget($"foreign_{_schema}", null, ["id"], []);
        var e = await Assert.ThrowsAsync<PortException>(() => _warehouse.WriteAsync(target, [Update("k")], null, CancellationToken.None));
        Assert.Equal(PortTrouble.Refused, e.Trouble);
    }

    private WarehouseSide Side => new() { Connection = "main", Kind = SourceKind.Table, Source = Table, Key = ["id"] };

    private static ColumnWrite Set(string column, string? value) => new(column, FieldValue.NotObserved, FieldValue.Of(value));

    private static ColumnWrite Swap(string column, string? expected, string? value) => new(column, FieldValue.Of(expected), FieldValue.Of(value));

    private static WarehouseWrite Update(string key, params ColumnWrite[] columns) => new(WarehouseWriteKind.Update, key, "c", columns);

    private static WarehouseWrite Insert(string? key, params ColumnWrite[] columns) => new(WarehouseWriteKind.Insert, key, "c", columns);

    private Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(params WarehouseWrite[] writes) =>
        _warehouse.WriteAsync(new("x", Table, ["id"], []), writes, null, CancellationToken.None);

    private async Task<WarehouseWriteResult> WriteOneAsync(WarehouseWrite write) => Assert.Single(await WriteAsync(write));

    private Task CreateAsync(string columns, string? rows = null) =>
        database.RunAsync($"CREATE TABLE {Table} ({columns}){(rows is null ? "" : $"; INSERT INTO {Table} VALUES {rows}")}");

    private Task TriggerAsync(string when, string body) => database.RunAsync(
        $"""
        CREATE FUNCTION {_schema}.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
        CREATE TRIGGER t {when} ON {Table} FOR EACH ROW EXECUTE FUNCTION {_schema}.f();
        """);

    private async Task<string?> CountAsync()
    {
        var side = new WarehouseSide { Connection = "main", Kind = SourceKind.Query, Source = $"SELECT 1 AS id, count(*) AS n FROM {Table}", Key = ["id"] };
        return Assert.Single(await _warehouse.FindAsync(new(side, ["n"]), ["1"], CancellationToken.None)).Values[0].Text;
    }
}
