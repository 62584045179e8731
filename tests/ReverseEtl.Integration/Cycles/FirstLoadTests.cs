using ReverseEtl.Core.Mappings;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

public sealed class FirstLoadTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task FirstLoad_creates_what_is_missing_links_what_is_there_and_then_rests(string crm)
    {
        await BeginAsync(crm, p => p.WithNewsletter);
        await World.SqlAsync("insert into people (id, email, first_name, last_name) select 'P-' || n, 'p' || n || '@example.org', 'N' || n, 'L' || n from generate_series(1, 250) n");
        var known = Type(("email", "P7@example.org"), ("first_name", "Old"), ("newsletter", true));

        var report = await SyncAsync();

        Assert.Equal((249, 1, 0, 0), (report.Result.Created, report.Result.Linked, report.Result.Rejected, report.Result.Conflicts));
        Assert.Equal(250, CountInCrm);
        Assert.Equal(known, RecordOf("P-7"));
        Assert.Equal("N7", InCrm("P-7", "first_name"));
        Assert.Equal("True", await RowAsync("P-7", "newsletter"));

        // Salesforce gives a checkbox that nobody ticked a value of its own, which the warehouse then takes.
        await SyncAsync();
        await RestsAsync();
        Assert.Equal(250, (await SyncAsync()).Result.Unchanged);
    }

    [Fact]
    public async Task Link_that_waits_for_a_version_to_close_takes_what_the_crm_owns_in_the_same_cycle()
    {
        await BeginAsync(People.Salesforce, p => p.WithNewsletter);
        await AddAsync("P-1");
        Type(("email", "p-1@example.org"), ("newsletter", true));
        var reads = 0;
        World.Crm = new CountingCrm(World.Crm) { OnRead = record => record with { VersionIsOpen = reads++ == 0 } };

        var report = await SyncAsync();

        Assert.Equal((1, 1), (report.Result.Linked, report.Result.Pulled));
        Assert.Equal("True", await RowAsync("P-1", "newsletter"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_carries_the_key_is_linked_whatever_the_match_rules_say(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1");
        var carrier = Type(("id", "P-1"), ("email", "other@example.org"));
        var stranger = Type(("email", "p-1@example.com"));

        var report = await SyncAsync();

        Assert.Equal((0, 1), (report.Result.Created, report.Result.Linked));
        Assert.Equal(carrier, RecordOf("P-1"));
        Assert.Equal("p-1@example.org", Shown(carrier, "email"), ignoreCase: true);
        Assert.Null(Shown(stranger, "id"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task First_meeting_takes_the_owners_value_prefers_values_to_blanks_and_asks_where_both_have_one(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("first_name", "Ann"), ("phone", "1"));
        Type(("email", "p-1@example.org"), ("first_name", "Anne"), ("phone", "2"), ("job_title", "Chief"));

        var report = await SyncAsync();

        Assert.Equal((1, 1), (report.Result.Linked, report.Result.Conflicts));
        Assert.Equal("Ann", InCrm("P-1", "first_name"));
        Assert.Equal("Chief", await RowAsync("P-1", "job_title"));
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((People["phone"], "1", "2"), (asked.Field, asked.Warehouse.Text, asked.Crm.Text));
        Assert.Contains($"crm|{People["first_name"]}|Anne", await LossesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Unlinked_row_is_left_alone_where_new_rows_are_ignored()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { NewInWarehouse = NewRecord.Ignore } });
        await AddAsync("P-1");

        var report = await SyncAsync();

        Assert.Equal((0, 0L, 0L), (CountInCrm, report.Result.Held, report.Result.Conflicts));
        await RestsAsync();
    }
}
