using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests;

public abstract partial class WarehouseContract
{
    private string Mapping => $"accounts_{Schema}";

    [Fact]
    public async Task Landing_table_is_made_with_a_column_a_field()
    {
        FieldSchema[] fields =
        [
            Field("name", FieldKind.Text), Field("seats", FieldKind.Integer), Field("score", FieldKind.Decimal), Field("on", FieldKind.Boolean),
            Field("since", FieldKind.Date), Field("at", FieldKind.Timestamp), Field("tags", FieldKind.MultiPicklist), Field("Stage \"x\"", FieldKind.Picklist),
        ];
        string[] values = ["Zoë", "17.0", "1.50", "true", "2024-02-29", "2024-02-29T01:02:03.5Z", "a;b", "Won"];
        var columns = fields.Zip(values, (field, value) => Swap(field.Name, "whatever", value)).ToArray();
        var result = Assert.Single(await LandAsync(["id"], fields, Update("k1", columns)));
        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
        Assert.Equal(["Zoë", "17", "1.50", "true", "2024-02-29", "2024-02-29T01:02:03.5Z", "a;b", "Won"], result.Stored!.Select(value => value.Text));

        var row = Assert.Single(await LandedAsync([.. fields.Select(field => field.Name), "crm_id", "_deleted"]));
        Assert.Equal("k1", row.Key);
        Assert.Equal([.. result.Stored!.Select(value => value.Text), "c-k1", "false"], row.Values.Select(value => value.Text));
    }

    [Fact]
    public async Task Landing_table_takes_later_values_over_earlier_ones_and_keeps_other_columns()
    {
        FieldSchema[] fields = [Field("a", FieldKind.Text), Field("b", FieldKind.Text)];
        await LandAsync(["id"], fields, Update("k", Set("a", "1"), Set("b", "1")));
        var results = await LandAsync(["id"], fields, Update("k", Swap("a", "not this", "2")), Insert("n", Set("a", "3")), Update("k", Set("a", "4")));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(["4,1", "3,"], (await LandedAsync("a", "b")).Select(row => $"{row.Values[0].Text},{row.Values[1].Text}"));
    }

    [Fact]
    public async Task Landing_table_gets_new_columns_and_keeps_old_ones_as_they_are()
    {
        await LandAsync(["id"], [Field("a", FieldKind.Text)], Update("k", Set("a", "1")));
        await LandAsync(["id"], [Field("b", FieldKind.Integer)], Update("k", Set("b", "2")));
        await LandAsync(["id"], [Field("a", FieldKind.Integer)], Update("k2", Set("a", "text still")));
        Assert.Equal(["1,2", "text still,"], (await LandedAsync("a", "b")).Select(row => $"{row.Values[0].Text},{row.Values[1].Text}"));
    }

    [Fact]
    public async Task Landing_table_marks_deleted_rows_also_unknown_ones_and_revives_them()
    {
        FieldSchema[] fields = [Field("a", FieldKind.Text)];
        await LandAsync(["id"], fields, Update("k1", Set("a", "1")), Update("k3", Set("a", "3")));
        var results = await LandAsync(["id"], fields, Delete("k1"), Delete("k2"), Delete("k3"));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        await LandAsync(["id"], fields, Update("k3", Set("a", "4")));
        Assert.Equal(["k1,1,true", "k2,,true", "k3,4,false"], (await LandedAsync("a", "_deleted")).Select(row => $"{row.Key},{row.Values[0].Text},{row.Values[1].Text}"));
    }

    [Fact]
    public async Task Landing_table_shows_keys_of_several_columns_and_never_makes_two_keys_one()
    {
        FieldSchema[] fields = [Field("a", FieldKind.Text)];
        await LandAsync(["x", "y"], fields, Update("k\u001f1", Set("a", "1")), Update("k|\u001f1", Set("a", "2")), Update("k\u001f|1", Set("a", "3")));
        Assert.Equal(["k\u001f|1", "k|\u001f1", "k|1"], (await LandedAsync()).Select(row => row.Key));
    }

    [Fact]
    public async Task Landing_table_one_bad_row_does_not_undo_the_others()
    {
        FieldSchema[] fields = [Field("n", FieldKind.Integer)];
        var writes = Enumerable.Range(0, 1000).Select(i => Update($"k{i}", Set("n", i == 500 ? "geheim" : $"{i}"))).ToArray();
        var results = await LandAsync(["id"], fields, writes);
        var bad = Assert.Single(results, result => result.Outcome is not WriteOutcome.Confirmed);
        Assert.Equal((WriteOutcome.Rejected, "k500"), (bad.Outcome, bad.Key));
        Assert.Equal(999, (await LandedAsync("n")).Count);
    }

    [Fact]
    public async Task Landing_table_needs_a_key_and_names_of_its_own()
    {
        var keyless = Assert.Single(await LandAsync(["id"], [Field("a", FieldKind.Text)], Insert(null, Set("a", "1"))));
        Assert.Equal(WriteOutcome.Rejected, keyless.Outcome);
        await RefusedAsync(LandAsync(["id"], [Field("crm_id", FieldKind.Text)], Update("k", Set("crm_id", "1"))));
        var target = new WarehouseTarget(new string('x', 64), null, ["id"], []);
        await RefusedAsync(Warehouse.WriteAsync(target, [Delete("k")], null, CancellationToken.None));
    }

    private Task<IReadOnlyList<WarehouseWriteResult>> LandAsync(string[] key, FieldSchema[] fields, params WarehouseWrite[] writes) =>
        Warehouse.WriteAsync(new(Mapping, null, key, fields), writes, null, CancellationToken.None);

    private Task<List<WarehouseRow>> LandedAsync(params string[] columns) =>
        ReadAsync(Side(SourceKind.Table, $"crm_landing.{Mapping}", "key"), columns);
}
