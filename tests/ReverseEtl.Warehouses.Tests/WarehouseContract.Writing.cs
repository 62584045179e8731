using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests;

public abstract partial class WarehouseContract
{
    [Fact]
    public async Task Update_what_was_read_serves_as_expected_value_for_every_type()
    {
        foreach (var (cell, i) in Cells.Append<(string Type, string? Text)>(ListOf("b", "a")).Select((cell, i) => (cell, i)))
        {
            var table = $"m{i}";
            await CreateAsync(table, Column("id", "integer"), Column("v", cell.Type), Column("w"));
            await InsertAsync(table, ["1", cell.Text, "old"]);
            var read = await OneAsync(table, "v");

            // Writing back what was read must leave it as it was, and compare with it.
            var result = await WriteOneAsync(table, Update("1", Swap("v", read[0], read[0]), Set("w", "new")));
            Assert.True(result.Outcome is WriteOutcome.Confirmed, $"{cell}: read {read[0]}, {result.Outcome} {result.Reason}");
            Assert.Equal(read[0], result.Stored![0].Text);
            Assert.Equal([read[0], "new"], await OneAsync(table, "v", "w"));
        }
    }

    [Fact]
    public async Task Update_of_a_row_that_moved_stores_nothing()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v"), Column("n", "integer"));
        await InsertAsync("m", ["1", "now", null]);
        Assert.Equal(WriteOutcome.Moved, (await WriteOneAsync("m", Update("1", Swap("v", "before", "x"), Set("n", "1")))).Outcome);
        Assert.Equal(WriteOutcome.Moved, (await WriteOneAsync("m", Update("1", Set("v", "x"), Swap("n", "0", "1")))).Outcome);
        Assert.Equal(WriteOutcome.Moved, (await WriteOneAsync("m", Update("1", Swap("v", null, "x")))).Outcome);
        Assert.Equal(WriteOutcome.Moved, (await WriteOneAsync("m", Update("1", Swap("v", "NOW", "x")))).Outcome);
        Assert.Equal(WriteOutcome.Moved, (await WriteOneAsync("m", Update("1", Swap("v", "now ", "x")))).Outcome);
        Assert.Equal(["now", null], await OneAsync("m", "v", "n"));
        var swapped = await WriteOneAsync("m", Update("1", Swap("v", "now", "then"), Swap("n", null, "5")));
        Assert.Equal((WriteOutcome.Confirmed, "1", "then", "5"), (swapped.Outcome, swapped.Key, swapped.Stored![0].Text, swapped.Stored[1].Text));
    }

    [Fact]
    public async Task Update_or_delete_of_a_row_that_is_not_there_is_missing()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v"));
        var results = await WriteAsync("m", Update("1", Set("v", "x")), Update("not a number", Set("v", "x")), Delete("3"), Delete("also none"));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Missing, result.Outcome));
    }

    [Fact]
    public async Task Update_answers_what_is_really_stored()
    {
        await CreateAsync(
            "m", Column("id", "integer"), Column("n", "numeric(6,2)"), Column("tz", "timestamptz"), Column("d", "date"), Column("b", "boolean"), Column("i", "integer"));
        await InsertAsync("m", ["1", null, null, null, null, null]);
        var result = await WriteOneAsync("m", Update(
            "1", Set("n", "1.5"), Set("tz", "2024-01-01T00:00:00+02:00"), Set("d", "2024-01-01T10:00:00Z"), Set("b", "1"), Set("i", "17.0")));
        Assert.Equal(["1.50", "2023-12-31T22:00:00Z", "2024-01-01", "true", "17"], result.Stored!.Select(value => value.Text));
        Assert.Equal(["1.50", "2023-12-31T22:00:00Z", "2024-01-01", "true", "17"], await OneAsync("m", "n", "tz", "d", "b", "i"));
        var cleared = await WriteOneAsync("m", Update("1", Set("n", null), Set("tz", ""), Set("b", null)));
        Assert.All(cleared.Stored!, value => Assert.True(value.IsNull));
    }

    [Fact]
    public async Task Update_lists_are_written_member_by_member()
    {
        await CreateAsync("m", Column("id", "integer"), Column("l", ListOf().Type));
        await InsertAsync("m", ["1", ListOf("a", "b").Text]);
        var result = await WriteOneAsync("m", Update("1", Swap("l", "a;b", "x; y")));
        Assert.Equal("x;y", result.Stored![0].Text);
    }

    [Fact]
    public async Task Update_of_a_key_that_several_rows_have_is_rejected_and_changes_nothing()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v"));
        await InsertAsync("m", ["1", "a"], ["2", "b"], ["2", "c"], ["3", "d"]);
        var results = await WriteAsync("m", Update("1", Set("v", "x")), Update("2", Set("v", "x")), Update("3", Set("v", "x")));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
        Assert.Contains("several rows", results[1].Reason, StringComparison.Ordinal);
        Assert.Equal(["b", "c", "x", "x"], (await ReadAsync(Table("m", "id"), "v")).Select(row => row.Values[0].Text).Order(StringComparer.Ordinal));
        Assert.Equal(WriteOutcome.Rejected, (await WriteOneAsync("m", Delete("2"))).Outcome);
    }

    [Fact]
    public async Task Update_twice_of_one_row_happens_twice_in_order()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v"));
        await InsertAsync("m", ["1", "a"]);
        var results = await WriteAsync("m", Update("1", Swap("v", "a", "b")), Update("1", Swap("v", "b", "c")));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(["c"], await OneAsync("m", "v"));
    }

    [Fact]
    public async Task Insert_with_a_key_adds_the_row_and_a_second_one_is_rejected()
    {
        await CreateAsync("m", Column("id", "integer") with { IsKey = true }, Column("v"));
        var added = await WriteOneAsync("m", Insert("7", Set("v", "x"), Set("id", "7")));
        Assert.Equal((WriteOutcome.Confirmed, "7", "x"), (added.Outcome, added.Key, added.Stored![0].Text));
        var again = await WriteAsync("m", Insert("8", Set("v", "y")), Insert("7", Set("v", "secret-value")));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected], again.Select(result => result.Outcome));
        Assert.DoesNotContain("secret-value", again[1].Reason, StringComparison.Ordinal);
        Assert.Equal(["7", "8"], (await ReadAsync(Table("m", "id"))).Select(row => row.Key));
    }

    [Fact]
    public async Task Write_one_bad_row_among_a_thousand_does_not_undo_the_others()
    {
        await CreateAsync("m", Column("id", "integer") with { IsKey = true }, Column("n", "integer"), Column("u", "integer") with { IsUnique = true });
        await RefuseAsync("m", "n", "13");
        await InsertAsync("m", [.. Enumerable.Range(1, 2500).Select(i => new[] { $"{i}", "0", $"{i}" })]);
        var writes = Enumerable.Range(1, 2500).Select(i => Update($"{i}", Swap("n", "0", i switch { 500 => "13", 1600 => "geheim", _ => $"{i + 100}" }), Set("u", $"{i}")));
        var results = await WriteAsync("m", writes.ToArray());
        var bad = results.Where(result => result.Outcome is not WriteOutcome.Confirmed).ToList();
        Assert.Equal(["500", "1600"], bad.Select(result => result.Key));
        Assert.All(bad, result => Assert.Equal(WriteOutcome.Rejected, result.Outcome));
        Assert.All(bad, result => Assert.DoesNotContain("geheim", result.Reason, StringComparison.Ordinal));
        Assert.Contains("'n'", bad[1].Reason, StringComparison.Ordinal);
        var stored = (await ReadAsync(Table("m", "id"), "n")).ToDictionary(row => row.Key!, row => row.Values[0].Text);
        Assert.Equal(("0", "0", "101", "2600"), (stored["500"], stored["1600"], stored["1"], stored["2500"]));
    }

    [Fact]
    public async Task Write_what_cannot_be_stored_is_rejected_by_row()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v"), Column("d", "date"));
        await InsertAsync("m", ["1", null, null], ["2", null, null], ["3", null, null]);
        var results = await WriteAsync(
            "m", Update("1", Set("v", "a\0b")), Update("2", Set("v", "\ud83d")), Update("3", Set("v", "ok")), Update("3", Set("d", "tomorrow")));
        Assert.Equal(
            [WriteOutcome.Rejected, WriteOutcome.Rejected, WriteOutcome.Confirmed, WriteOutcome.Rejected], results.Select(result => result.Outcome));
        Assert.Contains("'d'", results[3].Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("tomorrow", results[3].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_removes_the_row()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v"));
        await InsertAsync("m", ["1", null], ["2", null]);
        Assert.Equal(WriteOutcome.Confirmed, (await WriteOneAsync("m", Delete("1"))).Outcome);
        Assert.Equal(["2"], (await ReadAsync(Table("m", "id"))).Select(row => row.Key));
    }

    [Fact]
    public async Task Write_by_a_key_of_several_columns()
    {
        await CreateAsync("m", Column("a"), Column("b", "integer"), Column("v"));
        await InsertAsync("m", ["x", "1", "old"], ["x", "2", "old"]);
        var target = new WarehouseTarget("accounts", Name("m"), ["a", "b"], []);
        var results = await Warehouse.WriteAsync(
            target,
            [Update("x\u001f2", Set("v", "new")), Update("x\u001f3", Set("v", "new")), Update("x", Set("v", "new")), Insert("y\u001f1", Set("v", "new"))],
            null,
            CancellationToken.None);
        Assert.Equal(
            [WriteOutcome.Confirmed, WriteOutcome.Missing, WriteOutcome.Missing, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
        Assert.Equal("y\u001f1", results[3].Key);
        Assert.Equal(["old", "new", "new"], (await ReadAsync(Table("m", "a", "b"), "v")).Select(row => row.Values[0].Text));
    }

    [Fact]
    public async Task Write_into_an_unknown_table_or_column_is_refused()
    {
        await CreateAsync("m", Column("id", "integer"));
        await RefusedAsync(WriteAsync("nix", Update("1", Set("v", "x"))));
        await RefusedAsync(WriteAsync("m", Update("1", Set("v", "x"))));
        Assert.Empty(await WriteAsync("m"));
    }
}
