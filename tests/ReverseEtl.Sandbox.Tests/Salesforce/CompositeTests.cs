using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class CompositeTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Guarded_patches_cost_one_call_and_answer_412_inside_200()
    {
        var a = _org.Create("Contact", """{"LastName":"A"}""");
        var b = _org.Create("Contact", """{"LastName":"B"}""");
        _org.Time.Advance(TimeSpan.FromSeconds(10));
        _org.Sandbox.EditAsUser("Contact", b, new JsonObject { ["Title"] = "by hand" });
        var answer = Send($$"""
            {"allOrNone":false,"collateSubrequests":false,"compositeRequest":[{{Patch("r0", a)}},{{Patch("r1", b)}}]}
            """);
        Assert.Equal((200, "api-usage=3/100000"), (answer.Status, answer.Header("Sforce-Limit-Info")));
        Assert.Equal(
            """{"compositeResponse":[{"body":null,"httpHeaders":{},"httpStatusCode":204,"referenceId":"r0"},{"body":null,"httpHeaders":{},"httpStatusCode":412,"referenceId":"r1"}]}""",
            answer.Text);
        Assert.Equal("CTO", _org.Sandbox.Record("Contact", a)!["Title"]);
        Assert.Equal("by hand", _org.Sandbox.Record("Contact", b)!["Title"]);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { PreconditionBody = true };
        Assert.True(Send($$"""{"compositeRequest":[{{Patch("r1", b)}}]}""").Body!["compositeResponse"]![0]!["body"] is JsonArray);

        static string Patch(string reference, string id) =>
            $$$"""{"method":"PATCH","referenceId":"{{{reference}}}","url":"/services/data/v66.0/sobjects/Contact/{{{id}}}","httpHeaders":{"If-Unmodified-Since":"Mon, 02 Mar 2026 10:00:05 GMT"},"body":{"Title":"CTO"}}""";
    }

    [Fact]
    public void References_carry_values_and_are_case_sensitive()
    {
        var answer = Send("""
            {"compositeRequest":[
            {"method":"POST","url":"/services/data/v66.0/sobjects/Account","referenceId":"acc","body":{"Name":"A"}},
            {"method":"POST","url":"/services/data/v66.0/sobjects/Contact","referenceId":"con","body":{"LastName":"C","AccountId":"@{acc.id}"}},
            {"method":"GET","url":"/services/data/v66.0/sobjects/Account/@{acc.id}?fields=Name","referenceId":"get"},
            {"method":"GET","url":"/services/data/v66.0/query?q=SELECT Id FROM Contact WHERE AccountId = '@{acc.id}'","referenceId":"q"},
            {"method":"PATCH","url":"/services/data/v66.0/sobjects/Contact/@{q.records[0].Id}","referenceId":"p","body":{"Title":"of @{get.Name}"}},
            {"method":"GET","url":"/services/data/v66.0/sobjects/Account/@{acc.Id}","referenceId":"bad"}]}
            """);
        Assert.Equal([201, 201, 200, 200, 204, 400], Statuses(answer));
        Assert.Equal("of A", _org.Sandbox.Records("Contact")[0]["Title"]);
        Assert.NotNull(answer.Body!["compositeResponse"]![0]!["httpHeaders"]!["Location"]);
        Assert.NotNull(answer.Body!["compositeResponse"]![2]!["httpHeaders"]!["ETag"]);
        Assert.Equal("PROCESSING_HALTED", answer.Body!["compositeResponse"]![5]!["body"]![0]!["errorCode"]!.ToString());
    }

    [Fact]
    public void All_or_none_halts_the_others_and_writes_nothing()
    {
        var answer = Send("""
            {"allOrNone":true,"compositeRequest":[
            {"method":"POST","url":"/services/data/v66.0/sobjects/Account","referenceId":"a","body":{"Name":"A"}},
            {"method":"POST","url":"/services/data/v66.0/sobjects/Contact","referenceId":"b","body":{}},
            {"method":"POST","url":"/services/data/v66.0/sobjects/Account","referenceId":"c","body":{"Name":"C"}}]}
            """);
        Assert.Equal([400, 400, 400], Statuses(answer));
        Assert.Equal(
            ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"],
            answer.Body!["compositeResponse"]!.AsArray().Select(r => r!["body"]![0]!["errorCode"]!.ToString()));
        Assert.Empty(_org.Sandbox.Records("Account"));
    }

    [Fact]
    public void All_or_none_makes_inner_collections_atomic()
    {
        Send("""
            {"allOrNone":true,"compositeRequest":[{"method":"POST","url":"/services/data/v66.0/composite/sobjects","referenceId":"a",
            "body":{"allOrNone":false,"records":[{"attributes":{"type":"Account"},"Name":"A"},{"attributes":{"type":"Account"}}]}}]}
            """);
        Assert.Empty(_org.Sandbox.Records("Account"));
    }

    [Fact]
    public void Collatable_subrequests_run_together_and_answers_keep_their_order()
    {
        const string Requests = """
            {"collateSubrequests":COLLATE,"compositeRequest":[
            {"method":"POST","url":"/services/data/v66.0/sobjects/Account","referenceId":"a","body":{"Name":"A"}},
            {"method":"POST","url":"/services/data/v66.0/sobjects/Contact","referenceId":"b","body":{"LastName":"B"}},
            {"method":"POST","url":"/services/data/v66.0/sobjects/Account","referenceId":"c","body":{"Name":"C"}}]}
            """;
        Assert.Equal(["a", "b", "c"], Send(Requests.Replace("COLLATE", "true")).Body!["compositeResponse"]!.AsArray().Select(r => r!["referenceId"]!.ToString()));
        Assert.Equal(["Account", "Account", "Contact"], _org.Sandbox.Writes.Select(w => w.Type));
        _org.Sandbox.ClearWrites();
        Send(Requests.Replace("COLLATE", "false"));
        Assert.Equal(["Account", "Contact", "Account"], _org.Sandbox.Writes.Select(w => w.Type));
    }

    [Theory]
    [InlineData("""{"method":"GET","url":"/services/data/v66.0/limits","referenceId":"a-b"}""")]
    [InlineData("""{"method":"GET","url":"/services/data/v66.0/limits","referenceId":"a","httpHeaders":{"Accept":"x"}}""")]
    [InlineData("""{"method":"GET","url":"/services/data/v66.0/limits"}""")]
    [InlineData("""{"method":"GET","url":"/services/data/v66.0/limits","referenceId":"a"},{"method":"GET","url":"/x","referenceId":"a"}""")]
    public void Bad_envelope_fails_the_call(string requests) =>
        Assert.Equal(400, Send($$"""{"compositeRequest":[{{requests}}]}""").Status);

    [Fact]
    public void Sizes_are_limited()
    {
        Assert.Equal(200, Send(Many(25, "limits")).Status);
        Assert.Equal(400, Send(Many(26, "limits")).Status);
        Assert.Equal(200, Send(Many(5, "query?q=SELECT Id FROM Account")).Status);
        Assert.Equal(400, Send(Many(6, "query?q=SELECT Id FROM Account")).Status);

        static string Many(int count, string path) => $$"""{"compositeRequest":[{{string.Join(',', Enumerable.Range(0, count)
            .Select(i => $$"""{"method":"GET","url":"/services/data/v66.0/{{path}}","referenceId":"r{{i}}"}"""))}}]}""";
    }

    [Fact]
    public void Unknown_object_inside_answers_its_own_404()
    {
        var answer = Send("""{"compositeRequest":[{"referenceId":"x","method":"GET","url":"/services/data/v66.0/sobjects/Foo"},{"referenceId":"y","method":"GET","url":"/elsewhere"}]}""");
        Assert.Equal([404, 404], Statuses(answer));
    }

    private Answer Send(string body) => _org.Post("/composite", body);

    private static IEnumerable<int> Statuses(Answer answer) =>
        answer.Body!["compositeResponse"]!.AsArray().Select(r => r!["httpStatusCode"]!.GetValue<int>());
}
