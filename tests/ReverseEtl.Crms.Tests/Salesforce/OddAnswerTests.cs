using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using static ReverseEtl.Crms.Tests.Salesforce.SalesforceRig;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Every recorded body, and many that nobody would write, given as the answer to every request: trouble of the port at worst.</summary>
public sealed class OddAnswerTests
{
    private static readonly string[] Strange =
    [
        "", " ", "null", "[]", "[null]", "{}", "1", "\"x\"", "[1,\"a\",[],{}]", "true",
        """{"records":null}""", """{"done":true,"records":[null,1,"x",[]]}""", """{"done":"no","records":[{"Id":5,"SystemModstamp":7}]}""",
        """{"done":true,"records":[{"Id":null,"Key__c":{"a":1}}]}""", """{"done":true,"nextRecordsUrl":7,"records":{}}""",
        """[{"errorCode":null,"message":null,"fields":null}]""", """[{"errorCode":7,"message":[],"fields":{"a":1}}]""", """{"error":{}}""",
        """[{"errorCode":"DUPLICATES_DETECTED","duplicateResult":[null,{"matchResults":[null,7,{"matchRecords":[{"record":null},null]}]}]}]""",
        """[{"success":"yes","id":7,"errors":"none"}]""", """[{"success":true,"id":null,"errors":null}]""", """[{"success":false,"errors":[null,1]}]""",
        """{"compositeResponse":[null,1,{"referenceId":"r0"},{"referenceId":"r0","httpStatusCode":"204"}]}""", """{"compositeResponse":{}}""",
        """{"id":7,"state":5}""", """{"id":"750","state":"New","numberRecordsProcessed":"many","createdDate":7}""", """{"sObjects":[null,{"name":7,"count":"x"}]}""",
        """{"fields":{"name":"x"}}""", """{"fields":[{"name":7,"type":[]}],"recordTypeInfos":{}}""", """{"deletedRecords":[null,{"id":7}],"ids":[null,7]}""",
        """{"DailyApiRequests":7}""", """{"DailyApiRequests":{"Max":"x","Remaining":1.5}}""", """{"access_token":7}""", """{"access_token":"t","instance_url":"nowhere","id":7}""",
        "<html><body>Service not available</body></html>", "\ufeff{}", "{\"records\":[", "a,b\n1\n", "\"Id\"\n\"",
    ];

    public static TheoryData<string> Bodies
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var file in Directory.EnumerateFiles(TestData.Salesforce, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                data.Add(Path.GetRelativePath(TestData.Salesforce, file));
            }

            for (var i = 0; i < Strange.Length; i++)
            {
                data.Add($"#{i}");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Answer_of_any_kind_to_any_request_is_at_worst_trouble_of_the_port(string name)
    {
        var body = name.StartsWith('#') ? Strange[int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture)]
            : await File.ReadAllTextAsync(Path.Combine(TestData.Salesforce, name));
        foreach (var status in new[] { 200, 300, 400, 403, 404 })
        {
            foreach (var request in Requests)
            {
                await using var rig = new SalesforceRig();
                rig.Wire.Otherwise = _ => ScriptedWire.Answer(status, body, ("Date", "Mon, 02 Mar 2026 10:00:05 GMT"), ("Sforce-Limit-Info", "api-usage=x/y"));
                try
                {
                    await request(rig);
                }
                catch (PortException e)
                {
                    Assert.StartsWith("Salesforce", e.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Describe_count_and_token_of_any_kind_are_at_worst_trouble_of_the_port(string name)
    {
        var body = name.StartsWith('#') ? Strange[int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture)]
            : await File.ReadAllTextAsync(Path.Combine(TestData.Salesforce, name));
        foreach (var part in new[] { "/describe", "/limits/recordCount", "/oauth2/token" })
        {
            await using var rig = new SalesforceRig();
            var before = rig.Wire.Before!;
            rig.Wire.Before = sent => sent.PathAndQuery.Contains(part, StringComparison.Ordinal) ? ScriptedWire.Answer(200, body) : before(sent);
            rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, """{"done":true,"records":[]}""");
            try
            {
                await Read(rig, null);
            }
            catch (PortException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private static IReadOnlyList<Func<SalesforceRig, Task>> Requests =>
    [
        rig => rig.Crm.CheckAsync(default),
        rig => rig.Crm.NowAsync(default),
        rig => rig.Crm.ListObjectsAsync(default),
        rig => rig.Crm.ReadAsync(rig.Read("LastName", "Score__c", "Account.Name"), [Id(1)], default),
        rig => rig.Crm.FindByKeyAsync(rig.Read("LastName"), ["k"], default),
        rig => Read(rig, rig.Time.GetUtcNow() - TimeSpan.FromMinutes(15)),
        rig => rig.Crm.RestAsync("Contact", default),
        rig => Each(rig.Write(Upsert("k", ("LastName", "x")), Update(Id(1), ("LastName", "x")), Delete(Id(2)))),
        rig => Each(rig.Write(Update(Id(1), ("LastName", "x")) with { IfVersion = rig.Time.GetUtcNow() })),
        rig => Each(rig.Write(new CrmWrite(CrmWriteKind.Purge, "t", Id(1), null, []))),
    ];

    private static async Task Each(Task<IReadOnlyList<CrmWriteResult>> writing) => Assert.All(await writing, Assert.NotNull);

    private static async Task Read(SalesforceRig rig, DateTimeOffset? since)
    {
        await foreach (var page in rig.Crm.ReadChangesAsync(rig.Read("LastName", "Flag__c"), since, default))
        {
            Assert.All(page, change => Assert.NotEmpty(change.Id));
        }
    }
}
