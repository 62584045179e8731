using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A record is turned into one of another object (a lead into a contact); here a person becomes an account.</summary>
public sealed class ConversionTests : Scenario
{
    private readonly Dictionary<string, string> _converted = [];

    private CountingCrm Crm => (CountingCrm)World.Crm;

    [Theory]
    [InlineData(People.HubSpot, GoneFromCrm.Recreate)]
    [InlineData(People.Salesforce, GoneFromCrm.Recreate)]
    [InlineData(People.HubSpot, GoneFromCrm.Delete)]
    [InlineData(People.Salesforce, GoneFromCrm.Delete)]
    public async Task Pair_ends_with_its_reason_and_nothing_is_made_or_deleted(string crm, GoneFromCrm rule)
    {
        await LoadedAsync(crm, rule);
        var heir = Convert("P-1");

        await SyncAsync();
        await SetAsync("P-1", "phone", "9");
        await SyncAsync();

        Assert.Equal(("gone_from_crm", "P-1", 2), (await PairStateAsync("P-1"), await RowAsync("P-1", "id"), CountInCrm));
        Assert.Equal([$"it became {People.Companies} {heir}"], await World.RowsAsync("select unnest(rules) from retl.changes where action = 'convert'"));
        Assert.Empty(await ConflictsAsync());
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Key_goes_to_what_the_record_became_so_that_its_mapping_links_it(string crm)
    {
        await LoadedAsync(crm, GoneFromCrm.Recreate, givesKey: true);
        var heir = Convert("P-1");
        await World.SqlAsync("insert into accounts (id, name) values ('P-1', 'Converted')");

        await SyncAsync();
        var report = await World.SyncAsync(People.Accounts);

        Assert.Equal("P-1", World.Screen.Value(People.Companies, heir, People["id"]));
        Assert.Equal((1, 0, 1), (report.Result.Linked, report.Result.Created, World.Screen.Count(People.Companies)));
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Key_of_another_row_on_what_the_record_became_is_not_written_over(string crm)
    {
        await LoadedAsync(crm, GoneFromCrm.Recreate, givesKey: true);
        var heir = Convert("P-1");
        World.Screen.Edit(People.Companies, heir, (People["id"], "A-7"));

        await SyncAsync();

        Assert.Equal(("A-7", "gone_from_crm"), (World.Screen.Value(People.Companies, heir, People["id"]), await PairStateAsync("P-1")));
        Assert.Contains("carries the key A-7 already", string.Join('\n', await World.RowsAsync("select unnest(rules) from retl.changes")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_is_lost_holds_the_pair_and_the_key_is_given_once()
    {
        await LoadedAsync(People.HubSpot, GoneFromCrm.Recreate, givesKey: true);
        var heir = Convert("P-1");
        Crm.OnResult = result => new CrmWriteResult(WriteOutcome.Unknown, result.Id);
        await SyncAsync();
        Assert.Equal("linked", await PairStateAsync("P-1"));

        Crm.OnResult = result => result;
        World.Time.Advance(TimeSpan.FromHours(1));
        await SyncAsync();

        Assert.Equal(("gone_from_crm", "P-1"), (await PairStateAsync("P-1"), World.Screen.Value(People.Companies, heir, People["id"])));
        Assert.Single(Crm.Done, w => w.Trace == "convert");
        Assert.Empty(await World.RowsAsync("select id from retl.intent"));
    }

    private async Task LoadedAsync(string crm, GoneFromCrm rule, bool givesKey = false)
    {
        await BeginAsync(crm, p => p.Mapping with
        {
            Records = new RecordRules { GoneFromCrm = rule },
            Crm = p.Mapping.Crm with { ConvertedTo = givesKey ? new ConvertedTo(p.Companies, p["id"]) : null },
        });
        World.Crm = new CountingCrm(World.Crm) { OnRead = Turned, OnPage = page => [.. page.Select(c => c with { Record = c.Record is { } r ? Turned(r) : null })] };
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
    }

    // As the CRM would tell of it: the record stays, is read by nobody's edit, and cannot be written any more.
    private string Convert(string id)
    {
        var heir = World.Screen.Create(People.Companies, (People["name"], "Converted"));
        _converted[RecordOf(id)] = heir;
        Edit(id, ("city", "moved"));
        return heir;
    }

    private CrmRecord Turned(CrmRecord record) => _converted.TryGetValue(record.Id, out var heir)
        ? record with { Presence = CrmPresence.Converted, ConvertedTo = new Dictionary<string, string> { [People.Companies] = heir } }
        : record;
}
