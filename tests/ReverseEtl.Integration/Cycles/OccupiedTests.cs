using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>The CRM has a record already in the place of one that is to be made: it is linked or asked about, never made twice.</summary>
public sealed class OccupiedTests : Scenario
{
    // After a merge of people, the loser's address is a second one of the survivor (reference hubspot.md §10).
    [Fact]
    public async Task Row_with_the_second_address_of_a_contact_is_linked_to_it()
    {
        await BeginAsync(People.HubSpot);
        var (first, second) = (Type(("email", "first@example.org")), Type(("email", "second@example.org")));
        var left = World.Screen.Merge(People.Contacts, first, second);
        await AddAsync("P-1", ("email", "second@example.org"), ("phone", "5"));

        var report = await SyncAsync();

        Assert.Equal((1, 0, 1, 0), (report.Result.Linked, report.Result.Created, CountInCrm, report.Result.Rejected));
        Assert.Equal((left, "5"), (RecordOf("P-1"), Shown(left, "phone")));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Row_with_the_address_of_a_contact_that_no_search_shows_yet_is_linked_to_it()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-0");
        await SyncAsync();
        World.Screen.Switch("searchIndexLagSeconds", 300);
        var typed = Type(("email", "p-1@example.org"));
        await AddAsync("P-1");

        await SyncAsync();

        Assert.Equal((typed, "linked", 2), (RecordOf("P-1"), await PairStateAsync("P-1"), CountInCrm));
        Assert.Empty(await RejectsAsync());
        World.Time.Advance(TimeSpan.FromMinutes(6));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_is_only_alike_is_asked_about_and_linked_when_a_person_says_so(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Match = [] });
        var record = Type(("email", "other@example.org"));
        await SyncAsync();
        await AddAsync("P-1", ("phone", "5"));
        Refuse(record, isSame: false);

        var report = await SyncAsync();

        Assert.Equal((0, 0, 1), (report.Result.Linked, report.Result.Created, CountInCrm));
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.Match, "P-1", record), (asked.Kind, asked.Key, asked.Crm.Text));
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Value, record);
        await SyncAsync();

        Assert.Equal((record, "linked", "5"), (RecordOf("P-1"), await PairStateAsync("P-1"), Shown(record, "phone")));
        Assert.Empty(await RejectsAsync());
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_of_another_row_stays_with_it(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Match = [] });
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        await AddAsync("P-2", ("phone", "2"));
        Refuse(RecordOf("P-1"), isSame: true);

        await SyncAsync();

        Assert.Equal(("linked", null, "1"), (await PairStateAsync("P-1"), await PairStateAsync("P-2"), InCrm("P-1", "phone")));
        Assert.Equal("duplicate", Assert.Single(await RejectsAsync()).Class);
        Assert.Empty(await ConflictsAsync());
    }

    private void Refuse(string record, bool isSame) => World.Crm = new CountingCrm(World.Crm)
    {
        Instead = batch => batch.Writes.All(w => w.Kind is not CrmWriteKind.Upsert) ? null
            : [.. batch.Writes.Select(_ => new CrmWriteResult(WriteOutcome.Rejected, null)
            {
                Error = new CrmError("duplicate", RetryRule.AfterChange, "DUPLICATES_DETECTED", "Use one of these records?") { ExistingId = record, IsSameRecord = isSame },
            })],
    };
}
