using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

public sealed class WriteModeTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Create_only_makes_records_and_never_touches_them_again(string crm)
    {
        await BeginAsync(crm, p => Owned(p) with { Records = new RecordRules { Mode = WriteMode.CreateOnly } });
        World.Crm = new CountingCrm(World.Crm);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        Edit("P-1", ("phone", "C"), ("job_title", "Clerk"));
        await SetAsync("P-1", "phone", "W");

        var report = await SyncAsync();

        Assert.Equal(("C", "Clerk", 0), (InCrm("P-1", "phone"), await RowAsync("P-1", "job_title"), report.Result.Updated));
        Assert.True(Assert.Single(((CountingCrm)World.Crm).Done).OnlyNew);
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Create_only_links_a_matched_record_without_writing_to_it(string crm)
    {
        await BeginAsync(crm, p => Owned(p) with { Records = new RecordRules { Mode = WriteMode.CreateOnly } });
        var record = Type(("email", "p-1@example.org"), ("phone", "typed"));
        await AddAsync("P-1", ("phone", "1"));

        await SyncAsync();

        Assert.Equal((1, "typed", null, "linked"), (CountInCrm, Shown(record, "phone"), Shown(record, "id"), await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Fact]
    public async Task Create_only_links_later_what_somebody_made_at_the_last_moment()
    {
        await BeginAsync(People.HubSpot, p => Owned(p) with { Records = new RecordRules { Mode = WriteMode.CreateOnly } });
        await AddAsync("P-0");
        await SyncAsync();
        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        await AddAsync("P-1");
        var made = "";
        crm.Instead = batch =>
        {
            made = Type(("id", "P-1"), ("phone", "typed"));
            return [.. batch.Writes.Select(_ => new CrmWriteResult(WriteOutcome.Rejected, null)
            {
                Error = new CrmError("duplicate", RetryRule.AfterChange, "409", "the key is on a record already") { ExistingId = made },
            })];
        };
        await SyncAsync();
        Assert.Equal("duplicate", Assert.Single(await RejectsAsync()).Class);

        crm.Instead = _ => null;
        World.Time.Advance(TimeSpan.FromHours(1));
        await SyncAsync();

        Assert.Equal((made, "linked", "typed"), (RecordOf("P-1"), await PairStateAsync("P-1"), Shown(made, "phone")));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task What_waited_under_create_only_is_written_when_the_mode_changes(string crm)
    {
        await BeginAsync(crm, p => Owned(p) with { Records = new RecordRules { Mode = WriteMode.CreateOnly } });
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();

        Mapping = Mapping with { Records = new RecordRules() };
        await SyncAsync();

        Assert.Equal("2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Update_only_links_by_key_and_match_and_makes_nothing(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { Mode = WriteMode.UpdateOnly, NewInWarehouse = NewRecord.Ignore } });
        var (byKey, byMail) = (Type(("id", "P-1")), Type(("email", "p-2@example.org")));
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "2"));
        await AddAsync("P-3", ("phone", "3"));

        var report = await SyncAsync();

        Assert.Equal(("1", "2", 2), (Shown(byKey, "phone"), Shown(byMail, "phone"), CountInCrm));
        Assert.Equal((2, 0), (report.Result.Linked, report.Result.Created));
        await RestsAsync();
        Type(("id", "P-3"));
        await SyncAsync();
        Assert.Equal("3", InCrm("P-3", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Update_only_holds_an_answer_that_would_make_a_record()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { Mode = WriteMode.UpdateOnly, NewInWarehouse = NewRecord.Review } });
        await AddAsync("P-1");
        await SyncAsync();

        await ResolveAsync(ResolutionChoice.Warehouse);
        var report = await SyncAsync();

        Assert.Equal((0, "mode: update_only"), (CountInCrm, Assert.Single(report.Held).Reason));
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Mirror_removes_what_it_made_and_nothing_else(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with
        {
            Records = new RecordRules { Mode = WriteMode.Mirror, GoneFromWarehouse = GoneFromWarehouse.Delete },
            Guard = new Guard { MaxDeletes = new Cap(2, IsPercent: false) },
        });
        Type(("email", "p-1@example.org"));
        await AddAsync("P-1");
        await AddAsync("P-2");
        await AddAsync("P-3");
        await SyncAsync();
        await SyncAsync();
        Assert.Equal(["False", "True", "True"], await World.RowsAsync("select made from retl.pair order by key"));
        await RemoveAsync("P-1");
        await RemoveAsync("P-2");

        var report = await SyncAsync();

        Assert.Equal((1, 2), (report.Result.Deleted, CountInCrm));
        Assert.Equal(("gone_from_warehouse", null, "linked"), (await PairStateAsync("P-1"), await PairStateAsync("P-2"), await PairStateAsync("P-3")));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Mirror_asks_before_it_removes_what_somebody_edited(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { Mode = WriteMode.Mirror, GoneFromWarehouse = GoneFromWarehouse.Delete } });
        await AddAsync("P-1");
        await AddAsync("P-2");
        await SyncAsync();
        await SyncAsync();
        Edit("P-1", ("phone", "C"));
        await RemoveAsync("P-1");

        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Equal(ConflictKind.DeleteVsEdit, Assert.Single(await ConflictsAsync()).Kind);
    }

    // Fields that the warehouse owns, and one that people own.
    private static Mapping Owned(People people) => people.With(
        people.Field("phone", FieldOwner.Warehouse), people.Field("job_title", FieldOwner.Crm));
}
