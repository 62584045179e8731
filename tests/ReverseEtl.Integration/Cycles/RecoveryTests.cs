using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>What became of writes that nobody answered, and of what they replaced.</summary>
public sealed class RecoveryTests : Scenario
{
    private CountingCrm Crm => (CountingCrm)World.Crm;

    // The edit stood when the write landed; nobody said so, and the daemon could have died as well.
    [Fact]
    public async Task Overwritten_edit_is_found_although_the_answer_was_lost()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "2");
        Crm.OnWrite = _ => Edit("P-1", ("phone", "3"));
        LandAndLose();

        await SyncAsync();
        await AnsweredAsync();

        Assert.Equal(["crm|phone|3"], await LossesAsync());
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.Overwritten, "2", "3"), (asked.Kind, asked.Warehouse.Text, asked.Crm.Text));
        await RestsAsync();
        await ResolveAsync(ResolutionChoice.Crm);
        await SyncAsync();
        Assert.Equal(("3", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        await RestsAsync();
    }

    [Fact]
    public async Task Overwritten_edit_is_found_although_another_person_edited_last()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "2");
        Crm.OnWrite = _ => Edit("P-1", ("phone", "3"));
        LandAndLose();
        await SyncAsync();
        Edit("P-1", ("phone", "4"));

        await AnsweredAsync();

        Assert.Equal(["crm|phone|3"], await LossesAsync());
        Assert.Equal(("4", "4"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Write_that_never_left_is_made_when_it_can_no_longer_land(string crm)
    {
        await LoadedAsync(crm);
        await SetAsync("P-1", "phone", "2");
        Hold();

        await SyncAsync();
        await SyncAsync();
        Assert.Equal("1", InCrm("P-1", "phone"));
        await AnsweredAsync();

        Assert.Equal("2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    // The guard must not take for a change of what exists what a first load had begun.
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task First_load_whose_creates_never_left_makes_them_when_they_can_no_longer_land(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Guard = new Guard { MaxChanges = new Cap(20, IsPercent: true) } });
        World.Crm = new CountingCrm(World.Crm);
        Type(("email", "p-0@example.org"));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => AddAsync($"P-{i}", ("email", $"p-{i}@example.org"))));
        Crm.Instead = batch => batch.Writes.Any(w => w.Kind is CrmWriteKind.Upsert) ? [.. batch.Writes.Select(w => new CrmWriteResult(WriteOutcome.Unknown, w.Id))] : null;

        await SyncAsync();
        Assert.Equal(1, CountInCrm);
        Crm.Instead = _ => null;
        await AnsweredAsync();

        Assert.Equal(5, CountInCrm);
        await RestsAsync();
    }

    // A shared value: ours must not come back as a person's edit.
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Shared_value_that_lands_late_is_not_taken_for_an_edit(string crm)
    {
        await LoadedAsync(crm);
        await SetAsync("P-1", "phone", "2");
        var held = Hold();
        await SyncAsync();
        await SetAsync("P-1", "phone", "3");
        await SyncAsync();
        Assert.Equal("1", InCrm("P-1", "phone"));

        await LandAsync(held);
        await SyncAsync();
        await AnsweredAsync();

        Assert.Equal(("3", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Empty(await ConflictsAsync());
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Warehouse_value_that_lands_after_a_newer_one_does_not_stay(string crm)
    {
        await LoadedAsync(crm);
        await SetAsync("P-1", "first_name", "Old");
        var held = Hold();
        await SyncAsync();
        await SetAsync("P-1", "first_name", "New");
        World.Time.Advance(TimeSpan.FromMinutes(5));
        await SyncAsync();

        await LandAsync(held);
        await SyncAsync();
        await AnsweredAsync();

        Assert.Equal(("New", "New"), (await RowAsync("P-1", "first_name"), InCrm("P-1", "first_name")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    // What is flagged or adopted when the CRM changes it would be our own stale value.
    [Theory]
    [InlineData(People.HubSpot, DriftRule.Flag)]
    [InlineData(People.HubSpot, DriftRule.Adopt)]
    [InlineData(People.Salesforce, DriftRule.Flag)]
    [InlineData(People.Salesforce, DriftRule.Adopt)]
    public async Task Warehouse_value_whose_drift_is_heard_waits_until_nothing_can_land(string crm, DriftRule drift)
    {
        await LoadedAsync(crm, p => p.With(p.Field("first_name", FieldOwner.Warehouse, drift: drift)));
        await SetAsync("P-1", "first_name", "Old");
        var held = Hold();
        await SyncAsync();
        await SetAsync("P-1", "first_name", "New");
        World.Time.Advance(TimeSpan.FromMinutes(5));
        await SyncAsync();
        Assert.Null(InCrm("P-1", "first_name"));

        await LandAsync(held);
        await AnsweredAsync();

        Assert.Equal(("New", "New"), (await RowAsync("P-1", "first_name"), InCrm("P-1", "first_name")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Deletion_that_may_still_land_keeps_its_record_closed(string crm)
    {
        await LoadedAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete } });
        await AddAsync("P-2");
        await SyncAsync();
        await SyncAsync();
        await RemoveAsync("P-1");
        Hold();
        await SyncAsync();
        await AddAsync("P-1", ("phone", "9"));
        await SyncAsync();
        Assert.Equal("1", InCrm("P-1", "phone"));

        await AnsweredAsync();

        Assert.Equal((2, "linked"), (CountInCrm, await PairStateAsync("P-1")));
        Assert.Equal(await RowAsync("P-1", "phone"), InCrm("P-1", "phone"));
        await RestsAsync();
    }

    // The rule let the CRM's value go; whether the write that replaced it was answered makes no difference to whose value it was.
    [Theory]
    [InlineData(People.HubSpot, null)]
    [InlineData(People.HubSpot, "job_title")]
    [InlineData(People.Salesforce, null)]
    [InlineData(People.Salesforce, "job_title")]
    [InlineData(People.Salesforce, "phone")]
    public async Task Loss_is_recorded_once_although_the_answer_was_lost(string crm, string? editedAfterwards)
    {
        await LoadedAsync(crm, p => p.Shared("phone", ConflictPolicy.WarehouseWins));
        await SetAsync("P-1", "phone", "2");
        Edit("P-1", ("phone", "3"));
        LandAndLose();
        await SyncAsync();
        if (editedAfterwards is not null)
        {
            Edit("P-1", (editedAfterwards, "later"));
        }

        await AnsweredAsync();

        Assert.Equal(1, (await LossesAsync()).Count(l => l == $"crm|{People["phone"]}|3"));
        await SyncAsync();
        await RestsAsync();
    }

    // Another write of this connection's own user came last and says nothing about the field: the person's value is the person's.
    [Fact]
    public async Task Edit_followed_by_another_write_of_ours_is_not_taken_for_what_we_sent()
    {
        await LoadedAsync(People.Salesforce);
        await SetAsync("P-1", "phone", "2");
        Hold();
        await SyncAsync();
        Edit("P-1", ("phone", "3"));
        World.Time.Advance(TimeSpan.FromMinutes(1));
        await WriteAsOursAsync("city", "Rome");

        await AnsweredAsync();

        Assert.Equal(("2", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.Field, "2", "3"), (asked.Kind, asked.Warehouse.Text, asked.Crm.Text));
        await RestsAsync();
    }

    [Fact]
    public async Task Edit_followed_by_a_later_write_of_ours_is_not_taken_for_the_spelling_of_what_was_sent()
    {
        await LoadedAsync(People.Salesforce, p => p.With(p.Field("first_name", FieldOwner.Warehouse, drift: DriftRule.Flag)));
        await SetAsync("P-1", "first_name", "New");
        await SyncAsync();
        Edit("P-1", ("first_name", "Typed"));
        World.Time.Advance(TimeSpan.FromMinutes(20));
        await WriteAsOursAsync("city", "Rome");

        await SyncAsync();

        Assert.Equal(ConflictKind.Drift, Assert.Single(await ConflictsAsync()).Kind);
        Assert.Equal("Typed", InCrm("P-1", "first_name"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_was_created_and_edited_before_anybody_knew_keeps_the_edit(string crm)
    {
        await LoadedAsync(crm);
        await AddAsync("P-2", ("phone", "1"));
        LandAndLose();
        await SyncAsync();
        Edit("P-2", ("job_title", "Chief"));

        await AnsweredAsync();

        Assert.Equal((2, "linked", "Chief"), (CountInCrm, await PairStateAsync("P-2"), await RowAsync("P-2", "job_title")));
        Assert.Equal("Chief", InCrm("P-2", "job_title"));
        await RestsAsync();
    }

    // The row was written, and the daemon died before it could say so.
    [Fact]
    public async Task Value_of_a_row_that_was_replaced_is_recorded_although_nothing_was_settled()
    {
        await LoadedAsync(People.HubSpot, p => p.Shared("phone", ConflictPolicy.CrmWins));
        await SetAsync("P-1", "phone", "2");
        Edit("P-1", ("phone", "3"));
        var warehouse = new CountingWarehouse(World.Warehouse) { IsApart = true, AfterWrite = () => throw new InvalidOperationException("died") };
        World.Warehouse = warehouse;
        await Assert.ThrowsAsync<InvalidOperationException>(() => SyncAsync());
        Assert.Equal("3", await RowAsync("P-1", "phone"));
        warehouse.AfterWrite = () => { };

        await SyncAsync();

        Assert.Equal("3", await RowAsync("P-1", "phone"));
        Assert.Equal(["warehouse|phone|2"], await LossesAsync());
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

    private async Task AnsweredAsync()
    {
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();
    }

    /// <summary>The next batch is kept back, as on a slow wire, and its answer does not come.</summary>
    private List<CrmWriteBatch> Hold()
    {
        var held = new List<CrmWriteBatch>();
        Crm.Instead = batch =>
        {
            Crm.Instead = _ => null;
            held.Add(batch);
            return [.. batch.Writes.Select(w => new CrmWriteResult(WriteOutcome.Unknown, w.Id))];
        };
        return held;
    }

    private async Task LandAsync(List<CrmWriteBatch> held)
    {
        World.Time.Advance(TimeSpan.FromSeconds(1));
        await Crm.Inner.WriteAsync(Assert.Single(held) with { SendBy = World.Time.GetUtcNow() + TimeSpan.FromMinutes(1) }, CancellationToken.None);
    }

    /// <summary>The next batch takes effect, and its answer does not come.</summary>
    private void LandAndLose()
    {
        Crm.OnResult = result =>
        {
            Crm.OnWrite = _ => { };
            Crm.OnResult = r => r;
            return new CrmWriteResult(WriteOutcome.Unknown, result.Id);
        };
    }

    private async Task WriteAsOursAsync(string column, string value)
    {
        var schema = await Crm.Inner.DescribeAsync(People.Contacts, CancellationToken.None);
        await Crm.Inner.WriteAsync(
            new CrmWriteBatch(People.Contacts, People["id"], schema!,
                [new CrmWrite(CrmWriteKind.Update, "t", RecordOf("P-1"), null, [new CrmFieldWrite(People[column], Core.Values.FieldValue.Of(value))])],
                World.Time.GetUtcNow() + TimeSpan.FromMinutes(1)),
            CancellationToken.None);
    }
}
