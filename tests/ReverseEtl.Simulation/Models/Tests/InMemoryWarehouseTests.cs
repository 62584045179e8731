using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Simulation.Models.Warehouses;

namespace ReverseEtl.Simulation.Models.Tests;

/// <summary>What the simulation needs of a warehouse that no contract speaks of: people, late commits, builds, breaks and locks.</summary>
public sealed class InMemoryWarehouseTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TableColumn Id = new("id", new(FieldKind.Text));
    private static readonly TableColumn Phone = new("phone", new(FieldKind.Text));
    private static readonly TableColumn City = new("city", new(FieldKind.Text));
    private static readonly TableColumn UpdatedAt = new("updated_at", new(FieldKind.Timestamp));

    private readonly ManualTime _time = new();
    private readonly ScriptedGate _gate = new();
    private readonly WarehouseMemory _memory;
    private readonly List<string> _events = [];

    public InMemoryWarehouseTests()
    {
        _memory = new WarehouseMemory(_time)
        {
            Watch = happened => _events.Add(
                $"{happened.By} {happened.Change} {happened.Table} {happened.Key}: "
                + string.Join(", ", happened.Cells.Where(cell => cell.Column != "updated_at").Select(cell => $"{cell.Column} {cell.Before}>{cell.After}"))),
        };
        Warehouse = new InMemoryWarehouse(_memory, _gate);
        _memory.Create(new TableShape("people", [Id, Phone, City, UpdatedAt]) { Key = ["id"], ChangedAt = "updated_at" });
        _memory.As("dana").Insert("people", ("id", "1"), ("phone", "old"));
        _events.Clear();
    }

    private InMemoryWarehouse Warehouse { get; }

    [Fact]
    public async Task Late_commit_is_seen_late_and_says_that_it_changed_early()
    {
        var began = _time.GetUtcNow();
        _memory.As("job", TimeSpan.FromMinutes(5)).Update("people", "1", ("phone", "new"));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(("old", began), await SeenAsync());
        Assert.Equal(began.AddMinutes(5), _memory.NextCommit);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("new", began), await SeenAsync());
        Assert.Null(_memory.NextCommit);
        Assert.Equal(["job Update people 1: phone old>new"], _events);
    }

    [Fact]
    public void People_add_remove_and_rename_rows()
    {
        var dana = _memory.As("dana");
        dana.Insert("people", ("id", "2"), ("city", "Oslo"));
        dana.Insert("people", ("id", "2"), ("city", "refused: the key is taken"));
        dana.Rekey("people", "1", "9");
        dana.Update("people", "1", ("phone", "nobody"));
        dana.Delete("people", "2");
        Assert.Equal(["9"], _memory.Rows("people").Select(row => row.Key));
        Assert.Equal("old", _memory.Row("people", "9")!["phone"].Text);
        Assert.Equal(
            [
                "dana Insert people 2: id <Absent>>2, phone <Absent>><Null>, city <Absent>>Oslo", "dana Update people 1: id 1>9",
                "dana Delete people 2: id 2><Absent>, phone <Null>><Absent>, city Oslo><Absent>",
            ],
            _events);
    }

    [Fact]
    public void Edit_that_sets_what_is_there_changes_nothing_but_the_stamp()
    {
        var before = _memory.Row("people", "1")!["updated_at"];
        _time.Advance(TimeSpan.FromMinutes(1));
        _memory.As("dana").Update("people", "1", ("phone", "old"));
        Assert.NotEqual(before, _memory.Row("people", "1")!["updated_at"]);
    }

    [Fact]
    public async Task Engine_writes_leave_the_stamp_alone_unless_a_trigger_keeps_it()
    {
        _memory.Create(new TableShape("stamped", [Id, Phone, UpdatedAt]) { Key = ["id"], ChangedAt = "updated_at", StampsEngineWrites = true });
        _memory.As("dana").Insert("stamped", ("id", "1"), ("phone", "old"));
        _time.Advance(TimeSpan.FromMinutes(1));
        await WriteAsync("people", Swap("1", "old", "new"));
        await WriteAsync("stamped", Swap("1", "old", "new"));
        Assert.Equal("2026-11-23T12:00:00Z", _memory.Row("people", "1")!["updated_at"].Text);
        Assert.Equal("2026-11-23T12:01:00Z", _memory.Row("stamped", "1")!["updated_at"].Text);
        Assert.Equal(["engine Update people 1: phone old>new", "engine Update stamped 1: phone old>new"], _events.Where(e => e.StartsWith("engine", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Trigger_spells_what_is_stored_and_table_makes_keys()
    {
        _memory.Create(new TableShape("made", [Id, Phone with { Normaliser = text => text.ToUpperInvariant() }]) { Key = ["id"], MakesKeys = true });
        var write = new WarehouseWrite(WarehouseWriteKind.Insert, null, "c", [new("phone", FieldValue.NotObserved, FieldValue.Of("abc"))]);
        var results = await WriteAsync("made", write, write);
        Assert.Equal(["1", "2"], results.Select(result => result.Key));
        Assert.Equal("ABC", results[0].Stored![0].Text);
        Assert.False((await Warehouse.DescribeTableAsync("made", None))!.Fields["id"].Required);
    }

    [Fact]
    public async Task Constraint_refuses_until_it_is_lifted()
    {
        var rule = new RowRefusal("people", "phone", "bad", "no such numbers");
        _memory.Refuse(rule);
        var refused = Assert.Single(await WriteAsync("people", Swap("1", "old", "bad")));
        Assert.Equal((WriteOutcome.Rejected, "column 'phone': no such numbers"), (refused.Outcome, refused.Reason));
        _memory.Accept(rule);
        Assert.Equal(WriteOutcome.Confirmed, Assert.Single(await WriteAsync("people", Swap("1", "old", "bad"))).Outcome);
    }

    [Fact]
    public async Task Hidden_table_is_not_there_for_the_engine()
    {
        _memory.Hide("people");
        Assert.Null(await Warehouse.DescribeAsync(Side("people"), None));
        await Assert.ThrowsAsync<PortException>(() => WriteAsync("people", Swap("1", "old", "new")));
        _memory.Show("people");
        Assert.NotNull(await Warehouse.DescribeAsync(Side("people"), None));
    }

    [Fact]
    public async Task Built_model_shows_landed_values_after_the_next_build_and_later_edits_of_people_win()
    {
        _memory.Create(new DbtModel("analytics.people", "people", "people") { Reshape = (_, text) => text.ToUpperInvariant() });
        _memory.Build("analytics.people");
        Assert.Equal("old", Shown("phone"));

        _time.Advance(TimeSpan.FromMinutes(1));
        await LandAsync("1", ("phone", "landed"), ("city", "Bergen"));
        Assert.Equal("old", Shown("phone"));
        _memory.Build("analytics.people");
        Assert.Equal(("LANDED", "BERGEN"), (Shown("phone"), Shown("city")));
        Assert.Equal("2026-11-23T12:01:00Z", Shown("updated_at"));

        _time.Advance(TimeSpan.FromMinutes(1));
        _memory.As("dana").Update("people", "1", ("phone", "mine"));
        _events.Clear();
        _memory.Build("analytics.people");
        Assert.Equal(("mine", "BERGEN"), (Shown("phone"), Shown("city")));
        Assert.Equal(["build Update analytics.people 1: phone LANDED>mine"], _events);

        // The CRM says again what it said before: now that is the later word.
        _time.Advance(TimeSpan.FromMinutes(1));
        await LandAsync("1", ("phone", "landed"));
        _memory.Build("analytics.people");
        Assert.Equal("LANDED", Shown("phone"));
        _events.Clear();
        _memory.Build("analytics.people");
        Assert.Empty(_events);
    }

    [Fact]
    public async Task Built_model_stamps_its_builds_and_drops_deleted_rows_where_it_says_so()
    {
        _memory.Create(new DbtModel("analytics.people", "people", "people") { StampsBuilds = true, DropsDeleted = true });
        _time.Advance(TimeSpan.FromMinutes(1));
        _memory.Build("analytics.people");
        Assert.Equal("2026-11-23T12:01:00Z", Shown("updated_at"));
        _time.Advance(TimeSpan.FromMinutes(1));
        _memory.Build("analytics.people");
        Assert.Equal("2026-11-23T12:01:00Z", Shown("updated_at"));
        await Warehouse.WriteAsync(Landing(), [new(WarehouseWriteKind.Delete, "1", "c", [])], null, None);
        _memory.Build("analytics.people");
        Assert.Empty(_memory.Rows("analytics.people"));
    }

    [Theory]
    [InlineData(IoMoment.Before, "old")]
    [InlineData(IoMoment.After, "new")]
    public async Task Commit_that_breaks_leaves_the_outcome_unknown(IoMoment moment, string stored)
    {
        _gate.BreakAt("warehouse.commit", moment);
        var result = Assert.Single(await WriteAsync("people", Swap("1", "old", "new")));
        Assert.Equal((WriteOutcome.Unknown, "1"), (result.Outcome, result.Key));
        Assert.Equal(stored, _memory.Row("people", "1")!["phone"].Text);
    }

    [Fact]
    public async Task Write_that_breaks_before_a_commit_stored_nothing()
    {
        _gate.BreakAt("warehouse.write", IoMoment.After);
        await Assert.ThrowsAsync<PortException>(() => WriteAsync("people", Swap("1", "old", "new")));
        Assert.Equal("old", _memory.Row("people", "1")!["phone"].Text);
    }

    [Fact]
    public async Task Rows_of_another_shape_are_committed_apart()
    {
        _gate.At("warehouse.commit", IoMoment.After, () =>
        {
            _gate.BreakAt("warehouse.commit", IoMoment.Before);
            return Task.CompletedTask;
        });
        var results = await WriteAsync("people", Swap("1", "old", "new"), new(WarehouseWriteKind.Insert, "2", "c", []), new(WarehouseWriteKind.Delete, "3", "c", []));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Unknown, WriteOutcome.Unknown], results.Select(result => result.Outcome));
        Assert.Null(_memory.Row("people", "2"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_within_a_transaction_are_seen_when_it_commits_and_people_wait_for_it(bool commits)
    {
        using var transaction = new MemoryTransaction();
        var result = Assert.Single(await WriteAsync(transaction, Swap("1", "old", "new")));
        Assert.Equal((WriteOutcome.Confirmed, "new"), (result.Outcome, result.Stored![0].Text));
        _memory.As("dana").Update("people", "1", ("city", "Oslo"));
        Assert.Equal(("old", null), (_memory.Row("people", "1")!["phone"].Text, _memory.Row("people", "1")!["city"].Text));

        if (commits)
        {
            transaction.Commit();
        }
        else
        {
            transaction.Rollback();
        }

        Assert.Equal((commits ? "new" : "old", "Oslo"), (_memory.Row("people", "1")!["phone"].Text, _memory.Row("people", "1")!["city"].Text));
    }

    [Fact]
    public async Task Transaction_goes_on_when_the_write_within_it_breaks()
    {
        using var transaction = new MemoryTransaction();
        _gate.BreakAt("warehouse.join", IoMoment.After);
        await Assert.ThrowsAsync<PortException>(() => WriteAsync(transaction, Swap("1", "old", "new")));
        transaction.Commit();
        Assert.Equal("old", _memory.Row("people", "1")!["phone"].Text);
    }

    [Fact]
    public async Task Clock_of_the_warehouse_may_be_ahead()
    {
        _memory.ClockSkew = TimeSpan.FromSeconds(30);
        Assert.Equal(_time.GetUtcNow().AddSeconds(30), await Warehouse.NowAsync(None));
        _memory.As("dana").Update("people", "1", ("phone", "x"));
        Assert.Equal("2026-11-23T12:00:30Z", _memory.Row("people", "1")!["updated_at"].Text);
    }

    private string? Shown(string column) => _memory.Row("analytics.people", "1")![column].Text;

    private async Task<(string? Phone, DateTimeOffset? ChangedAt)> SeenAsync()
    {
        var row = Assert.Single(await Warehouse.FindAsync(new(Side("people"), ["phone"]), ["1"], None));
        return (row.Values[0].Text, row.ChangedAt);
    }

    private Task<IReadOnlyList<WarehouseWriteResult>> LandAsync(string key, params (string Column, string Value)[] values) => Warehouse.WriteAsync(
        Landing(),
        [new(WarehouseWriteKind.Update, key, "c", [.. values.Select(value => new ColumnWrite(value.Column, FieldValue.NotObserved, FieldValue.Of(value.Value)))])],
        null,
        None);

    private static WarehouseTarget Landing() => new("people", null, ["id"], [new FieldSchema("phone", new(FieldKind.Text)), new FieldSchema("city", new(FieldKind.Text))]);

    private Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(string table, params WarehouseWrite[] writes) =>
        Warehouse.WriteAsync(new("m", table, ["id"], []), writes, null, None);

    private Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(MemoryTransaction within, params WarehouseWrite[] writes) =>
        Warehouse.WriteAsync(new("m", "people", ["id"], []), writes, within, None);

    private static WarehouseWrite Swap(string key, string expected, string value) =>
        new(WarehouseWriteKind.Update, key, "c", [new("phone", FieldValue.Of(expected), FieldValue.Of(value))]);

    private static WarehouseSide Side(string table) => new() { Connection = "main", Kind = SourceKind.Table, Source = table, Key = ["id"], ChangedAt = "updated_at" };
}
