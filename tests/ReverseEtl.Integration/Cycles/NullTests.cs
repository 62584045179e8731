using ReverseEtl.Core.Mappings;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Blanks that have nothing to say (<c>nulls: skip</c>).</summary>
public sealed class NullTests : Scenario
{
    private static readonly NullRules Skip = new(NullRule.Skip, NullRule.Skip);

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Column_that_is_cleared_leaves_the_value_in_the_crm_and_then_rests(string crm)
    {
        await LoadedAsync(crm, FieldOwner.Warehouse);

        await SetAsync("P-1", "phone", null);
        var report = await SyncAsync();

        Assert.Equal(("1", 0), (InCrm("P-1", "phone"), report.Result.Updated));
        await RestsAsync();
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();
        Assert.Equal("2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task What_people_type_beside_a_blank_column_is_no_drift(string crm)
    {
        await LoadedAsync(crm, FieldOwner.Warehouse);
        await SetAsync("P-1", "phone", null);
        await SyncAsync();

        Edit("P-1", ("phone", "C"));
        await SyncAsync();

        Assert.Equal("C", InCrm("P-1", "phone"));
        await RestsAsync();
        await SetAsync("P-1", "phone", "W");
        await SyncAsync();
        Assert.Equal("W", InCrm("P-1", "phone"));
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Edit_beside_a_blank_of_a_shared_field_comes_through_without_a_question(string crm)
    {
        await LoadedAsync(crm, FieldOwner.Shared);
        await SetAsync("P-1", "phone", null);
        Edit("P-1", ("phone", "C"));
        await SetAsync("P-2", "phone", "W");
        Edit("P-2", ("phone", null));

        await SyncAsync();

        Assert.Equal(("C", "W"), (await RowAsync("P-1", "phone"), InCrm("P-2", "phone")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Field_that_is_cleared_in_the_crm_leaves_the_column_as_it_is(string crm)
    {
        await LoadedAsync(crm, FieldOwner.Crm);
        Edit("P-1", ("phone", null));

        var report = await SyncAsync();

        Assert.Equal(("1", 0), (await RowAsync("P-1", "phone"), report.Result.Pulled));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task One_direction_alone_still_clears_in_the_other(string crm)
    {
        await LoadedAsync(crm, FieldOwner.Shared, new NullRules(NullRule.Skip, NullRule.Write));
        await SetAsync("P-1", "phone", null);
        Edit("P-2", ("phone", null));

        await SyncAsync();

        Assert.Equal(("1", null), (InCrm("P-1", "phone"), await RowAsync("P-2", "phone")));
        await RestsAsync();
    }

    // A blank that came through a landing table and a model that still shows the old value.
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Cleared_field_lands_nowhere_where_the_model_is_built(string crm)
    {
        await LoadedAsync(crm, FieldOwner.Shared, lands: true);
        Edit("P-1", ("phone", "C"));
        await SyncAsync();
        Edit("P-1", ("phone", null));
        await SyncAsync();
        Assert.Equal("C", await World.ValueAsync("select phone from crm_landing.people where key = 'P-1'"));

        await SetAsync("P-1", "phone", "C");
        await SyncAsync();

        Assert.Null(InCrm("P-1", "phone"));
        await RestsAsync();
    }

    private async Task LoadedAsync(string crm, FieldOwner owner, NullRules? nulls = null, bool lands = false)
    {
        await BeginAsync(crm, p => Of(p, owner, nulls ?? Skip, lands));
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        if (owner is FieldOwner.Crm)
        {
            await SyncAsync();
            Edit("P-1", ("phone", "1"));
            Edit("P-2", ("phone", "1"));
        }

        await SyncAsync();
        await SyncAsync();
    }

    private static Mapping Of(People people, FieldOwner owner, NullRules nulls, bool lands)
    {
        var mapping = people.With(people.Field("phone", owner) with { Nulls = nulls });
        return lands ? mapping with { Warehouse = mapping.Warehouse with { WriteTo = null } } : mapping;
    }
}
