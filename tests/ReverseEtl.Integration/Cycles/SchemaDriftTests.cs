using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A side loses, renames, retypes or hides a field: its line waits, everything else goes on.</summary>
public sealed class SchemaDriftTests : Scenario
{
    private CountingCrm Crm => (CountingCrm)World.Crm;

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Field_that_the_crm_shows_no_more_parks_its_line_alone(string crm)
    {
        await LoadedAsync(crm);
        Lose("phone");
        await SetAsync("P-1", "phone", "W");
        await SetAsync("P-1", "job_title", "Boss");
        Edit("P-2", ("phone", "C"), ("job_title", "Clerk"));

        var report = await SyncAsync();

        Assert.Equal(("1", "Boss"), (InCrm("P-1", "phone"), InCrm("P-1", "job_title")));
        Assert.Equal(("1", "Clerk"), (await RowAsync("P-2", "phone"), await RowAsync("P-2", "job_title")));
        var parked = Assert.Single(report.Parked);
        Assert.Equal(("phone", People["phone"]), (parked.Column, parked.CrmField));
        Assert.Contains(People["phone"], report.Result.Message, StringComparison.Ordinal);
        Assert.Equal("attention", report.Result.Outcome);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Line_is_asked_about_once_and_the_question_ends_when_the_field_is_back(string crm)
    {
        await LoadedAsync(crm);
        Lose("phone");
        await SyncAsync();
        await SyncAsync();
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.SchemaDrift, null, null, People["phone"]), (asked.Kind, asked.Key, asked.CrmId, asked.Field));
        Assert.Equal((ValueState.Value, ValueState.Absent), (asked.BaseCrm.State, asked.Crm.State));

        Crm.OnDescribe = schema => schema;
        await SyncAsync();

        Assert.Empty(await ConflictsAsync());
        Assert.Equal(["the line goes on"], await OutcomesAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Field_that_is_back_is_compared_with_what_was_agreed_before(string crm)
    {
        await LoadedAsync(crm);
        Lose("phone");
        await SyncAsync();
        await SetAsync("P-1", "phone", "W");
        Edit("P-2", ("phone", "C"));
        await SetAsync("P-3", "phone", "W");
        Edit("P-3", ("phone", "C"));
        await SyncAsync();

        Crm.OnDescribe = schema => schema;
        await SyncAsync();

        Assert.Equal(("W", "C"), (InCrm("P-1", "phone"), await RowAsync("P-2", "phone")));
        Assert.Equal((ConflictKind.Field, "P-3", "1"), Assert.Single((await ConflictsAsync()).Select(c => (c.Kind, c.Key, c.BaseWarehouse.Text))));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Column_that_is_renamed_parks_its_line_and_the_new_name_is_proposed(string crm)
    {
        await LoadedAsync(crm);
        await World.SqlAsync("alter table people rename column phone to phone_1");
        await SetAsync("P-1", "job_title", "Boss");
        Edit("P-2", ("phone", "C"));

        var report = await SyncAsync();

        Assert.Equal("phone_1", Assert.Single(report.Parked).Mend);
        Assert.Equal(("Boss", "1"), (InCrm("P-1", "job_title"), InCrm("P-1", "phone")));
        await RestsAsync();
        await World.SqlAsync("alter table people rename column phone_1 to phone");
        await SyncAsync();
        Assert.Equal("C", await RowAsync("P-2", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Field_that_is_retyped_waits_until_a_person_agrees(string crm)
    {
        await LoadedAsync(crm);
        Crm.OnDescribe = schema => With(schema!, "phone", field => field with { Type = new FieldType(FieldKind.Picklist) });
        await SetAsync("P-1", "phone", "W");
        await SyncAsync();
        Assert.Equal("1", InCrm("P-1", "phone"));
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal(("text", "picklist"), (asked.BaseCrm.Text, asked.Crm.Text));
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Ignore);
        await SyncAsync();

        Assert.Equal("W", InCrm("P-1", "phone"));
        Assert.Equal(["resolved: as it is now"], await OutcomesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Line_that_never_ran_is_the_files_fault_and_stops_the_mapping()
    {
        await LoadedAsync(People.HubSpot);
        Mapping = Mapping with { Fields = [.. Mapping.Fields, new FieldMapping { Warehouse = "city", Crm = "ctiy", Owner = FieldOwner.Warehouse }] };

        foreach (var _ in new[] { 1, 2 })
        {
            var refused = await Assert.ThrowsAsync<PortException>(() => SyncAsync());
            Assert.Equal(PortTrouble.Refused, refused.Trouble);
            Assert.Contains("did you mean 'city'?", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("alter table people rename column id to no", "id")]
    [InlineData("alter table people rename column updated_at to stamp", "updated_at")]
    [InlineData("alter table people rename column last_name to surname", "LastName")]
    [InlineData("alter table people rename column email to mail", "email")]
    public async Task Key_or_required_field_that_is_gone_stops_the_mapping_with_its_name(string sql, string name)
    {
        await LoadedAsync(People.Salesforce);
        await World.SqlAsync(sql);

        var refused = await Assert.ThrowsAsync<PortException>(() => SyncAsync());

        Assert.Equal(PortTrouble.Refused, refused.Trouble);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Equal(["linked", "linked", "linked"], await World.RowsAsync("select state from retl.pairs"));
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Nothing_is_deleted_while_a_line_is_parked(string crm)
    {
        await LoadedAsync(crm, GoneFromWarehouse.Delete);
        Lose("phone");
        await RemoveAsync("P-1");
        await SyncAsync();
        await SyncAsync();
        Assert.Equal(3, CountInCrm);

        Crm.OnDescribe = schema => schema;
        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task New_records_are_made_without_the_parked_field_which_meets_when_it_is_back(string crm)
    {
        await LoadedAsync(crm);
        Lose("phone");
        await AddAsync("P-4", ("phone", "4"), ("job_title", "Boss"));
        await SyncAsync();
        Assert.Equal((null, "Boss"), (InCrm("P-4", "phone"), InCrm("P-4", "job_title")));

        Crm.OnDescribe = schema => schema;
        await SyncAsync();

        Assert.Equal("4", InCrm("P-4", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Plan_tells_of_parked_lines_and_asks_nobody()
    {
        await LoadedAsync(People.HubSpot);
        Lose("phone");

        var plan = await PlanAsync();

        Assert.Single(plan.Parked);
        Assert.Empty(await ConflictsAsync());
    }

    private async Task LoadedAsync(string crm, GoneFromWarehouse gone = GoneFromWarehouse.Keep)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromWarehouse = gone } });
        World.Crm = new CountingCrm(World.Crm);
        await AddAsync("P-1", ("phone", "1"), ("job_title", "1"));
        await AddAsync("P-2", ("phone", "1"), ("job_title", "1"));
        await AddAsync("P-3", ("phone", "1"), ("job_title", "1"));
        await SyncAsync();
        await SyncAsync();
    }

    private void Lose(string column) => Crm.OnDescribe = schema => schema! with
    {
        Fields = schema.Fields.Where(f => f.Key != People[column]).ToDictionary(StringComparer.OrdinalIgnoreCase),
    };

    private SideSchema With(SideSchema schema, string column, Func<FieldSchema, FieldSchema> change) => schema with
    {
        Fields = schema.Fields.ToDictionary(f => f.Key, f => f.Key == People[column] ? change(f.Value) : f.Value, StringComparer.OrdinalIgnoreCase),
    };
}
