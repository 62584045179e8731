using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.HubSpot.Webhooks;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>Answers with members missing, of other types, or from somebody else than HubSpot. Everything in an error is optional (§12, §18).</summary>
public sealed class AnswerShapeTests
{
    [Theory]
    [InlineData("""{"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND"}""")]
    [InlineData("""{"status":"error","category":"OBJECT_NOT_FOUND","message":"x","context":{"fromObjectId":["1"]}}""")]
    [InlineData("""{"message":"No company is associated with contact 1."}""")]
    [InlineData("""{"category":{"name":"OBJECT_NOT_FOUND"},"subCategory":{"name":"crm.associations.NO_ASSOCIATIONS_FOUND"}}""")]
    public async Task Record_without_associations_has_none_however_little_the_207_says(string error)
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(207, $$"""{"results":[],"numErrors":1,"errors":[{{error}}]}""");
        Assert.Empty((await hubspot.Crm.Associations.ReadAsync("contacts", "companies", ["1"], default))["1"]);
    }

    [Fact]
    public async Task Other_error_of_an_association_read_is_never_taken_for_no_associations()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(207, """{"results":[],"errors":[{"category":"INTERNAL","message":"try later"}]}""");
        await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.Associations.ReadAsync("contacts", "companies", ["1"], default));
    }

    [Theory]
    [InlineData("""{"category":"VALIDATION_ERROR","subCategory":{"a":1},"message":"bad","context":{"objectWriteTraceId":"t-7"}}""", "validation")]
    [InlineData("""{"category":"CONFLICT","message":"bad","context":{"objectWriteTraceId":["t-7"],"existingId":901}}""", "duplicate")]
    [InlineData("""{"status":"error","message":"bad","context":{"ids":["7"]}}""", "unknown")]
    [InlineData("""{"status":"error","message":"bad","context":{"id":7}}""", "unknown")]
    [InlineData("""{"status":"error","message":"bad","context":null,"errors":null,"links":null,"category":null}""", "unknown")]
    public async Task Error_row_is_tied_to_its_record_by_whatever_it_names(string error, string kind)
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => ScriptedWire.Answer(207, $$"""
            {"results":[{{(sent.Body.Contains("\"8\"") ? """{"id":"8"}""" : "")}}],"errors":[{{(sent.Body.Contains("\"7\"") ? error : "")}}]}
            """);
        var results = await hubspot.Write(Update("7", ("vip", "true")), Update("8", ("vip", "true")));
        Assert.Equal([WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(r => r.Outcome));
        Assert.Equal(kind, results[0].Error!.Class);
        Assert.Equal(kind is "duplicate" ? "901" : null, results[0].Error!.ExistingId);
    }

    [Fact]
    public async Task Reason_of_a_rejected_row_is_the_sentence_and_not_the_json_around_it()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(207, """
            {"results":[],"errors":[{"status":"error","category":"VALIDATION_ERROR","context":{"objectWriteTraceId":["t-7"]},
             "message":"Property values were not valid: [{\"isValid\":false,\"message\":\"Email address not-an-email is invalid\",\"error\":\"INVALID_EMAIL\",\"name\":\"email\",\"portalId\":4242},{\"isValid\":false,\"message\":\"Enter only letters\",\"error\":\"INVALID_ALPHA\",\"name\":\"firstname\"}]"}]}
            """);
        var error = (await hubspot.Write(Update("7", ("firstname", "1")))).Single().Error!;
        Assert.Equal("Email address not-an-email is invalid; Enter only letters", error.Message);
        Assert.Equal(("INVALID_EMAIL", "email,firstname"), (error.Code, string.Join(',', error.Fields)));
    }

    [Fact]
    public async Task Property_is_named_by_the_context_where_no_list_of_errors_names_it()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(207, """
            {"errors":[{"category":"VALIDATION_ERROR","message":"no","errors":[{"message":"no"}],"context":{"objectWriteTraceId":["t-7"],"propertyName":["firstname"]}}]}
            """);
        Assert.Equal("firstname", Assert.Single((await hubspot.Write(Update("7", ("firstname", "1")))).Single().Error!.Fields));
    }

    [Fact]
    public async Task Page_in_the_place_of_a_404_never_makes_a_record_look_purged()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.Method == "GET" ? ScriptedWire.Answer(404, "<html>no route</html>") : ScriptedWire.Answer(200, """{"results":[]}""");
        await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.ReadAsync(Scripted.Read(), ["1"], default));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, false)]
    public async Task Bare_404_to_an_update_is_about_its_record_only_where_the_type_is_there(int properties, bool aboutRecord)
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery.Contains("/properties/", StringComparison.Ordinal) ? ScriptedWire.Answer(properties, "{}")
            : sent.Body.Contains("\"7\"", StringComparison.Ordinal) || sent.Method == "GET" ? ScriptedWire.Answer(404, """{"status":"error","message":"resource not found"}""")
            : ScriptedWire.Answer(200, """{"results":[{"id":"8"}]}""");
        var writing = hubspot.Write(Update("7", ("vip", "true")), Update("8", ("vip", "true")));
        if (aboutRecord)
        {
            Assert.Equal([WriteOutcome.Missing, WriteOutcome.Confirmed], (await writing).Select(r => r.Outcome));
        }
        else
        {
            Assert.Equal(PortTrouble.Refused, (await Assert.ThrowsAsync<PortException>(() => writing)).Trouble);
        }
    }

    [Fact]
    public async Task Purge_of_a_contact_that_is_gone_is_done_whatever_the_404_says()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery.Contains("/properties/", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, "{}")
            : ScriptedWire.Answer(404, """{"status":"error","message":"resource not found"}""");
        Assert.Equal(WriteOutcome.Confirmed, (await hubspot.Write(Archive("7") with { Kind = CrmWriteKind.Purge })).Single().Outcome);
    }

    [Theory]
    [InlineData("""{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT"}""", null, 1, 2)]
    [InlineData("""{"status":"error","errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING"}""", null, 10, 12)]
    [InlineData("""{"category":"RATE_LIMITS","message":"You have reached your ten_secondly_rolling limit."}""", null, 10, 12)]
    [InlineData("<html>Too many requests</html>", null, 10, 12)]
    [InlineData("", null, 10, 12)]
    [InlineData("", "4", 4, 6)]
    public async Task Limit_is_waited_out_as_its_words_ask_and_ten_seconds_where_there_are_none(string body, string? retryAfter, int atLeast, int atMost)
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(429, body, retryAfter is null ? [] : [("Retry-After", retryAfter)]).Then(200, "{}");
        var start = hubspot.Time.GetUtcNow();
        await hubspot.Crm.CheckAsync(default);
        Assert.InRange(hubspot.Time.GetUtcNow() - start, TimeSpan.FromSeconds(atLeast), TimeSpan.FromSeconds(atMost));
    }

    [Fact]
    public async Task Used_up_day_is_known_by_its_header_where_no_words_tell()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(429, "<html/>", ("X-HubSpot-RateLimit-Daily", "250000"), ("X-HubSpot-RateLimit-Daily-Remaining", "0"));
        var e = await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.CheckAsync(default));
        Assert.Equal((PortTrouble.Limited, TimeSpan.FromHours(1)), (e.Trouble, e.RetryAfter));
    }

    [Theory]
    [InlineData(477, "", "7500", "moving this account to another data centre and takes no requests meanwhile; it asks to wait 2 h 5 min")]
    [InlineData(429, """{"policyName":"DAILY"}""", "45000", "limit is used up while checking the connection (DAILY); the day of the account ends in 12 h 30 min")]
    public async Task Long_pause_tells_people_why_and_for_how_long(int status, string body, string seconds, string words)
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(status, body, ("Retry-After", seconds));
        Assert.Contains(words, (await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.CheckAsync(default))).Message, StringComparison.Ordinal);
    }

    // 10:00 UTC in winter is 11:00 there; the night of the change of clocks has an hour less.
    [Theory]
    [InlineData("""{"timeZone":"Europe/Berlin"}""", "2026-03-02T10:00:00Z", 13)]
    [InlineData("""{"timeZone":"Europe/Berlin","utcOffsetMilliseconds":3600000}""", "2026-03-29T00:30:00Z", 21.5)]
    [InlineData("""{"timeZone":"Nowhere/Atall","utcOffsetMilliseconds":"-18000000"}""", "2026-03-02T10:00:00Z", 19)]
    [InlineData("""{"timeZone":null}""", "2026-03-02T10:00:00Z", 1)]
    public async Task Used_up_day_ends_at_midnight_of_the_accounts_own_zone(string account, string now, double hours)
    {
        using var wire = new ScriptedWire();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        await using var crm = new HubSpotCrm(new HubSpotSettings { AccessToken = "pat-secret" }, wire, time, new Random(1));
        wire.Then(200, account).Then(429, """{"policyName":"DAILY"}""");
        await crm.CheckAsync(default);
        var e = await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default));
        Assert.Equal(TimeSpan.FromHours(hours), e.RetryAfter);
    }

    [Theory]
    [InlineData("""[{"eventType":"contact.creation","objectId":5},{"eventType":"contact.creation","objectId":{"a":[]},"mergedObjectIds":"7"},"x",7,null]""", "0-1 5")]
    [InlineData("""[{"subscriptionType":"contact.associationChange","fromObjectId":9,"toObjectId":5,"associationType":"COMPANY_TO_CONTACT"}]""", "0-2 9,0-1 5")]
    [InlineData("""[{"subscriptionType":"deal.associationChange","fromObjectId":9,"toObjectId":5,"associationType":"DEAL_TO_LINE_ITEM","associationRemoved":true}]""", "0-3 9,0-8 5")]
    [InlineData("""[{"eventType":"contact.merge","primaryObjectId":1,"mergedObjectIds":[1,2],"newObjectId":3,"objectId":3,"numberOfPropertiesMoved":4}]""", "0-1 1,0-1 2,0-1 3")]
    [InlineData("""[{"subscriptionType":"contact.privacyDeletion","objectId":138017612137}]""", "0-1 138017612137")]
    [InlineData("""[{"eventType":"object.restore","objectTypeId":"2-77","objectId":"12345678901234567"}]""", "2-77 12345678901234567")]
    [InlineData("[]", "")]
    public void Webhook_names_its_records_and_one_bad_event_does_not_lose_the_others(string body, string records) =>
        Assert.Equal(records, string.Join(',', HubSpotEvents.Parse(body)!.Select(record => $"{record.ObjectType} {record.Id}")));

    [Theory]
    [InlineData("deals", "dealname,dealstage,pipeline")]
    [InlineData("0-5", "hs_pipeline,hs_pipeline_stage,subject")]
    [InlineData("contacts", "")]
    public async Task Properties_that_a_new_record_must_have_are_told_where_the_type_fixes_them(string type, string required)
    {
        await using var portal = new Portal();
        var schema = (await portal.Crm.DescribeAsync(type, default))!;
        Assert.Equal(required, string.Join(',', schema.Fields.Values.Where(field => field.Required).Select(field => field.Name).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Calculated_property_is_read_only_by_its_field_type_alone()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """{"results":[{"name":"a","type":"number","fieldType":"calculation_rollup"},{"name":"b","type":"number","fieldType":"number"}]}""");
        var schema = (await hubspot.Crm.DescribeAsync("contacts", default))!;
        Assert.Equal((false, true), (schema.Find("a")!.Updateable, schema.Find("b")!.Updateable));
    }
}
