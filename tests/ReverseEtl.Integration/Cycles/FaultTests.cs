using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Integration.Cycles;

/// <summary>What the network and the CRM do to requests.</summary>
public sealed class FaultTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task What_was_not_sent_because_others_met_trouble_is_written_in_the_same_cycle_and_is_no_reject(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "first_name", "New");
        await AddAsync("P-2");
        var counting = new CountingCrm(World.Crm);
        var refused = 0;
        counting.Instead = batch => refused++ < 2 ? [.. batch.Writes.Select(write => new CrmWriteResult(WriteOutcome.Moved, write.Id))] : null;
        World.Crm = counting;

        await SyncAsync();

        Assert.Equal(("New", "Last P-2"), (InCrm("P-1", "first_name"), InCrm("P-2", "last_name")));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    private const int EveryAttempt = 5;

    public static TheoryData<string, FaultKind> LostAnswers => new()
    {
        { People.HubSpot, FaultKind.ResetAfter },
        { People.HubSpot, FaultKind.SilenceAfter },
        { People.HubSpot, FaultKind.Truncate },
        { People.Salesforce, FaultKind.ResetAfter },
        { People.Salesforce, FaultKind.SilenceAfter },
        { People.Salesforce, FaultKind.Truncate },
    };

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task Lost_answer_to_a_create_makes_no_second_record(string crm, FaultKind kind)
    {
        await BeginAsync(crm, hasSilence: kind is FaultKind.SilenceAfter);
        await AddAsync("P-1", ("phone", "1"));
        Lose(kind, creates: true);

        await SyncAsync();
        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal((1, "linked"), (CountInCrm, await PairStateAsync("P-1")));
        await RestsAsync();
        Assert.Empty(await OpenIntentsAsync());
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task Lost_answer_to_an_update_converges_without_a_bogus_question(string crm, FaultKind kind)
    {
        await BeginAsync(crm, hasSilence: kind is FaultKind.SilenceAfter);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        const string phone = "  22  ";
        await SetAsync("P-1", "phone", phone);
        Lose(kind, creates: false);

        await SyncAsync();
        await SyncAsync();
        Assert.Equal(phone, await RowAsync("P-1", "phone"));
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal((phone, "22"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")!.Trim()));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
        Assert.Empty(await OpenIntentsAsync());
    }

    [Fact]
    public async Task Lost_answer_whose_value_the_CRM_spells_its_own_way_is_told_by_the_history()
    {
        await BeginAsync(People.HubSpot, p => p.Shared("phone", ConflictPolicy.Review));
        World.Screen.Switch("normalisePhone", true);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "phone", "2-2");
        Lose(FaultKind.ResetAfter, creates: false);

        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal(("2-2", "22"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Empty(await ConflictsAsync());
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    // HubSpot's history tells that ours had landed before, so the edit is an ordinary one. In Salesforce nobody can tell: a person is asked.
    [Theory]
    [InlineData(People.HubSpot, "3", 0)]
    [InlineData(People.Salesforce, "2", 1)]
    public async Task Person_who_edits_while_our_write_is_in_doubt_is_heard(string crm, string row, int questions)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "phone", "2");
        Lose(FaultKind.ResetAfter, creates: false);
        await SyncAsync();

        World.Time.Advance(TimeSpan.FromSeconds(5));
        Edit("P-1", ("phone", "3"));
        await SyncAsync();
        Assert.Equal(("2", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal((row, "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        var asked = await ConflictsAsync();
        Assert.Equal(questions, asked.Count);
        Assert.All(asked, c => Assert.Equal(("2", "3"), (c.Warehouse.Text, c.Crm.Text)));
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Decision_given_while_a_write_is_in_doubt_is_carried_out_afterwards(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"), ("job_title", "a"));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "job_title", "W");
        Edit("P-1", ("job_title", "C"));
        await SyncAsync();
        await SetAsync("P-1", "phone", "2");
        Lose(FaultKind.ResetAfter, creates: false);
        await SyncAsync();

        await ResolveAsync(Core.Planning.ResolutionChoice.Warehouse);
        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal(("W", "2"), (InCrm("P-1", "job_title"), InCrm("P-1", "phone")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Link_whose_answer_was_lost_is_made_once(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        var record = Type(("email", "p-1@example.org"));
        Lose(FaultKind.ResetAfter, creates: false);

        await SyncAsync();
        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal((1, record, "linked"), (CountInCrm, RecordOf("P-1"), await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task CRM_that_cannot_be_reached_fails_the_cycle_and_the_next_one_goes_on(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1");
        await SyncAsync();
        await AddAsync("P-2");
        World.Site.Inject(new Fault(FaultKind.ResetBefore, Times: 100));

        var trouble = await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        Assert.Equal(PortTrouble.Unavailable, trouble.Trouble);
        Assert.Equal(1, CountInCrm);

        Clear();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();
        Assert.Equal(2, CountInCrm);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Requests_turned_away_for_their_number_or_their_token_are_sent_again(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1");
        var path = People.IsSalesforce ? "/composite/" : "/batch/upsert";
        World.Site.Inject(new Fault(FaultKind.Answer, PathContains: path, Status: 429, Headers: new Dictionary<string, string> { ["Retry-After"] = "3" }));
        World.Site.Inject(People.IsSalesforce
            ? new Fault(FaultKind.Answer, PathContains: path, Status: 401, Body: """[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]""")
            : new Fault(FaultKind.Answer, PathContains: path, Status: 502));

        var report = await SyncAsync();

        Assert.Equal((1, "ok"), (report.Result.Created, report.Result.Outcome));
        await RestsAsync();
    }

    // HubSpot's answers tell what was stored, so that an older value that lands late shows as drift. Salesforce's do not.
    [Theory]
    [InlineData(People.HubSpot, 5)]
    [InlineData(People.Salesforce, 30)]
    public async Task Lost_answer_to_a_value_that_only_the_warehouse_may_set_is_made_good(string crm, int minutes)
    {
        await BeginAsync(crm);
        await AddAsync("P-1");
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "first_name", "New");
        Lose(FaultKind.ResetAfter, creates: false, isGuarded: false);

        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(minutes));
        await SyncAsync();

        Assert.Equal("New", InCrm("P-1", "first_name"));
        Assert.Empty(await OpenIntentsAsync());
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Lost_answer_to_a_deletion_ends_the_pair(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete } });
        await AddAsync("P-1");
        await AddAsync("P-2");
        await SyncAsync();
        await SyncAsync();
        await RemoveAsync("P-1");
        World.Site.Inject(new Fault(
            FaultKind.ResetAfter, People.IsSalesforce ? "DELETE" : "POST", People.IsSalesforce ? "/composite/" : "/batch/archive", Times: EveryAttempt));

        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal((1, null), (CountInCrm, await PairStateAsync("P-1")));
        Assert.Empty(await OpenIntentsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Lost_answer_to_a_record_made_again_makes_one(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromCrm = GoneFromCrm.Recreate } });
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        World.Screen.Delete(People.Contacts, RecordOf("P-1"));
        Lose(FaultKind.ResetAfter, creates: true);

        await SyncAsync();
        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal((1, "1", "linked"), (CountInCrm, InCrm("P-1", "phone"), await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Fact]
    public async Task Write_in_doubt_closes_its_own_record_only()
    {
        await BeginAsync(People.HubSpot);
        World.Options = World.Options with { BatchSize = 1 };
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "phone", "2");
        await SetAsync("P-2", "phone", "2");
        World.Site.Inject(new Fault(FaultKind.ResetAfter, "POST", "/batch/update", Times: EveryAttempt));

        var report = await SyncAsync();

        Assert.Equal("2", InCrm("P-2", "phone"));
        Assert.Contains(report.Held, h => h.Key == "P-1");
        var writes = World.Screen.Writes;
        await SyncAsync();
        Assert.Equal(writes, World.Screen.Writes);
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();
        await RestsAsync();
    }

    // A write that depends on a version is sent once in Salesforce, because a repeat would be refused; all others may be sent again.
    private void Lose(FaultKind kind, bool creates, bool isGuarded = true) => World.Site.Inject((People.IsSalesforce, creates, isGuarded) switch
    {
        (true, false, true) => new Fault(kind, "POST", "/composite"),
        (true, _, _) => new Fault(kind, "PATCH", "/composite/", Times: EveryAttempt),
        (_, true, _) => new Fault(kind, "POST", "/batch/upsert", Times: EveryAttempt),
        _ => new Fault(kind, "POST", "/batch/update", Times: EveryAttempt),
    });

    private void Clear() =>
        World.Site.Handle(new SandboxRequest("DELETE", "/_sandbox/faults", new Dictionary<string, string>(), []));

    private Task<IReadOnlyList<string>> OpenIntentsAsync() => World.RowsAsync("select id::text from retl.intent");
}
