using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A person edits a record between our look at it and our write: Salesforce refuses the write, HubSpot tells afterwards.</summary>
public sealed class LostUpdateTests : Scenario
{
    private CountingCrm Crm => (CountingCrm)World.Crm;

    [Fact]
    public async Task Edit_between_the_look_and_the_write_is_not_overwritten()
    {
        await LoadedAsync(People.Salesforce);
        await SetAsync("P-1", "phone", "2");
        Once(() => Edit("P-1", ("phone", "3")));

        await SyncAsync();

        Assert.Equal(("2", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.Field, "2", "3"), (asked.Kind, asked.Warehouse.Text, asked.Crm.Text));
        Assert.Empty(await LossesAsync());
        Assert.All(Crm.Done, w => Assert.NotNull(w.IfVersion));
        await RestsAsync();
    }

    [Fact]
    public async Task Edit_of_another_field_delays_the_write_within_the_cycle_only()
    {
        await LoadedAsync(People.Salesforce);
        await SetAsync("P-1", "phone", "2");
        Once(() => Edit("P-1", ("job_title", "Chief")));

        var report = await SyncAsync();

        Assert.Equal(("2", "Chief"), (InCrm("P-1", "phone"), await RowAsync("P-1", "job_title")));
        Assert.Equal((1, 1, 0), (report.Result.Updated, report.Result.Pulled, report.Result.Rejected));
        await RestsAsync();
    }

    [Fact]
    public async Task Record_that_keeps_moving_waits_and_is_never_written_blind()
    {
        await LoadedAsync(People.Salesforce);
        await SetAsync("P-1", "phone", "2");
        var edits = 0;
        Crm.OnWrite = _ => Edit("P-1", ("city", $"City {++edits}"));

        await SyncAsync();

        Assert.Equal((2, "1"), (edits, InCrm("P-1", "phone")));
        var reject = Assert.Single(await RejectsAsync());
        Assert.Equal(("moved", RetryRule.Later, 1), (reject.Class, reject.Retry, reject.Attempts));
        Assert.Equal(World.Time.GetUtcNow().AddSeconds(15), reject.NextAttemptAt!.Value, TimeSpan.FromMilliseconds(1));

        World.Time.Advance(TimeSpan.FromSeconds(16));
        await SyncAsync();
        reject = Assert.Single(await RejectsAsync());
        Assert.Equal((3, 2), (edits, reject.Attempts));
        Assert.Equal(World.Time.GetUtcNow().AddSeconds(30), reject.NextAttemptAt!.Value, TimeSpan.FromMilliseconds(1));

        Crm.OnWrite = _ => { };
        World.Time.Advance(TimeSpan.FromMinutes(11));
        await SyncAsync();
        Assert.Equal("2", InCrm("P-1", "phone"));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Record_edited_while_it_is_linked_is_met_as_it_is_then()
    {
        await BeginAsync(People.Salesforce);
        World.Crm = new CountingCrm(World.Crm);
        await AddAsync("P-1", ("phone", "1"));
        var record = Type(("email", "p-1@example.org"));
        Once(() => EditRecord(record, ("phone", "3")));

        await SyncAsync();

        Assert.Equal(("3", record), (Shown(record, "phone"), RecordOf("P-1")));
        Assert.Equal(ConflictKind.Seed, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
    }

    [Fact]
    public async Task Version_that_is_open_is_read_again_before_the_write()
    {
        await LoadedAsync(People.Salesforce);
        await SetAsync("P-1", "phone", "2");
        var reads = 0;
        Crm.OnRead = record => record with { VersionIsOpen = reads++ == 0 };

        await SyncAsync();

        Assert.Equal((2, "2"), (reads, InCrm("P-1", "phone")));
        Assert.Empty(await RejectsAsync());
        Crm.OnRead = record => record;
        await RestsAsync();
    }

    [Fact]
    public async Task Version_that_stays_open_is_no_condition()
    {
        await LoadedAsync(People.Salesforce);
        await SetAsync("P-1", "phone", "2");
        Crm.OnRead = record => record with { VersionIsOpen = true };

        await SyncAsync();

        Assert.Empty(Crm.Done);
        Assert.Equal("moved", Assert.Single(await RejectsAsync()).Class);

        Crm.OnRead = record => record;
        World.Time.Advance(TimeSpan.FromMinutes(6));
        await SyncAsync();
        Assert.Equal("2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Edit_that_was_overwritten_is_recorded_and_can_be_put_back()
    {
        await OverwrittenAsync();
        Assert.Equal(("2", "2"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Equal(["crm|phone|3"], await LossesAsync());
        Assert.Equal("1", await World.ValueAsync("select count(*) from retl.losses where author is not null and value_at is not null"));
        Assert.Equal("overwritten", await World.ValueAsync("select kind from retl.conflicts"));
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Crm);
        await SyncAsync();

        Assert.Equal(("3", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Equal(["resolved: crm"], await OutcomesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Overwritten_edit_that_may_stay_overwritten_is_closed()
    {
        await OverwrittenAsync();
        await ResolveAsync(ResolutionChoice.Warehouse);
        var writes = World.Screen.Writes;

        await SyncAsync();

        Assert.Equal((writes, "2"), (World.Screen.Writes, InCrm("P-1", "phone")));
        Assert.Equal(["resolved: warehouse"], await OutcomesAsync());
        await RestsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Overwritten_edit_that_somebody_has_dealt_with_is_no_question_any_more(bool inCrm)
    {
        await OverwrittenAsync();
        if (inCrm)
        {
            Edit("P-1", ("phone", "4"));
        }
        else
        {
            await SetAsync("P-1", "phone", "4");
        }

        await SyncAsync();

        Assert.Equal(("4", "4"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Equal(["superseded by a later edit"], await OutcomesAsync());
        Assert.Equal(["crm|phone|3"], await LossesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Edit_made_after_the_write_is_an_ordinary_one()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "2");
        Crm.OnHistory = () =>
        {
            Crm.OnHistory = () => { };
            Edit("P-1", ("phone", "3"));
        };

        await SyncAsync();
        Assert.Empty(await LossesAsync());
        await SyncAsync();

        Assert.Equal(("3", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task History_that_cannot_be_read_is_read_later()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "2");
        Once(() => Edit("P-1", ("phone", "3")));
        Crm.OnHistory = () => throw new PortException(PortTrouble.Unavailable, "no history now");

        await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        Assert.Empty(await LossesAsync());
        Crm.OnHistory = () => { };
        await SyncAsync();
        Assert.Empty(await ConflictsAsync());
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal(["crm|phone|3"], await LossesAsync());
        Assert.Equal(ConflictKind.Overwritten, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
    }

    [Fact]
    public async Task Edit_that_was_overwritten_is_recorded_although_no_token_tells_whose_our_writes_are()
    {
        await LoadedAsync(People.HubSpot);
        World.Screen.Switch("tokenInfo", false);
        await SetAsync("P-1", "phone", "2");
        Once(() => Edit("P-1", ("phone", "3")));

        var report = await SyncAsync();

        Assert.Equal(("2", 0), (InCrm("P-1", "phone"), report.Result.Unverified));
        Assert.Equal(["crm|phone|3"], await LossesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Write_whose_history_tells_nobody_apart_is_done_and_counted_as_unverified()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "2");
        Crm.OnEvent = e => e with { ByUs = null };

        var report = await SyncAsync();

        Assert.Equal(("2", 1), (InCrm("P-1", "phone"), report.Result.Unverified));
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    [Theory]
    [InlineData(People.HubSpot, 0)]
    [InlineData(People.Salesforce, 1)]
    public async Task Field_written_without_a_look_is_counted_where_nobody_can_tell_what_it_replaced(string crm, long unverified)
    {
        await BeginAsync(crm);
        await AddAsync("P-1");
        Type(("email", "P-1@example.org"), ("last_name", "Last P-1"));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "first_name", "New");

        var report = await SyncAsync();

        Assert.Equal(unverified, report.Result.Unverified);
        Assert.Equal(unverified, (await World.State.Reports.RunsAsync(Mapping.Name, 1, CancellationToken.None))[0].Result!.Unverified);
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

    private async Task OverwrittenAsync()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "2");
        Once(() => Edit("P-1", ("phone", "3")));
        await SyncAsync();
    }

    private void Once(Action edit) => Crm.OnWrite = _ =>
    {
        Crm.OnWrite = _ => { };
        edit();
    };

    private void EditRecord(string id, (string Column, object? Value) value)
    {
        World.Time.Advance(TimeSpan.FromSeconds(2));
        World.Screen.Edit(People.Contacts, id, (People[value.Column], value.Value));
    }
}
