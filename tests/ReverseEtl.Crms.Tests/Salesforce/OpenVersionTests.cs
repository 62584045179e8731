using System.Text.Json.Nodes;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Salesforce;
using static ReverseEtl.Crms.Tests.Salesforce.SalesforceRig;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>A version is a condition only once no other change can carry it.</summary>
public sealed class OpenVersionTests
{
    private const string Closing = "Mon, 02 Mar 2026 10:00:09 GMT";

    [Theory]
    [InlineData("10:00:05.000", "10:00:05", true)]
    [InlineData("10:00:05.000", "10:00:06", true)]
    [InlineData("10:00:05.000", "10:00:08", true)]
    [InlineData("10:00:05.000", "10:00:09", false)]
    [InlineData("10:00:05.001", "10:00:09", true)]
    [InlineData("10:00:05.001", "10:00:10", false)]
    [InlineData("10:00:05.000", "09:59:00", true)]
    public async Task Version_closes_with_its_second_and_what_a_query_may_not_show_yet(string stamp, string date, bool isOpen)
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, Page(stamp), ("Date", $"Mon, 02 Mar 2026 {date} GMT"));
        Assert.All(await EveryRead(rig), record => Assert.Equal(isOpen, record.VersionIsOpen));
    }

    [Fact]
    public async Task Version_that_was_read_without_a_clock_stays_open()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, Page("10:00:05.000"));
        Assert.All(await EveryRead(rig), record => Assert.True(record.VersionIsOpen));
    }

    [Fact]
    public async Task Time_that_an_answer_took_may_have_passed_after_the_read()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = _ =>
        {
            rig.Time.Advance(TimeSpan.FromMilliseconds(1));
            return ScriptedWire.Answer(200, Page("10:00:05.000"), ("Date", Closing));
        };
        Assert.All(await EveryRead(rig), record => Assert.True(record.VersionIsOpen));
    }

    [Fact]
    public async Task Attempts_before_the_last_one_do_not_count()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(429, "", ("Retry-After", "20")).Then(200, Page("10:00:05.000"), ("Date", Closing));
        var record = (await rig.Crm.ReadAsync(rig.Read("LastName"), [Id(1)], default))[Id(1)];
        Assert.False(record.VersionIsOpen);
    }

    [Fact]
    public async Task Later_pages_may_show_what_was_there_at_the_first()
    {
        await using var rig = new SalesforceRig();
        const string More = "\"done\":false,\"nextRecordsUrl\":\"/services/data/v66.0/query/01g-1\",";
        rig.Wire.Then(200, Page("10:00:05.000", More), ("Date", "Mon, 02 Mar 2026 10:00:06 GMT"))
            .Then(200, Page("10:00:05.000"), ("Date", Closing));
        var changes = new List<CrmChange>();
        await foreach (var page in rig.Crm.ReadChangesAsync(rig.Read("LastName"), null, default))
        {
            changes.AddRange(page);
        }

        Assert.Equal(2, changes.Count);
        Assert.All(changes, change => Assert.True(change.Record!.VersionIsOpen));
    }

    [Fact]
    public async Task Stamp_that_no_change_moves_never_closes()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Before = sent => sent.PathAndQuery switch
        {
            "/services/oauth2/token" => ScriptedWire.Answer(200, """{"access_token":"t","instance_url":"https://acme.example"}"""),
            _ when sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal) => ScriptedWire.Answer(
                200, """{"name":"Note","fields":[{"name":"Id","type":"id"},{"name":"CreatedDate","type":"datetime"},{"name":"Key__c","type":"string"}]}"""),
            _ => null,
        };
        rig.Wire.Then(200, Page("10:00:05.000").Replace("SystemModstamp", "CreatedDate", StringComparison.Ordinal), ("Date", "Mon, 02 Mar 2026 12:00:00 GMT"));
        Assert.True((await rig.Crm.ReadAsync(rig.Read(), [Id(1)], default))[Id(1)].VersionIsOpen);
    }

    // Two people edit in one second; a query shows the first edit at once and the second only seconds later. Whenever the connector calls the
    // version closed, a write on what it saw must either be refused or overwrite nothing that it had not seen.
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(3000)]
    public async Task Closed_version_never_lets_an_unseen_edit_be_overwritten(int visibilityMs)
    {
        var (closed, refused) = (0, 0);
        for (var wait = 0; wait <= 6000; wait += 250)
        {
            await using var bench = new SalesforceBench();
            bench.Org.Switches = bench.Org.Switches with { VisibilityDelayMinMs = 0, VisibilityDelayMaxMs = 0 };
            bench.Clock.Advance(TimeSpan.FromMilliseconds(1000 - bench.Clock.GetUtcNow().Millisecond));
            var id = bench.Org.CreateAsUser("Contact", new JsonObject { ["LastName"] = "first", ["Title"] = "first" });
            bench.Org.Switches = bench.Org.Switches with { VisibilityDelayMinMs = visibilityMs, VisibilityDelayMaxMs = visibilityMs };
            bench.Clock.Advance(TimeSpan.FromMilliseconds(900));
            bench.Org.EditAsUser("Contact", id, new JsonObject { ["Title"] = "second" });
            bench.Clock.Advance(TimeSpan.FromMilliseconds(wait));

            var schema = (await bench.Crm.DescribeAsync("Contact", default))!;
            var record = (await bench.Crm.ReadAsync(new CrmRead("Contact", "Warehouse_Id__c", [schema.Find("Title")!]), [id], default))[id];
            if (record.VersionIsOpen)
            {
                continue;
            }

            closed++;
            var write = Update(id, ("Title", "ours")) with { IfVersion = record.Version };
            var result = Assert.Single(await bench.Crm.WriteAsync(
                new CrmWriteBatch("Contact", "Warehouse_Id__c", schema, [write], DateTimeOffset.MaxValue), default));
            refused += result.Outcome is WriteOutcome.Moved ? 1 : 0;
            Assert.True(record.Values[0].Text == "second" || result.Outcome is WriteOutcome.Moved, $"lost after {wait} ms");
        }

        Assert.InRange(closed, 1, 24);
        Assert.Equal(0, refused);
    }

    [Fact]
    public async Task Settling_time_is_what_a_version_needs_to_close()
    {
        await using var bench = new SalesforceBench();
        var id = bench.Org.CreateAsUser("Contact", new JsonObject { ["LastName"] = "x" });
        var schema = (await bench.Crm.DescribeAsync("Contact", default))!;
        var read = new CrmRead("Contact", "Warehouse_Id__c", [schema.Find("Title")!]);
        Assert.True((await bench.Crm.ReadAsync(read, [id], default))[id].VersionIsOpen);
        bench.Clock.Advance(bench.Crm.Traits.VersionSettles - TimeSpan.FromSeconds(1));
        Assert.True((await bench.Crm.ReadAsync(read, [id], default))[id].VersionIsOpen);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await bench.Crm.ReadAsync(read, [id], default))[id].VersionIsOpen);
    }

    private static async Task<IReadOnlyList<CrmRecord>> EveryRead(SalesforceRig rig)
    {
        var records = new List<CrmRecord>((await rig.Crm.ReadAsync(rig.Read("LastName"), [Id(1)], default)).Values);
        records.AddRange((await rig.Crm.FindByKeyAsync(rig.Read("LastName"), ["k"], default))["k"]);
        await foreach (var page in rig.Crm.ReadChangesAsync(rig.Read("LastName"), null, default))
        {
            records.AddRange(page.Select(change => change.Record!));
        }

        Assert.Equal(3, records.Count);
        return records;
    }

    private static string Page(string stamp, string more = "\"done\":true,") =>
        "{" + more + $$"""
        "records":[{"Id":"{{Id(1)}}","Key__c":"k","LastName":"x","SystemModstamp":"2026-03-02T{{stamp}}+0000"}]}
        """;
}
