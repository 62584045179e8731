using System.Text.Json.Nodes;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>What HubSpot's batch writes are known to do, each with its answer as captured or documented.</summary>
public sealed class WritePitfallTests
{
    [Fact]
    public async Task Values_are_always_sent_as_strings()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """{"status":"COMPLETE","results":[{"id":"7","objectWriteTraceId":"t-7"}]}""");

        await hubspot.Write(Update("7",
            ("firstname", "Ann"), ("tags", ";b; a;b"), ("amount", "2.50E3"), ("vip", "Yes"), ("born", "2026-01-04T23:00:00Z"),
            ("seen_at", "2026-01-04T09:00:00+01:00")));

        var input = hubspot.LastBody["inputs"]![0]!;
        Assert.Equal("/crm/objects/2026-09/contacts/batch/update", hubspot.Last.PathAndQuery);
        Assert.Equal("t-7", (string?)input["objectWriteTraceId"]);
        Assert.False(input.AsObject().ContainsKey("idProperty"));
        Assert.Equal(
            """{"firstname":"Ann","tags":"b;a;b","amount":"2500","vip":"true","born":"2026-01-04","seen_at":"2026-01-04T08:00:00.000Z"}""",
            input["properties"]!.ToJsonString());
    }

    [Fact]
    public async Task Null_is_written_as_empty_text_and_what_was_not_observed_is_not_written()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """{"results":[{"id":"7","properties":{"amount":""}}]}""");
        var write = Update("7", ("firstname", null), ("amount", null));

        var result = (await hubspot.Write(write with { Fields = [.. write.Fields, new CrmFieldWrite("vip", FieldValue.NotObserved)] })).Single();

        Assert.Equal("""{"firstname":"","amount":""}""", hubspot.LastBody["inputs"]![0]!["properties"]!.ToJsonString());
        Assert.Equal(FieldValue.Null, result.Stored!["firstname"]);
        Assert.Equal(FieldValue.Null, result.Stored["amount"]);
    }

    [Fact]
    public async Task Results_in_another_order_are_tied_by_trace_id()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """
            {"results":[{"id":22,"objectWriteTraceId":"t-K2","new":false,"properties":{"firstname":"B"}},
                        {"id":11,"objectWriteTraceId":"t-K1","new":true,"properties":{"firstname":"A"}}]}
            """);

        var results = await hubspot.Write(Upsert("K1", ("firstname", "A")), Upsert("K2", ("firstname", "B")));

        Assert.Equal(["11", "22"], results.Select(r => r.Id));
        Assert.Equal([true, false], results.Select(r => r.Created));
    }

    [Fact]
    public async Task Results_without_trace_ids_are_tied_by_the_key()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """{"results":[{"id":"22","properties":{"wh_id":"K2"}},{"id":"11","properties":{"wh_id":"K1"}}]}""");

        var results = await hubspot.Write(Upsert("K1", ("firstname", "A")), Upsert("K2", ("firstname", "B")));

        Assert.Equal(["11", "22"], results.Select(r => r.Id));
    }

    [Fact]
    public async Task A_bare_error_row_is_read_from_the_array_inside_its_message()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(207, """
            {"status":"COMPLETE","results":[],"errors":[{"status":"error","category":"VALIDATION_ERROR","subCategory":"x",
             "message":"Property values were not valid: [{\"isValid\":false,\"message\":\"'x' [1] is bad\",\"error\":\"INVALID_OPTION\",\"name\":\"tags\"}]",
             "context":{"objectWriteTraceId":["t-K1"]}}]}
            """);

        var error = (await hubspot.Write(Upsert("K1", ("tags", "x")))).Single().Error!;

        Assert.Equal(("validation", "INVALID_OPTION", "tags"), (error.Class, error.Code, Assert.Single(error.Fields)));
    }

    [Fact]
    public async Task Duplicate_ids_refuse_the_whole_batch_and_only_the_twin_stays_out()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire
            .Then(400, """{"status":"error","category":"VALIDATION_ERROR","message":"Duplicate IDs found in batch input: [k1]. IDs must be unique","context":{"ids":["k1"]}}""")
            .Then(200, """{"results":[{"id":"1","objectWriteTraceId":"t-K1"}]}""")
            .Then(200, """{"results":[{"id":"3","objectWriteTraceId":"t-K3"}]}""");

        var results = await hubspot.Write(Upsert("K1", ("vip", "true")), Upsert("k1", ("vip", "false")), Upsert("K3", ("vip", "true")));

        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(r => r.Outcome));
        Assert.Equal("duplicate", results[1].Error!.Class);
        Assert.Equal(3, hubspot.Wire.Requests.Count);
    }

    [Fact]
    public async Task A_refusal_that_names_nobody_is_narrowed_down_by_halves()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => Answer(sent, poisoned: "K3");

        var results = await hubspot.Write([.. Enumerable.Range(0, 8).Select(i => Upsert($"K{i}", ("firstname", "A")))]);

        Assert.All(results, (result, i) => Assert.Equal(i == 3 ? WriteOutcome.Rejected : WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(7, hubspot.Wire.Requests.Count);
        Assert.Equal("901", results[3].Error!.ExistingId);
    }

    [Fact]
    public async Task A_property_that_does_not_exist_costs_no_search_for_the_guilty_row()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire
            .Then(400, """{"category":"VALIDATION_ERROR","message":"Property values were not valid: []","errors":[{"message":"x","code":"PROPERTY_DOESNT_EXIST","context":{"propertyName":["vip"]}}]}""")
            .Then(200, """{"results":[{"id":"2","objectWriteTraceId":"t-K2"}]}""");

        var results = await hubspot.Write(Upsert("K1", ("vip", "true")), Upsert("K2", ("firstname", "B")), Upsert("K3", ("vip", "true")));

        Assert.Equal([WriteOutcome.Rejected, WriteOutcome.Confirmed, WriteOutcome.Rejected], results.Select(r => r.Outcome));
        Assert.Equal(("schema", RetryRule.AfterChange), (results[0].Error!.Class, results[0].Error!.Retry));
    }

    [Fact]
    public async Task Update_that_comes_back_under_another_id_met_a_merge_and_names_the_survivor()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """{"results":[{"id":"9","objectWriteTraceId":"t-2"},{"id":"9","objectWriteTraceId":"t-1"}]}""");
        var results = await hubspot.Write(Update("1", ("vip", "true")), Update("2", ("vip", "false")));
        Assert.All(results, result => Assert.Equal((WriteOutcome.Missing, "9"), (result.Outcome, result.Id)));
    }

    [Fact]
    public async Task An_aggregated_not_found_names_the_missing_ids()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire
            .Then(207, """
                {"results":[{"id":"2","properties":{}}],"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","message":"Could not get some CONTACT objects","context":{"ids":["1","3"]}}]}
                """)
            .Then(404, """{"status":"error","message":"resource not found"}""")
            .Then(404, "");

        var results = await hubspot.Write(Update("1", ("vip", "true")), Update("2", ("vip", "true")), Update("3", ("vip", "true")));

        Assert.Equal([WriteOutcome.Missing, WriteOutcome.Confirmed, WriteOutcome.Missing], results.Select(r => r.Outcome));
    }

    [Fact]
    public async Task A_row_in_neither_list_is_read_back_and_believed_when_its_values_are_there()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent switch
        {
            { Method: "GET" } => ScriptedWire.Answer(200, $$"""{"id":"{{sent.PathAndQuery.Split('/')[^1]}}"}"""),
            _ when sent.PathAndQuery.EndsWith("/read", StringComparison.Ordinal) => ScriptedWire.Answer(200, """
                {"results":[{"id":"1","properties":{"firstname":"A","lastmodifieddate":"2026-03-02T10:00:00Z"}},{"id":"2","properties":{"firstname":"old"}}]}
                """),
            _ => ScriptedWire.Answer(200, """{"results":[]}"""),
        };

        var results = await hubspot.Write(Update("1", ("firstname", "A")), Update("2", ("firstname", "B")));

        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Unknown], results.Select(r => r.Outcome));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero), results[0].Version);
    }

    [Fact]
    public async Task An_unknown_object_type_never_makes_its_records_look_missing()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(404, "<html>not found</html>");

        var e = await Assert.ThrowsAsync<PortException>(() => hubspot.Write(Update("1", ("vip", "true"))));

        Assert.Equal(PortTrouble.Refused, e.Trouble);
    }

    [Fact]
    public async Task Missing_scopes_are_named()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(403, """
            {"status":"error","message":"This app hasn't been granted all required scopes","errors":[{"message":"One or more","context":{"requiredGranularScopes":["crm.objects.contacts.write"]}}],"category":"MISSING_SCOPES"}
            """);

        var e = await Assert.ThrowsAsync<PortException>(() => hubspot.Write(Update("1", ("vip", "true"))));

        Assert.Equal(PortTrouble.Refused, e.Trouble);
        Assert.Contains("crm.objects.contacts.write", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_that_is_used_up_stops_the_rest_but_not_what_was_stored()
    {
        await using var hubspot = new Scripted(new() { Parallelism = 1 });
        hubspot.Wire.Then(200, """{"results":[{"id":"1","objectWriteTraceId":"t-K1"}]}""")
            .Then(429, """{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","policyName":"DAILY"}""");

        var results = await hubspot.Write(Upsert("K1", ("vip", "true")), Update("2", ("vip", "true")));

        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Moved], results.Select(r => r.Outcome));
    }

    [Fact]
    public async Task A_401_that_one_batch_meets_is_no_fault_of_its_rows()
    {
        await using var hubspot = new Scripted(new() { Parallelism = 1 });
        hubspot.Wire.Then(200, """{"results":[{"id":"1","objectWriteTraceId":"t-K1"}]}""")
            .Then(401, """{"status":"error","category":"INVALID_AUTHENTICATION"}""").Then(200, """{"results":[{"id":"2"}]}""");

        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Moved], (await hubspot.Write(Upsert("K1", ("vip", "true")), Update("2", ("vip", "true")))).Select(r => r.Outcome));
        Assert.Equal(WriteOutcome.Confirmed, (await hubspot.Write(Update("2", ("vip", "true")))).Single().Outcome);
    }

    [Fact]
    public async Task A_normalised_value_comes_from_the_warning_when_the_record_does_not_show_it()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """
            {"results":[{"id":"1","warnings":[{"category":"PROPERTY_VALUE_NORMALIZED","message":"born was normalized","context":{"propertyName":"born","rawValue":"1767571200001","normalizedValue":"2026-01-05"}}]}]}
            """);

        var result = (await hubspot.Write(Update("1", ("born", "2026-01-05")))).Single();

        Assert.Equal("2026-01-05", result.Stored!["born"].Text);
        Assert.Equal(["HubSpot stores born of contacts in a form of its own; what it stored is what counts from then on."], hubspot.Crm.TakeWarnings());
    }

    [Fact]
    public async Task Long_or_odd_traces_are_replaced_by_short_stable_ones()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => Answer(sent, poisoned: "-");
        var write = Upsert("K1", ("vip", "true")) with { Trace = new string('x', 300) };

        await hubspot.Write(write);
        var first = (string?)hubspot.LastBody["inputs"]![0]!["objectWriteTraceId"];
        await hubspot.Write(write);

        Assert.Equal(32, first!.Length);
        Assert.Equal(first, (string?)hubspot.LastBody["inputs"]![0]!["objectWriteTraceId"]);
    }

    private static HttpResponseMessage Answer(Sent sent, string poisoned)
    {
        var inputs = JsonNode.Parse(sent.Body)!["inputs"]!.AsArray();
        if (inputs.Any(input => (string?)input!["id"] == poisoned))
        {
            return ScriptedWire.Answer(409, """{"status":"error","message":"Contact already exists. Existing ID: 901","category":"CONFLICT"}""");
        }

        var results = inputs.Select(input => (JsonNode)new JsonObject
        {
            ["id"] = "1" + input!["id"]!.ToString()[1..],
            ["objectWriteTraceId"] = (string?)input["objectWriteTraceId"],
        });
        return ScriptedWire.Answer(200, new JsonObject { ["results"] = new JsonArray([.. results]) }.ToJsonString());
    }
}
