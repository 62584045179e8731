using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A plan writes nothing anywhere and says what the following cycle then does.</summary>
public sealed class PlanTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task First_load_is_planned_as_it_is_carried_out(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "2"));
        await AddAsync("P-3", ("phone", "3"));
        Type(("email", "p-2@example.org"), ("job_title", "Chief"));
        await PlannedIsDoneAsync();
        Assert.Equal(3, CountInCrm);
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task First_load_with_references_is_planned_as_it_is_carried_out(string crm)
    {
        await BeginAsync(crm, p => p.Accounts);
        await AddAccountAsync("A-1", "A-9");
        await AddAccountAsync("A-2", "A-1");
        await AddAccountAsync("A-9");
        await PlannedIsDoneAsync(ids: true);
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Edits_of_both_sides_are_planned_as_they_are_carried_out(string crm)
    {
        await BeginAsync(crm, p => p.With(p.Field("phone", FieldOwner.Shared, ConflictPolicy.CrmWins), p.Field("interests", FieldOwner.Shared, ConflictPolicy.Union)));
        await LoadAsync(6);
        await SetAsync("P-1", "first_name", "New");
        await SetAsync("P-1", "phone", null);
        Edit("P-2", ("phone", "typed"), ("job_title", "Chief"));
        await SetAsync("P-3", "phone", "W");
        Edit("P-3", ("phone", "C"));
        Edit("P-4", ("first_name", "drift"));
        await SetAsync("P-5", "interests", "{analytics,support}");
        Edit("P-5", ("interests", "training"));
        await PlannedIsDoneAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Rows_and_records_that_went_are_planned_as_they_are_carried_out(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete, GoneFromCrm = GoneFromCrm.Recreate } });
        await LoadAsync(4);
        await RemoveAsync("P-1");
        World.Screen.Delete(People.Contacts, RecordOf("P-2"));

        // The connector looks into a deletion once, and the plan was first.
        await PlannedIsDoneAsync(sameCalls: false);
    }

    [Fact]
    public async Task Records_new_in_the_CRM_are_planned_as_they_are_carried_out()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { NewInCrm = NewRecord.Create } });
        await LoadAsync(2);
        Type(("email", "new@example.org"), ("first_name", "New"));
        await PlannedIsDoneAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Restored_row_and_merged_record_are_planned_as_they_are_carried_out(string crm)
    {
        await BeginAsync(crm);
        await LoadAsync(3);
        await RemoveAsync("P-1");
        await SyncAsync();
        await AddAsync("P-1", ("first_name", "Back"));
        World.Screen.Merge(People.Contacts, Type(("email", "free@example.org"), ("phone", "7")), RecordOf("P-2"));
        await SetAsync("P-2", "first_name", "Follows");
        await PlannedIsDoneAsync();
    }

    [Fact]
    public async Task Decision_of_a_person_is_planned_as_it_is_carried_out()
    {
        await BeginAsync(People.HubSpot);
        await LoadAsync(2);
        await SetAsync("P-1", "phone", "W");
        Edit("P-1", ("phone", "C"));
        await SyncAsync();
        await ResolveAsync(ResolutionChoice.Value, "V");
        await PlannedIsDoneAsync();
    }

    [Fact]
    public async Task Plan_of_a_landing_table_makes_no_table_and_is_carried_out()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Warehouse = p.Mapping.Warehouse with { WriteTo = null } });
        await LoadAsync(2);
        Edit("P-1", ("phone", "typed"));
        await PlannedIsDoneAsync();
    }

    [Theory]
    [InlineData(Association.Plain, false)]
    [InlineData(Association.Primary, false)]
    [InlineData(Association.Plain, true)]
    public async Task Links_are_planned_as_they_are_carried_out(string type, bool many)
    {
        await BeginAsync(People.HubSpot, p => Association.Resolve(p.With(Association.Line("account_id", "accounts", type, many)), [p.Accounts]));
        foreach (var id in new[] { "A-1", "A-2", "A-3" })
        {
            await AddAccountAsync(id);
        }

        await World.SyncAsync(People.Accounts);
        await LoadAsync(3);
        await SetAsync("P-1", "account_id", "A-1");
        await SetAsync("P-2", "account_id", many ? "A-1;A-2" : "A-2");
        await AddAsync("P-4", ("account_id", "A-3"));
        await PlannedIsDoneAsync(sameCalls: false);

        await SetAsync("P-1", "account_id", "A-3");
        await SetAsync("P-2", "account_id", many ? "A-2" : null);
        World.Screen.Associate(People.Contacts, RecordOf("P-2"), People.Companies, World.Screen.IdOf(People.Companies, People["id"], "A-3"));
        await SetAsync("P-4", "first_name", "Also");

        // What a link costs depends on the links that are there, which a plan does not look up.
        await PlannedIsDoneAsync(sameCalls: false);
    }

    [Fact]
    public async Task Plan_with_nothing_to_do_says_so()
    {
        await BeginAsync(People.HubSpot);
        await LoadAsync(2);
        Assert.Empty((await PlanAsync()).Changes);
    }

    private async Task LoadAsync(int rows)
    {
        for (var i = 1; i <= rows; i++)
        {
            await AddAsync($"P-{i}", ("phone", $"{i}"));
        }

        await SyncAsync();
        await SyncAsync();
    }

    private async Task PlannedIsDoneAsync(bool ids = false, bool sameCalls = true)
    {
        var (writes, rows, state) = (World.Screen.Writes, await WarehouseAsync(), await StateAsync());
        var keys = await KeysAsync();
        if (sameCalls)
        {
            // A connector asks some things once, or once in minutes: which app it is, how far everything is committed. No plan is to pay for it.
            await PlanAsync();
        }

        var plan = await PlanAsync();
        Assert.Equal(writes, World.Screen.Writes);
        Assert.Equal(rows, await WarehouseAsync());
        Assert.Equal(state, await StateAsync());

        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        var warehouse = new CountingWarehouse(World.Warehouse);
        World.Warehouse = warehouse;
        var done = await SyncAsync();

        var later = await KeysAsync();
        string Key(CrmWrite write) => write.Key ?? later.GetValueOrDefault(write.Id!) ?? keys[write.Id!];
        string Id(string text) => ids && crm.Created.TryGetValue(text, out var key) ? "new:" + key : text;
        Assert.Equal(
            crm.Done.Select(w => (Key(w), string.Join(", ", w.Fields.Select(f => $"{f.Field}={Id(f.Value.ToString())}").Order(StringComparer.Ordinal)))).Order(),
            plan.Changes.Where(c => c.Side is Side.Crm).Select(c => (c.Key, string.Join(", ", c.Fields.Where(f => f.Field != People["id"]).Select(f => $"{f.Field}={f.After}").Order(StringComparer.Ordinal)))).Order());
        Assert.Equal(
            warehouse.Done.Select(w => (w.Key ?? w.CrmId, string.Join(", ", w.Columns.Select(c => $"{c.Column}={c.Value}").Order(StringComparer.Ordinal)))).Order(),
            plan.Changes.Where(c => c.Side is Side.Warehouse).Select(c => (c.Key, string.Join(", ", c.Fields.Select(f => $"{f.Field}={f.After}").Order(StringComparer.Ordinal)))).Order());
        Assert.Equal(
            (done.Result.Created, done.Result.Updated, done.Result.Linked, done.Result.Deleted, done.Result.Pulled, done.Result.Conflicts, done.Result.Rejected, done.Result.Held),
            (plan.Result.Created, plan.Result.Updated, plan.Result.Linked, plan.Result.Deleted, plan.Result.Pulled, plan.Result.Conflicts, plan.Result.Rejected, plan.Result.Held));
        Assert.True(!sameCalls || done.Result.ApiCalls == plan.Result.ApiCalls, $"planned {plan.Result.ApiCalls} calls, made {done.Result.ApiCalls}");
        await RestsAsync();
    }

    /// <summary>The keys of pairs by CRM id.</summary>
    private async Task<Dictionary<string, string>> KeysAsync() => (await World.RowsAsync("select crm_id, key from retl.pairs where crm_id is not null"))
        .ToDictionary(p => p.Split('|')[0], p => p.Split('|')[1], StringComparer.Ordinal);

    private async Task<IReadOnlyList<string>> StateAsync()
    {
        var rows = new List<string>();
        foreach (var table in await World.RowsAsync("select tablename from pg_tables where schemaname = 'retl' order by 1"))
        {
            rows.AddRange(await World.RowsAsync($"select '{table}', t::text from retl.{table} t order by 2"));
        }

        return rows;
    }
}
