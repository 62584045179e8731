using System.Text.Json;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using static ReverseEtl.Crms.Tests.Salesforce.SalesforceRig;

namespace ReverseEtl.Crms.Tests.Salesforce;

public sealed class WriteTests : IAsyncDisposable
{
    private readonly SalesforceRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Upsert_carries_the_key_inside_and_values_in_their_type()
    {
        _rig.Wire.Then(200, Stored(1));
        await _rig.Write(Upsert("K'1", ("LastName", "Ann"), ("Score__c", "1.5E2"), ("Count__c", "7"), ("Flag__c", "yes"), ("Day__c", "2026-03-01T10:00:00Z"),
            ("At__c", "2026-03-01T11:15:22.5+02:00"), ("Tags__c", "a;b"), ("AccountId", null)));
        var sent = _rig.Wire.Requests[0];
        Assert.Equal(("PATCH", "/services/data/v66.0/composite/sobjects/Contact/Key__c"), (sent.Method, sent.PathAndQuery));
        Assert.Equal(("FALSE", "updateMru=false", "client=retl"), (sent.Headers["Sforce-Auto-Assign"], sent.Headers["Sforce-Mru"], sent.Headers["Sforce-Call-Options"]));
        Assert.StartsWith("application/json", sent.Headers["Content-Type"], StringComparison.Ordinal);
        AssertJson(
            """
            {"allOrNone":false,"records":[{"attributes":{"type":"Contact"},"Key__c":"K'1","LastName":"Ann","Score__c":150,"Count__c":7,"Flag__c":true,
              "Day__c":"2026-03-01","At__c":"2026-03-01T09:15:22.000Z","Tags__c":"a;b","AccountId":null}]}
            """,
            sent.Body);
    }

    [Theory]
    [InlineData("Score__c", "12.349", "12.34")]
    [InlineData("Score__c", "-0.005", "0")]
    [InlineData("Count__c", "7.0", "7")]
    [InlineData("Count__c", "2.0E3", "2000")]
    [InlineData("At__c", "2026-03-01T09:15:22.999Z", "\"2026-03-01T09:15:22.000Z\"")]
    [InlineData("Hour__c", "14:30:00", "\"14:30:00.000Z\"")]
    [InlineData("Hour__c", " 14:30:05.25 ", "\"14:30:05.250Z\"")]
    [InlineData("Hour__c", "noon", "\"noon\"")]
    public async Task Value_goes_as_the_field_keeps_it_so_that_cutting_and_rounding_are_the_same(string field, string value, string json)
    {
        _rig.Wire.Then(200, Stored(1));
        await _rig.Write(Update(Id(1), (field, value)));
        using var document = JsonDocument.Parse(_rig.Wire.Requests[0].Body);
        Assert.Equal(json, document.RootElement.GetProperty("records")[0].GetProperty(field).GetRawText());
    }

    [Fact]
    public async Task Key_that_the_field_cannot_hold_costs_no_call()
    {
        var result = Assert.Single(await _rig.Write(Upsert(new string('k', 65), ("LastName", "x"))));
        Assert.Equal((WriteOutcome.Rejected, "validation", "Key__c"), (result.Outcome, result.Error!.Class, Assert.Single(result.Error.Fields)));
        Assert.Empty(_rig.Wire.Requests);
    }

    [Fact]
    public async Task Update_carries_the_long_id_and_an_empty_checkbox_is_false()
    {
        _rig.Wire.Then(200, Stored(1));
        await _rig.Write(Update(Id(1)[..15], ("Flag__c", null)) with { Key = "k" });
        Assert.Equal(("PATCH", "/services/data/v66.0/composite/sobjects"), (_rig.Wire.Requests[0].Method, _rig.Wire.Requests[0].PathAndQuery));
        AssertJson($$"""{"allOrNone":false,"records":[{"attributes":{"type":"Contact"},"id":"{{Id(1)}}","Key__c":"k","Flag__c":false}]}""", _rig.Wire.Requests[0].Body);
    }

    [Fact]
    public async Task Deletes_go_by_id_in_the_address()
    {
        _rig.Wire.Then(200, Stored(1, 2));
        var results = await _rig.Write(Delete(Id(1)), new CrmWrite(CrmWriteKind.Archive, "t", Id(2), null, []));
        Assert.Equal("DELETE", _rig.Wire.Requests[0].Method);
        Assert.Equal($"/services/data/v66.0/composite/sobjects?allOrNone=false&ids={Id(1)},{Id(2)}", _rig.Wire.Requests[0].PathAndQuery);
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Result_tells_id_creation_and_a_version_that_is_no_promise()
    {
        _rig.Wire.Then(200, $$"""[{"id":"{{Id(1)[..15]}}","success":true,"errors":[],"created":false}]""", ("Date", "Mon, 02 Mar 2026 10:00:05 GMT"));
        var result = Assert.Single(await _rig.Write(Upsert("k")));
        Assert.Equal((WriteOutcome.Confirmed, Id(1), false), (result.Outcome, result.Id, result.Created));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 4, TimeSpan.Zero), result.Version);
        Assert.Null(result.Stored);
    }

    [Fact]
    public async Task Many_writes_go_two_hundred_a_request()
    {
        _rig.Wire.Otherwise = AllStored;
        var results = await _rig.Write([.. Enumerable.Range(0, 450).Select(i => Upsert($"k{i}"))]);
        Assert.Equal([50, 200, 200], _rig.Wire.Requests.Select(Records).Order());
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Same_record_twice_never_goes_in_one_request()
    {
        _rig.Wire.Otherwise = AllStored;
        await _rig.Write(Upsert("k1"), Upsert("K1 "), Update(Id(1)), Update(Id(1)[..15]), Upsert("k2"));
        Assert.Equal([1, 1, 1, 2], _rig.Wire.Requests.Select(Records).Order());
    }

    [Fact]
    public async Task Children_of_one_parent_travel_together()
    {
        _rig.Wire.Otherwise = AllStored;
        var writes = Enumerable.Range(0, 400).Select(i => Upsert($"k{i}", ("AccountId", i % 2 == 0 ? "001000000000001AAA" : "001000000000002AAA"))).ToArray();
        await _rig.Write(writes);
        Assert.All(_rig.Wire.Requests, sent => Assert.False(
            sent.Body.Contains("001000000000001AAA", StringComparison.Ordinal) && sent.Body.Contains("001000000000002AAA", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Requests_that_share_a_parent_never_run_side_by_side()
    {
        var inFlight = new List<string>();
        var gate = new Lock();
        _rig.Wire.Otherwise = sent =>
        {
            var parents = Enumerable.Range(1, 4).Select(i => $"00100000000000{i}AAA").Where(id => sent.Body.Contains(id, StringComparison.Ordinal)).ToList();
            lock (gate)
            {
                Assert.DoesNotContain(parents, inFlight.Contains);
                inFlight.AddRange(parents);
            }

            Thread.Yield();
            lock (gate)
            {
                parents.ForEach(id => inFlight.Remove(id));
            }

            return AllStored(sent);
        };

        // 150 children a parent: every request but the outer ones holds children of two.
        var results = await _rig.Write([.. Enumerable.Range(0, 600).Select(i => Upsert($"k{i}", ("AccountId", $"00100000000000{(i % 4) + 1}AAA")))]);
        Assert.Equal(3, _rig.Wire.Requests.Count);
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Create_only_is_a_create_that_is_never_repeated()
    {
        _rig.Wire.ThenThrow(new IOException("reset"));
        var result = Assert.Single(await _rig.Write(Upsert("k", ("LastName", "x")) with { OnlyNew = true }));
        Assert.Equal(WriteOutcome.Unknown, result.Outcome);
        Assert.Equal(("POST", "/services/data/v66.0/composite/sobjects"), (_rig.Wire.Requests[0].Method, _rig.Wire.Requests[0].PathAndQuery));
        AssertJson("""{"allOrNone":false,"records":[{"attributes":{"type":"Contact"},"Key__c":"k","LastName":"x"}]}""", _rig.Wire.Requests[0].Body);

        _rig.Wire.Then(200, $"[{Failed("DUPLICATE_VALUE", "duplicate value found: Key__c duplicates value on record with id: 003000000000005")}]");
        var met = Assert.Single(await _rig.Write(Upsert("k", ("LastName", "x")) with { OnlyNew = true }));
        Assert.Equal((WriteOutcome.Rejected, "duplicate", Id(5)), (met.Outcome, met.Error!.Class, met.Error.ExistingId));
    }

    [Fact]
    public async Task Locked_rows_are_tried_again_in_smaller_requests()
    {
        var locked = Failed("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record");
        _rig.Wire.Then(200, "[" + string.Join(",", Enumerable.Repeat(locked, 120)) + "]");
        _rig.Wire.Otherwise = AllStored;
        var results = await _rig.Write([.. Enumerable.Range(0, 120).Select(i => Upsert($"k{i}"))]);
        Assert.Equal([20, 50, 50, 120], _rig.Wire.Requests.Select(Records).Order());
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Theory]
    [InlineData("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", "lock")]
    [InlineData("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: execution of AfterUpdate caused by: UNABLE_TO_LOCK_ROW, unable to obtain", "lock")]
    [InlineData("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: System.LimitException: Too many SOQL queries: 101", "lock")]
    [InlineData("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: System.LimitException: Apex CPU time limit exceeded", "lock")]
    [InlineData("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back", "lock")]
    public async Task Passing_trouble_that_stays_is_put_off_after_a_few_tries(string code, string message, string kind)
    {
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, $"[{Failed(code, message)}]");
        var result = Assert.Single(await _rig.Write(Upsert("k")));
        Assert.Equal((WriteOutcome.Rejected, kind, RetryRule.Later, 4), (result.Outcome, result.Error!.Class, result.Error.Retry, _rig.Wire.Requests.Count));
    }

    [Fact]
    public async Task Body_that_is_refused_whole_is_halved_until_only_the_culprit_is_out()
    {
        _rig.Wire.Otherwise = sent => sent.Body.Contains("\"k77\"", StringComparison.Ordinal)
            ? ScriptedWire.Answer(400, """[{"errorCode":"JSON_PARSER_ERROR","message":"Cannot deserialize instance of double from VALUE_STRING value x"}]""")
            : AllStored(sent);
        var results = await _rig.Write([.. Enumerable.Range(0, 200).Select(i => Upsert($"k{i}"))]);
        Assert.Equal(("validation", "JSON_PARSER_ERROR"), (results[77].Error!.Class, results[77].Error!.Code));
        Assert.All(results.Where((_, i) => i != 77), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.InRange(_rig.Wire.Requests.Count, 9, 17);
    }

    [Fact]
    public async Task Missing_column_takes_out_exactly_those_who_write_it()
    {
        _rig.Wire.Otherwise = sent => sent.Body.Contains("Gone__c", StringComparison.Ordinal)
            ? ScriptedWire.Answer(400, """[{"errorCode":"INVALID_FIELD","message":"No such column 'Gone__c' on sobject of type Contact"}]""")
            : AllStored(sent);
        var results = await _rig.Write([.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? Upsert($"k{i}", ("Gone__c", "x")) : Upsert($"k{i}", ("LastName", "x")))]);
        Assert.Equal(2, _rig.Wire.Requests.Count);
        Assert.Equal(50, results.Count(result => result.Outcome is WriteOutcome.Confirmed));
        Assert.All(results.Where(result => result.Error is not null), result => Assert.Equal("schema", result.Error!.Class));
    }

    [Theory]
    [InlineData("INVALID_FIELD", "No such column 'Gone__c' on sobject of type Contact", "")]
    [InlineData("INVALID_FIELD", "whatever it says", "\"Gone__c\"")]
    [InlineData("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: Gone__c, Other__c. Please check the security settings of this field", "")]
    [InlineData("INVALID_FIELD", "The external foreign key reference does not reference a valid entity: Gone__c", "")]
    public async Task Field_that_a_refusal_names_is_found_whatever_the_words(string code, string message, string fields)
    {
        _rig.Wire.Otherwise = sent => sent.Body.Contains("Gone__c", StringComparison.Ordinal)
            ? ScriptedWire.Answer(400, $$"""[{"errorCode":"{{code}}","message":"{{message}}","fields":[{{fields}}]}]""")
            : AllStored(sent);
        var results = await _rig.Write([.. Enumerable.Range(0, 100).Select(i => Upsert($"k{i}", (i % 2 == 0 ? "Gone__c" : "LastName", "x")))]);
        Assert.Equal(2, _rig.Wire.Requests.Count);
        Assert.Equal(50, results.Count(result => result.Outcome is WriteOutcome.Confirmed));
    }

    [Fact]
    public async Task Bad_value_that_a_refusal_names_the_field_of_takes_out_nobody_else()
    {
        _rig.Wire.Otherwise = sent => sent.Body.Contains("bad", StringComparison.Ordinal)
            ? ScriptedWire.Answer(400, """[{"errorCode":"JSON_PARSER_ERROR","message":"Cannot deserialize","fields":["LastName"]}]""")
            : AllStored(sent);
        var results = await _rig.Write([.. Enumerable.Range(0, 10).Select(i => Upsert($"k{i}", ("LastName", i == 3 ? "bad" : "good")))]);
        Assert.Equal([3], results.Index().Where(item => item.Item.Outcome is not WriteOutcome.Confirmed).Select(item => item.Index));
    }

    [Theory]
    [InlineData(404, """[{"message":"Provided external ID field does not exist or is not accessible: Key__c","errorCode":"NOT_FOUND"}]""")]
    [InlineData(400, """[{"message":"Field name provided, Key__c is not an External ID or indexed field for Contact","errorCode":"INVALID_FIELD"}]""")]
    [InlineData(403, """[{"message":"no","errorCode":"INSUFFICIENT_ACCESS"}]""")]
    public async Task Request_that_is_wrong_for_every_record_is_refused_at_once(int status, string body)
    {
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(status, body);
        var e = await Assert.ThrowsAsync<PortException>(() => _rig.Write([.. Enumerable.Range(0, 20).Select(i => Upsert($"k{i}"))]));
        Assert.Equal(PortTrouble.Refused, e.Trouble);
        Assert.Single(_rig.Wire.Requests);
    }

    [Fact]
    public async Task Create_that_lost_a_race_becomes_an_update()
    {
        _rig.Wire.Then(200, $"[{Failed("DUPLICATE_VALUE", $"duplicate value found: Key__c duplicates value on record with id: {Id(5)[..15]}")}]")
            .Then(200, $$"""{"done":true,"records":[{"Id":"{{Id(5)}}","Key__c":"k","SystemModstamp":"2026-03-02T10:00:00.000+0000"}]}""")
            .Then(200, Stored(5));
        var result = Assert.Single(await _rig.Write(Upsert("k", ("LastName", "x"))));
        Assert.Equal((WriteOutcome.Confirmed, Id(5)), (result.Outcome, result.Id));
        AssertJson($$"""{"allOrNone":false,"records":[{"attributes":{"type":"Contact"},"id":"{{Id(5)}}","LastName":"x"}]}""", _rig.Wire.Requests[2].Body);
    }

    [Fact]
    public async Task Create_that_lost_a_race_to_a_record_that_no_query_shows_yet_is_tried_again_later()
    {
        _rig.Wire.Then(200, $"[{Failed("DUPLICATE_VALUE", $"duplicate value found: Key__c duplicates value on record with id: {Id(5)[..15]}")}]")
            .Then(200, """{"done":true,"records":[]}""");
        var result = Assert.Single(await _rig.Write(Upsert("k", ("LastName", "x"))));
        Assert.Equal((WriteOutcome.Rejected, "duplicate", RetryRule.Later, Id(5)), (result.Outcome, result.Error!.Class, result.Error.Retry, result.Error.ExistingId));
    }

    [Fact]
    public async Task Duplicate_of_another_field_is_a_rejection()
    {
        _rig.Wire.Then(200, $"[{Failed("DUPLICATE_VALUE", "duplicate value found: Mail__c duplicates value on record with id: 003000000000005")}]");
        var result = Assert.Single(await _rig.Write(Upsert("k")));
        Assert.Equal((WriteOutcome.Rejected, "duplicate", Id(5)), (result.Outcome, result.Error!.Class, result.Error.ExistingId));
        Assert.Single(_rig.Wire.Requests);
    }

    [Theory]
    [InlineData("ENTITY_IS_DELETED", "entity is deleted", "")]
    [InlineData("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "")]
    [InlineData("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "\"Id\"")]
    public async Task Update_of_what_is_gone_is_missing(string code, string message, string fields)
    {
        _rig.Wire.Then(200, $"[{Failed(code, message, fields)}]");
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, """{"done":true,"records":[]}""");
        Assert.Equal(WriteOutcome.Missing, Assert.Single(await _rig.Write(Update(Id(1), ("LastName", "x")))).Outcome);
    }

    [Theory]
    [InlineData(true, WriteOutcome.Rejected)]
    [InlineData(false, WriteOutcome.Missing)]
    public async Task Update_that_also_refers_to_a_record_is_looked_up_when_either_may_be_gone(bool isThere, WriteOutcome outcome)
    {
        _rig.Wire.Then(200, $"[{Failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")}]")
            .Then(200, isThere ? $$"""{"done":true,"records":[{"Id":"{{Id(1)}}","IsDeleted":false,"SystemModstamp":"2026-03-02T10:00:00.000+0000"}]}""" : """{"done":true,"records":[]}""");
        var result = Assert.Single(await _rig.Write(Update(Id(1), ("AccountId", "001000000000001AAA"))));
        Assert.Equal(outcome, result.Outcome);
        Assert.Equal(("reference", RetryRule.Later), (result.Error!.Class, result.Error.Retry));
    }

    [Fact]
    public async Task Look_up_that_fails_leaves_the_rejection_as_it_came()
    {
        _rig.Wire.Then(200, $"[{Failed("DUPLICATE_VALUE", "duplicate value found: Key__c duplicates value on record with id: 003000000000005")}]");
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(503);
        Assert.Equal("duplicate", Assert.Single(await _rig.Write(Upsert("k"))).Error!.Class);
    }

    [Fact]
    public async Task Delete_of_what_is_deleted_is_confirmed_and_of_what_never_was_missing()
    {
        _rig.Wire.Then(200, $"[{Failed("ENTITY_IS_DELETED", "entity is deleted")},{Failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")}]");
        var results = await _rig.Write(Delete(Id(1)), Delete(Id(2)));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Missing], results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task Lost_answer_to_a_change_by_id_is_repeated_since_it_can_do_no_harm()
    {
        _rig.Wire.ThenThrow(new IOException("reset")).Then(200, Stored(1));
        Assert.Equal(WriteOutcome.Confirmed, Assert.Single(await _rig.Write(Update(Id(1), ("LastName", "x")))).Outcome);
        Assert.Equal(_rig.Wire.Requests[0].Body, _rig.Wire.Requests[1].Body);
    }

    [Fact]
    public async Task Lost_answer_to_an_upsert_is_not_repeated_since_what_it_made_may_be_edited_by_then()
    {
        _rig.Wire.ThenThrow(new IOException("reset")).Then(200, Stored(1));
        Assert.Equal(WriteOutcome.Unknown, Assert.Single(await _rig.Write(Upsert("k"))).Outcome);
        Assert.Single(_rig.Wire.Requests);
    }

    [Theory]
    [InlineData(500, "<html>")]
    [InlineData(503, "")]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"hello":"world"}""")]
    [InlineData(200, """[{"success":true""")]
    public async Task Answer_that_does_not_tell_is_unknown(int status, string body)
    {
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(status, body);
        Assert.All(await _rig.Write(Upsert("k1"), Upsert("k2")), result => Assert.Equal(WriteOutcome.Unknown, result.Outcome));
    }

    [Fact]
    public async Task Request_that_makes_salesforce_stumble_is_taken_apart()
    {
        _rig.Wire.Otherwise = sent => sent.Body.Contains("\"k2\"", StringComparison.Ordinal)
            ? ScriptedWire.Answer(500, """[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred. ErrorId: 1"}]""")
            : AllStored(sent);
        var results = await _rig.Write([.. Enumerable.Range(0, 4).Select(i => Upsert($"k{i}"))]);
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Confirmed, WriteOutcome.Unknown, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task Nothing_sent_is_an_exception_and_something_sent_is_reported()
    {
        const string DayIsOver = """[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]""";
        _rig.Wire.Then(200, Stored(1)).Then(403, DayIsOver);
        var results = await _rig.Write(Upsert("k1"), Upsert("K1"));
        Assert.Equal((WriteOutcome.Confirmed, WriteOutcome.Rejected), (results[0].Outcome, results[1].Outcome));
        Assert.Equal(("limit", RetryRule.Later), (results[1].Error!.Class, results[1].Error!.Retry));

        Assert.Equal(PortTrouble.Limited, (await Assert.ThrowsAsync<PortException>(() => _rig.Write(Upsert("k3")))).Trouble);
    }

    [Theory]
    [InlineData("TestUpsert.test_upsert__rest.yaml")]
    [InlineData("TestUpsert.test_upsert_complex_external_id_field__rest.yaml")]
    [InlineData("TestUpsert.test_upsert_complex_external_id_field_rest__duplicate_error.yaml")]
    public async Task Recorded_collections_answers_are_understood(string cassette)
    {
        var answers = Cassette.Arrays(cassette);
        Assert.NotEmpty(answers);
        foreach (var answer in answers)
        {
            using var document = JsonDocument.Parse(answer);
            var items = document.RootElement.EnumerateArray().ToList();
            _rig.Wire.Then(200, answer);
            var results = await _rig.Write([.. items.Select((_, i) => Upsert($"k{i}"))]);
            Assert.Equal(items.Select(item => item.GetProperty("success").GetBoolean()), results.Select(result => result.Outcome is WriteOutcome.Confirmed));
            Assert.Equal(items.Select(item => item.TryGetProperty("created", out var created) && created.GetBoolean()), results.Select(result => result.Created));
            Assert.All(results.Where(result => result.Error is not null), result => Assert.NotEqual("unknown", result.Error!.Class));
        }
    }

    [Fact]
    public async Task Refusal_of_what_the_object_is_has_it_described_anew()
    {
        var described = new List<string?>();
        var before = _rig.Wire.Before!;
        _rig.Wire.Before = sent =>
        {
            if (sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal))
            {
                described.Add(sent.Headers.GetValueOrDefault("If-Modified-Since"));
                return ScriptedWire.Answer(200, Describe, ("Last-Modified", "Wed, 01 Apr 2026 08:00:00 GMT"));
            }

            return before(sent);
        };
        await _rig.Crm.DescribeAsync("Contact", default);
        _rig.Wire.Then(404, """[{"message":"Provided external ID field does not exist or is not accessible: Key__c","errorCode":"NOT_FOUND"}]""");
        await Assert.ThrowsAsync<PortException>(() => _rig.Write(Upsert("k")));
        await _rig.Crm.DescribeAsync("Contact", default);
        Assert.Equal([null, null], described);
    }

    [Fact]
    public async Task Nothing_to_write_sends_nothing()
    {
        Assert.Empty(await _rig.Write());
        Assert.Empty(_rig.Wire.Requests);
    }

    private static HttpResponseMessage AllStored(Sent sent) => ScriptedWire.Answer(200, Stored([.. Enumerable.Range(1, Records(sent))]));

    private static int Records(Sent sent)
    {
        using var document = JsonDocument.Parse(sent.Body);
        return document.RootElement.GetProperty("records").GetArrayLength();
    }

    private static void AssertJson(string expected, string actual)
    {
        using var a = JsonDocument.Parse(expected);
        using var b = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(a.RootElement, b.RootElement), actual);
    }
}
