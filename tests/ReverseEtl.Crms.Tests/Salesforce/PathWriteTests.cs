using System.Text.Json;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using static ReverseEtl.Crms.Tests.Salesforce.SalesforceRig;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Related records told by a value: owners by e-mail, record types by name, parents by external id.</summary>
public sealed class PathWriteTests : IAsyncDisposable
{
    private const string More = """
        "recordTypeInfos":[{"developerName":"Partner","recordTypeId":"012000000000001AAA","active":true,"available":true},
          {"developerName":"Old","recordTypeId":"012000000000002AAA","active":false,"available":true}],
        "fields":[
          {"name":"OwnerId","type":"reference","referenceTo":["User"],"relationshipName":"Owner","createable":true,"updateable":true},
          {"name":"RecordTypeId","type":"reference","referenceTo":["RecordType"],"relationshipName":"RecordType","createable":true,"updateable":true,"nillable":true},
          {"name":"WhoId","type":"reference","referenceTo":["Lead","Contact"],"relationshipName":"Who","polymorphicForeignKey":true,"createable":true,"updateable":true,"nillable":true},
          {"name":"ReportsToId","type":"reference","referenceTo":["Contact"],"relationshipName":"ReportsTo","createable":true,"updateable":true,"nillable":true},
          {"name":"Boss__c","type":"reference","referenceTo":["Contact"],"relationshipName":"Boss__r","createable":true,"updateable":true,"nillable":true},
          {"name":"Email","type":"email"},{"name":"DeveloperName","type":"string"},
        """;

    private readonly SalesforceRig _rig = new();

    public PathWriteTests()
    {
        var before = _rig.Wire.Before!;
        _rig.Wire.Before = sent => sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, Describe.Replace("\"fields\":[", More, StringComparison.Ordinal))
            : before(sent);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("Owner.Email", true)]
    [InlineData("RecordType.DeveloperName", true)]
    [InlineData("Account.Key__c", true)]
    [InlineData("Account.LastName", false)]
    [InlineData("Owner.LastName", false)]
    [InlineData("Account.Owner.Email", false)]
    public async Task Path_can_be_written_where_it_tells_one_record(string path, bool can)
    {
        var field = (await _rig.Crm.DescribePathAsync("Contact", path, default))!;
        Assert.Equal((can, can), (field.Createable, field.Updateable));
    }

    [Fact]
    public async Task Owner_by_e_mail_becomes_the_one_active_user_who_has_it()
    {
        _rig.Wire.Then(200, Users(("Ann@example.org", 1), ("twin@example.org", 2), ("Twin@example.org", 3))).Then(200, Stored(1, 4));
        var results = await _rig.Write(
            Upsert("a", ("Owner.Email", "ann@Example.org")), Upsert("b", ("Owner.Email", "twin@example.org")),
            Upsert("c", ("Owner.Email", "left@example.org")), Upsert("d", ("LastName", "x")));
        Assert.Contains("FROM User WHERE IsActive = true AND Email IN ('ann@Example.org','twin@example.org','left@example.org')", _rig.Wire.Requests[0].Plain, StringComparison.Ordinal);
        Assert.Equal([("a", User(1))], Values(1, "OwnerId"));
        Assert.Equal(
            [WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
        Assert.All(results.Where(result => result.Error is not null), result => Assert.Equal(("reference", "Owner.Email"), (result.Error!.Class, result.Error.Fields[0])));
        Assert.Contains("2 active users", results[1].Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", results[2].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_are_asked_for_once_in_a_while()
    {
        _rig.Wire.Then(200, Users(("ann@example.org", 1))).Then(200, Stored(1)).Then(200, Stored(1)).Then(200, Users(("ann@example.org", 1))).Then(200, Stored(1));
        await _rig.Write(Upsert("a", ("Owner.Email", "ann@example.org")));
        await _rig.Write(Upsert("a", ("Owner.Email", "ANN@example.org")));
        _rig.Time.Advance(TimeSpan.FromMinutes(16));
        await _rig.Write(Upsert("a", ("Owner.Email", "ann@example.org")));
        Assert.Equal(2, _rig.Wire.Requests.Count(request => request.Method == "GET"));
    }

    [Fact]
    public async Task Users_that_cannot_be_looked_up_send_nothing()
    {
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(503);
        await Assert.ThrowsAsync<PortException>(() => _rig.Write(Upsert("a", ("Owner.Email", "ann@example.org"))));
        Assert.All(_rig.Wire.Requests, request => Assert.Equal("GET", request.Method));
    }

    [Fact]
    public async Task Record_type_is_given_by_its_developer_name()
    {
        _rig.Wire.Then(200, Stored(1));
        var results = await _rig.Write(Upsert("a", ("RecordType.DeveloperName", "partner")), Upsert("b", ("RecordType.DeveloperName", "Old")));
        Assert.Equal([("a", "012000000000001AAA")], Values(0, "RecordTypeId"));
        Assert.Equal((WriteOutcome.Rejected, "reference"), (results[1].Outcome, results[1].Error!.Class));
    }

    [Fact]
    public async Task Parent_by_external_id_is_found_by_salesforce_and_cleared_by_its_id()
    {
        _rig.Wire.Then(200, Stored(1, 2));
        await _rig.Write(Upsert("a", ("Account.Key__c", "A-9")), Upsert("b", ("Account.Key__c", null)));
        using var document = JsonDocument.Parse(_rig.Wire.Requests[0].Body);
        var records = document.RootElement.GetProperty("records").EnumerateArray().ToDictionary(record => record.GetProperty("Key__c").GetString()!);
        Assert.Equal("""{"Key__c":"A-9"}""", records["a"].GetProperty("Account").GetRawText());
        Assert.Equal(JsonValueKind.Null, records["b"].GetProperty("AccountId").ValueKind);
    }

    [Fact]
    public async Task Reference_that_may_lead_to_several_objects_says_to_which()
    {
        _rig.Wire.Then(200, Stored(1));
        await _rig.Write(Upsert("a", ("Who.Key__c", "L-1")));
        Assert.Contains("""
            "Who":{"attributes":{"type":"Lead"},"Key__c":"L-1"}
            """.Trim(), _rig.Wire.Requests[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_objects_the_one_is_meant_whose_records_the_value_tells_apart()
    {
        var before = _rig.Wire.Before!;
        _rig.Wire.Before = sent => sent.PathAndQuery.EndsWith("/Lead/describe", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, """{"name":"Lead","fields":[{"name":"Key__c","type":"string"}]}""")
            : before(sent);
        _rig.Wire.Then(200, Stored(1));
        Assert.True((await _rig.Crm.DescribePathAsync("Contact", "Who.Key__c", default))!.Updateable);
        await _rig.Write(Upsert("a", ("Who.Key__c", "C-1")));
        Assert.Contains("""
            "Who":{"attributes":{"type":"Contact"},"Key__c":"C-1"}
            """.Trim(), _rig.Wire.Requests[0].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReportsTo.Key__c")]
    [InlineData("Boss__r.Key__c")]
    public async Task Parents_of_the_same_batch_go_first_in_a_request_of_their_own(string path)
    {
        _rig.Wire.Otherwise = Stores;
        var results = await WriteDescribed(
            Upsert("grandchild", (path, "child")), Upsert("child", (path, "Parent ")), Upsert("parent", ("LastName", "x")), Upsert("alone", (path, "elsewhere")));
        Assert.Equal(["parent,alone", "child", "grandchild"], _rig.Wire.Requests.Select(Keys));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Parents_of_another_object_with_keys_like_ours_hold_nothing_up()
    {
        _rig.Wire.Otherwise = Stores;
        await WriteDescribed(Upsert("1", ("Account.Key__c", "2")), Upsert("2", ("Account.Key__c", "1")));
        Assert.Equal(["2,1"], _rig.Wire.Requests.Select(Keys));
    }

    [Fact]
    public async Task Records_that_name_each_other_are_sent_all_the_same()
    {
        _rig.Wire.Otherwise = Stores;
        var results = await WriteDescribed(Upsert("a", ("ReportsTo.Key__c", "b")), Upsert("b", ("ReportsTo.Key__c", "a")), Upsert("c", ("ReportsTo.Key__c", "c")));
        Assert.Equal(3, _rig.Wire.Requests.Sum(sent => Keys(sent).Split(',').Length));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Children_of_one_parent_told_by_its_key_never_go_side_by_side()
    {
        var inFlight = 0;
        _rig.Wire.Otherwise = sent =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inFlight));
            Thread.Yield();
            Interlocked.Decrement(ref inFlight);
            return Stores(sent);
        };
        await WriteDescribed([.. Enumerable.Range(0, 450).Select(i => Upsert($"k{i}", ("Account.Key__c", "A-9")))]);
        Assert.Equal(3, _rig.Wire.Requests.Count);
    }

    [Fact]
    public async Task Parent_that_is_not_there_is_a_reference_to_try_again_later()
    {
        _rig.Wire.Then(200, $"[{Failed("INVALID_FIELD", "Foreign key external ID: A-9 not found for field Key__c in entity Account")}]");
        var result = Assert.Single(await _rig.Write(Upsert("a", ("Account.Key__c", "A-9"))));
        Assert.Equal(("reference", RetryRule.Later), (result.Error!.Class, result.Error.Retry));
    }

    [Theory]
    [InlineData("LastName", "a name that is far longer than the eighty characters that the field takes, whatever anybody says", "VALUE_REFUSED")]
    [InlineData("Score__c", "12345.6", "VALUE_REFUSED")]
    [InlineData("Count__c", "1.5", "VALUE_REFUSED")]
    [InlineData("Day__c", "1699-12-31", "VALUE_REFUSED")]
    [InlineData("At__c", "4001-01-01T00:00:00Z", "VALUE_REFUSED")]
    [InlineData("Email", "ann@example.org", "INVALID_FIELD_FOR_INSERT_UPDATE")]
    public async Task Value_that_must_fail_costs_no_call(string field, string value, string code)
    {
        var schema = (await _rig.Crm.DescribeAsync("Contact", default))!;
        var result = Assert.Single(await _rig.Crm.WriteAsync(new CrmWriteBatch("Contact", "Key__c", schema, [Update(Id(1), (field, value))], DateTimeOffset.MaxValue), default));
        Assert.Equal((WriteOutcome.Rejected, "validation", RetryRule.Later, code), (result.Outcome, result.Error!.Class, result.Error.Retry, result.Error.Code));
        Assert.Empty(_rig.Wire.Requests);
    }

    [Fact]
    public async Task Parent_that_a_create_needs_may_be_told_by_its_key()
    {
        var before = _rig.Wire.Before!;
        _rig.Wire.Before = sent => sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, Describe.Replace(
                "\"relationshipName\":\"Account\",\"createable\":true,\"updateable\":true,\"nillable\":true", "\"relationshipName\":\"Account\",\"createable\":true", StringComparison.Ordinal))
            : before(sent);
        _rig.Wire.Otherwise = Stores;
        var results = await WriteDescribed(
            Upsert("a", ("LastName", "x"), ("Account.Key__c", "A-9")) with { OnlyNew = true }, Upsert("b", ("LastName", "x")) with { OnlyNew = true });
        Assert.Equal(WriteOutcome.Confirmed, results[0].Outcome);
        Assert.Equal(["AccountId"], results[1].Error!.Fields);
    }

    [Fact]
    public async Task Create_without_what_it_needs_costs_no_call()
    {
        var schema = (await _rig.Crm.DescribeAsync("Contact", default))!;
        var writes = new[] { Upsert("a", ("Score__c", "1")) with { OnlyNew = true } };
        var result = Assert.Single(await _rig.Crm.WriteAsync(new CrmWriteBatch("Contact", "Key__c", schema, writes, DateTimeOffset.MaxValue), default));
        Assert.Equal("REQUIRED_FIELD_MISSING", result.Error!.Code);
        Assert.Contains("LastName", result.Error.Fields);
        Assert.Empty(_rig.Wire.Requests);
    }

    private async Task<IReadOnlyList<CrmWriteResult>> WriteDescribed(params CrmWrite[] writes) => await _rig.Crm.WriteAsync(
        new CrmWriteBatch("Contact", "Key__c", (await _rig.Crm.DescribeAsync("Contact", default))!, writes, DateTimeOffset.MaxValue), default);

    private static HttpResponseMessage Stores(Sent sent) => ScriptedWire.Answer(200, Stored([.. Enumerable.Range(1, Keys(sent).Split(',').Length)]));

    private static string Keys(Sent sent)
    {
        using var document = JsonDocument.Parse(sent.Body);
        return string.Join(",", document.RootElement.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("Key__c").GetString()));
    }

    private List<(string Key, string? Value)> Values(int request, string field)
    {
        using var document = JsonDocument.Parse(_rig.Wire.Requests[request].Body);
        return
        [
            .. document.RootElement.GetProperty("records").EnumerateArray().Where(record => record.TryGetProperty(field, out _))
                .Select(record => (record.GetProperty("Key__c").GetString()!, record.GetProperty(field).GetString())),
        ];
    }

    private static string User(int number) => ReverseEtl.Crms.Salesforce.SalesforceId.Normalize($"005{number:D12}")!;

    private static string Users(params (string Email, int Id)[] users) =>
        $$"""{"done":true,"records":[{{string.Join(",", users.Select(user => $$"""{"Id":"{{User(user.Id)}}","Email":"{{user.Email}}"}"""))}}]}""";
}
