using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Somebody makes the record that we are about to make.</summary>
public sealed class CreateRaceTests : Scenario
{
    private CountingCrm Crm => (CountingCrm)World.Crm;

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_made_since_the_last_look_is_linked_and_not_written_over(string crm)
    {
        await LoadedAsync(crm);
        await AddAsync("P-2", ("phone", "2"));
        Crm.OnFind = () =>
        {
            Crm.OnFind = () => { };
            MakeP2(phone: "typed");
        };

        await SyncAsync();

        Assert.Equal((2, "typed", "linked"), (CountInCrm, InCrm("P-2", "phone"), await PairStateAsync("P-2")));
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.Seed, "2", "typed"), (asked.Kind, asked.Warehouse.Text, asked.Crm.Text));
        Assert.DoesNotContain(Crm.Done, w => w.Kind is CrmWriteKind.Upsert);
        await RestsAsync();
    }

    // The last moment, which only an upsert survives.
    [Fact]
    public async Task Record_made_between_the_look_and_the_write_is_recorded_by_its_history()
    {
        await LoadedAsync(People.HubSpot);
        await AddAsync("P-2", ("phone", "2"));
        Once(() => MakeP2(phone: "typed"));

        await SyncAsync();

        Assert.Equal((2, "2", "linked"), (CountInCrm, InCrm("P-2", "phone"), await PairStateAsync("P-2")));
        Assert.Equal([$"crm|{People["phone"]}|typed"], await LossesAsync());
        Assert.Equal(ConflictKind.Overwritten, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
        await ResolveAsync(ResolutionChoice.Crm);
        await SyncAsync();
        Assert.Equal(("typed", "typed"), (await RowAsync("P-2", "phone"), InCrm("P-2", "phone")));
        await RestsAsync();
    }

    [Fact]
    public async Task Record_made_between_the_look_and_the_write_is_counted_where_nobody_can_tell()
    {
        await LoadedAsync(People.Salesforce);
        await AddAsync("P-2", ("phone", "2"));
        Once(() => MakeP2(phone: "typed"));

        var report = await SyncAsync();

        Assert.Equal((1, 3), (report.Result.Linked, report.Result.Unverified));
        Assert.Equal((2, "linked"), (CountInCrm, await PairStateAsync("P-2")));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_another_row_has_is_asked_about(string crm)
    {
        await LoadedAsync(crm);
        var record = RecordOf("P-1");
        await AddAsync("P-2", ("phone", "2"));
        Crm.OnFind = () => World.Screen.Edit(People.Contacts, record, (People["id"], "P-2"));

        await SyncAsync();

        Assert.Equal((1, "1"), (CountInCrm, Shown(record, "phone")));
        Assert.Equal(ConflictKind.Match, Assert.Single(await ConflictsAsync()).Kind);
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_of_another_row_that_is_met_unawares_freezes_both(string crm)
    {
        await LoadedAsync(crm);
        var record = RecordOf("P-1");
        await AddAsync("P-2", ("phone", "2"));
        Once(() => World.Screen.Edit(People.Contacts, record, (People["id"], "P-2")));

        await SyncAsync();

        Assert.Equal((1, "duplicate", "duplicate"), (CountInCrm, await PairStateAsync("P-1"), await PairStateAsync("P-2")));
        Assert.All(await ConflictsAsync(), c => Assert.Equal(ConflictKind.Duplicate, c.Kind));
        Assert.Equal("1", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Two_creates_that_meet_the_same_record_freeze_both(string crm)
    {
        await LoadedAsync(crm);
        var record = Type(("phone", "typed"));
        await AddAsync("P-2");
        await AddAsync("P-3");
        Crm.Instead = batch => [.. batch.Writes.Select(_ => new CrmWriteResult(WriteOutcome.Confirmed, record))];

        await SyncAsync();

        Assert.Equal(("duplicate", "duplicate"), (await PairStateAsync("P-2"), await PairStateAsync("P-3")));
        Assert.Equal([(ConflictKind.Duplicate, "P-2"), (ConflictKind.Duplicate, "P-3")], (await ConflictsAsync()).Select(c => (c.Kind, c.Key)));
        Crm.Instead = _ => null;
        await ResolveAsync(ResolutionChoice.Warehouse, key: "P-2");
        await SyncAsync();
        Assert.Equal(("linked", "gone_from_crm"), (await PairStateAsync("P-2"), await PairStateAsync("P-3")));
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_carries_the_key_again_is_taken_up_and_not_made_once_more(string crm)
    {
        await LoadedAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromCrm = GoneFromCrm.Recreate } });
        World.Screen.Delete(People.Contacts, RecordOf("P-1"));
        var again = "";
        Crm.OnFind = () =>
        {
            Crm.OnFind = () => { };
            again = World.Screen.Create(People.Contacts, (People["id"], "P-1"), (People["last_name"], "Last P-1"), (People["phone"], "typed"));
        };

        await SyncAsync();

        Assert.Equal((1, "typed", "linked"), (CountInCrm, Shown(again, "phone"), await PairStateAsync("P-1")));
        Assert.Equal(ConflictKind.Seed, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task First_load_spends_no_look_on_what_it_has_just_read(string crm)
    {
        await BeginAsync(crm);
        World.Crm = new CountingCrm(World.Crm);
        await AddAsync("P-1");
        await AddAsync("P-2");

        await SyncAsync();

        Assert.Equal((2, 0), (CountInCrm, Crm.Finds));
        await AddAsync("P-3");
        await AddAsync("P-4");
        await SyncAsync();
        Assert.Equal((4, 1), (CountInCrm, Crm.Finds));
        await RestsAsync();
    }

    private async Task LoadedAsync(string crm, Func<People, Mapping>? mapping = null)
    {
        await BeginAsync(crm, mapping);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        World.Crm = new CountingCrm(World.Crm);
    }

    private void MakeP2(string phone)
    {
        World.Screen.Create(People.Contacts, (People["id"], "P-2"), (People["last_name"], "Last P-2"), (People["phone"], phone));
        World.Time.Advance(TimeSpan.FromSeconds(2));
    }

    private void Once(Action edit) => Crm.OnWrite = _ =>
    {
        Crm.OnWrite = _ => { };
        edit();
    };
}
