using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Salesforce;

/// <summary>The scenarios at the end of section 11 of the Salesforce reference that are the engine's, by their names there.</summary>
[Trait("Reference", "salesforce 11")]
public sealed class ReferenceScenarioTests : Scenario
{
    private static readonly CycleRequest Changes = new("test");
    private static readonly CycleRequest Full = new("test") { FullWarehouse = true, FullCrm = true };

    [Fact]
    public async Task Merge_then_warehouse_update_of_losers_ext_id_no_zombie()
    {
        await LoadedAsync();
        var (winner, loser) = (RecordOf("P-1"), RecordOf("P-2"));
        World.Screen.Merge(People.Contacts, winner, loser);

        await SetAsync("P-2", "phone", "zombie");
        await SyncAsync();
        await SetAsync("P-2", "phone", "zombie again");
        await SyncAsync();

        Assert.Equal((1, "1"), (CountInCrm, Shown(winner, "phone")));
        Assert.Equal(["P-1", "P-2"], (await ConflictsAsync()).Select(c => c.Key).Order(StringComparer.Ordinal));
        await ResolveAsync(ResolutionChoice.Warehouse, key: "P-1");
        await SyncAsync();
        await SetAsync("P-2", "phone", "zombie once more");
        await SyncAsync();
        Assert.Equal((1, "1"), (CountInCrm, Shown(winner, "phone")));
        await RestsAsync();
    }

    [Theory]
    [InlineData(GoneFromCrm.Delete)]
    [InlineData(GoneFromCrm.Review)]
    public async Task Delete_vs_update_conflict(GoneFromCrm rule)
    {
        await LoadedAsync(p => p.Mapping with { Records = new RecordRules { GoneFromCrm = rule } });
        World.Screen.Delete(People.Contacts, RecordOf("P-1"));
        await SetAsync("P-1", "phone", "edited");

        await SyncAsync();

        Assert.Equal(("edited", 1), (await RowAsync("P-1", "phone"), CountInCrm));
        Assert.Equal((ConflictKind.DeleteVsEdit, "P-1"), Assert.Single((await ConflictsAsync()).Select(c => (c.Kind, c.Key))));
        await ResolveAsync(ResolutionChoice.Warehouse);
        await SyncAsync();
        Assert.Equal(("edited", 2), (InCrm("P-1", "phone"), CountInCrm));
        await RestsAsync();
    }

    [Fact]
    public async Task FLS_removal_surfaces_as_schema_drift_not_mass_null()
    {
        await LoadedAsync();
        World.Screen.Hide(People.Contacts, People["phone"]);

        var report = await SyncAsync(Full);

        Assert.Equal(["1", "1"], await World.RowsAsync("select phone from people"));
        Assert.Equal((0, ConflictKind.SchemaDrift), (report.Result.Pulled, Assert.Single(await ConflictsAsync()).Kind));
        World.Screen.Show(People.Contacts, People["phone"]);
        Edit("P-1", ("phone", "C"));
        await SyncAsync();
        Assert.Equal("C", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Recycle_bin_purge_found_by_reconciliation()
    {
        await LoadedAsync();
        var purged = RecordOf("P-1");
        World.Screen.Delete(People.Contacts, purged);
        World.Screen.Purge(People.Contacts, purged);

        await SyncAsync();
        Assert.Equal("linked", await PairStateAsync("P-1"));
        await SyncAsync(Full);

        Assert.Equal(("gone_from_crm", "linked"), (await PairStateAsync("P-1"), await PairStateAsync("P-2")));
        await RestsAsync();
    }

    // The second edit gets the very stamp that the first one had when we looked, so the stamp proves nothing as a condition.
    [Fact]
    public async Task Same_second_double_edit()
    {
        await LoadedAsync();
        var record = RecordOf("P-1");
        await SetAsync("P-1", "phone", "W");
        var edits = 0;
        World.Crm = new CountingCrm(World.Crm)
        {
            OnPage = page =>
            {
                World.Screen.Edit(People.Contacts, record, (People["job_title"], $"{edits++}"));
                return page;
            },
            OnRead = seen =>
            {
                if (seen.Id == record && edits++ < 3)
                {
                    World.Screen.Edit(People.Contacts, record, (People["phone"], "C"));
                }

                return seen;
            },
        };

        await SyncAsync();
        World.Crm = ((CountingCrm)World.Crm).Inner;
        World.Time.Advance(TimeSpan.FromMinutes(10));
        await SyncAsync();

        Assert.Equal("C", Shown(record, "phone"));
        Assert.Equal(("W", "C"), Assert.Single((await ConflictsAsync()).Select(c => (c.Warehouse.Text, c.Crm.Text))));
    }

    [Fact]
    public async Task Late_commit_row_found_by_overlap()
    {
        await LoadedAsync();
        World.Screen.Switch("commitDelaySeconds", 300);
        Edit("P-1", ("phone", "typed"));
        await SyncAsync(Changes);
        Assert.Equal("1", await RowAsync("P-1", "phone"));
        World.Screen.Switch("commitDelaySeconds", 0);

        World.Time.Advance(TimeSpan.FromMinutes(6));
        await SyncAsync(Changes);

        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    // Whatever else re-reads such fields sooner, a full read sees the value although the record's time has not moved.
    [Fact]
    public async Task Formula_field_change_without_stamp()
    {
        await LoadedAsync(p => p.With(p.Field("city", FieldOwner.Crm)));
        var moved = FieldValue.Of("calculated");
        World.Crm = new CountingCrm(World.Crm)
        {
            OnRead = Calculated,
            OnPage = page => [.. page.Select(c => c with { Record = c.Record is { } r ? Calculated(r) : null })],
        };

        await SyncAsync(Full);

        Assert.Equal(["calculated", "calculated"], await World.RowsAsync("select city from people"));
        await RestsAsync();

        CrmRecord Calculated(CrmRecord record) => record with { Values = [.. record.Values.Select((v, i) => i == record.Values.Length - 1 ? moved : v)] };
    }

    [Fact]
    public async Task Assignment_rule_changes_owner()
    {
        await BeginAsync(People.Salesforce, p => p.Accounts with
        {
            Fields = [p.Field("name", FieldOwner.Warehouse), new FieldMapping { Warehouse = "owner_id", Crm = "OwnerId", Owner = FieldOwner.Crm }],
        });
        await World.SqlAsync("alter table accounts add owner_id text");
        await AddAccountAsync("A-1");
        await SyncAsync();
        var (account, other) = (World.Screen.IdOf("Account", People["id"], "A-1"), World.Screen.Create("Account", ("Name", "Other")));
        var owner = World.Screen.Value("Account", other, "OwnerId");

        World.Time.Advance(TimeSpan.FromSeconds(2));
        World.Screen.Edit("Account", account, ("OwnerId", owner));
        await SyncAsync();

        Assert.Equal(owner, await World.ValueAsync("select owner_id from accounts"));
        await RestsAsync();
    }

    [Fact]
    public async Task Rounding_trim_echo_loop_terminates()
    {
        await BeginAsync(People.Salesforce, p => p.Accounts with
        {
            Fields = [p.Field("name", FieldOwner.Shared), new FieldMapping { Warehouse = "score", Crm = "Health_Score__c", Owner = FieldOwner.Shared }],
        });
        await World.SqlAsync("alter table accounts add score numeric; insert into accounts (id, name, score) values ('A-1', '  One  ', 12.3456)");

        await SyncAsync();

        Assert.Equal(1, World.Screen.Writes);
        await RestsAsync();
        await World.SqlAsync("update accounts set name = ' Two ', score = 98.7654");
        await SyncAsync();
        Assert.Equal(2, World.Screen.Writes);
        Assert.Equal(" Two |98.7654", Assert.Single(await World.RowsAsync("select name, score from accounts")));
        await RestsAsync();
    }

    // A list that names the loser and no winner: what became of it is asked of the record itself.
    [Fact]
    public async Task DELETE_without_MasterRecordId_in_CDC_resolved_by_queryAll()
    {
        await LoadedAsync();
        var (linked, free) = (RecordOf("P-1"), Type(("phone", "7")));
        await SyncAsync();
        World.Crm = new CountingCrm(World.Crm) { OnPage = page => [.. page.Select(c => c with { Record = null })] };

        World.Screen.Merge(People.Contacts, free, linked);
        await SyncAsync();

        Assert.Equal((free, "linked", 2), (RecordOf("P-1"), await PairStateAsync("P-1"), CountInCrm));
        await RestsAsync();
    }

    private async Task LoadedAsync(Func<People, Mapping>? mapping = null)
    {
        await BeginAsync(People.Salesforce, mapping);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
    }
}
