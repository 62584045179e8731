using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>What a full read of the CRM finds wrong with what is known.</summary>
public sealed class AuditTests : Scenario
{
    private static readonly CycleRequest Full = new("test") { FullWarehouse = true, FullCrm = true };

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Base_that_does_not_fit_the_record_is_found_and_made_good(string crm)
    {
        await LoadedAsync(crm);
        await World.SqlAsync("update retl.pair a set base = b.base from retl.pair b where a.key = 'P-1' and b.key = 'P-2'");

        Assert.Equal(0, (await SyncAsync()).Result.AuditFindings);
        var report = await SyncAsync(Full);

        Assert.Equal(1, report.Result.AuditFindings);
        Assert.Equal("1", await World.ValueAsync("select audit_findings from retl.runs order by run desc limit 1"));
        Assert.Equal(("1", "1"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        await RestsAsync();
    }

    [Fact]
    public async Task Field_that_somebody_is_asked_about_is_no_finding()
    {
        await LoadedAsync(People.HubSpot);
        Edit("P-1", ("phone", "typed"));
        await SetAsync("P-1", "phone", "job");
        await SyncAsync();
        Assert.Single(await ConflictsAsync());

        Assert.Equal(0, (await SyncAsync(Full)).Result.AuditFindings);
        await RestsAsync();
    }

    [Fact]
    public async Task Key_on_several_records_freezes_the_pair_until_a_person_says_which_one_it_is()
    {
        var copy = await CopiedAsync(People.HubSpot);

        await SyncAsync();
        var question = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.Duplicate, "duplicate"), (question.Kind, await PairStateAsync("P-1")));
        Assert.Contains(copy, question.Crm.Text, StringComparison.Ordinal);
        await SetAsync("P-1", "first_name", "New");
        await RestsAsync();
        Assert.Null(InCrm("P-1", "first_name"));

        await ResolveAsync(ResolutionChoice.Warehouse);
        await SyncAsync();
        Assert.Equal(("New", null), (InCrm("P-1", "first_name"), Shown(copy, "first_name")));

        // The other one is known now and not asked about again.
        await RestsAsync();
        Assert.Empty(await ConflictsAsync());
    }

    [Fact]
    public async Task Row_takes_the_copy_that_a_person_names()
    {
        var copy = await CopiedAsync(People.HubSpot);
        await SyncAsync();
        await ResolveAsync(ResolutionChoice.Value, copy);
        await SyncAsync();
        await SetAsync("P-1", "first_name", "New");
        await SyncAsync();

        Assert.Equal("New", Shown(copy, "first_name"));
        Assert.Equal(copy, await World.ValueAsync("select crm_id from retl.pairs where key = 'P-1'"));
        await RestsAsync();
        Assert.Empty(await ConflictsAsync());
    }

    // A CRM whose key field is not unique; the sandboxes' is, so the wrapper tells of the key. Nor may two have one e-mail there.
    private async Task<string> CopiedAsync(string crm)
    {
        await LoadedAsync(crm, p => p.Mapping with { Fields = [.. p.Mapping.Fields.Where(f => f.Warehouse is not "email")] });
        var copy = Type(("email", "copy@example.org"), ("last_name", "Last P-1"));
        CrmRecord Copied(CrmRecord record) => record.Id == copy ? record with { Key = "P-1" } : record;
        World.Crm = new CountingCrm(World.Crm)
        {
            OnRead = Copied,
            OnPage = page => [.. page.Select(c => c.Record is { } record ? c with { Record = Copied(record) } : c)],
        };
        return copy;
    }

    private async Task LoadedAsync(string crm, Func<People, Mapping>? mapping = null)
    {
        await BeginAsync(crm, mapping);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "2"));
        await SyncAsync();
        await SyncAsync();
    }
}
