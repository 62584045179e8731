using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class GraphBatchTreeTests
{
    private const string At = "/services/data/v66.0/sobjects";
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Graph_links_its_nodes_and_counts_as_one_call()
    {
        var before = Used();
        var answer = _org.Post("/composite/graph", $$$"""
            {"graphs":[{"graphId":"g1","compositeRequest":[
              {"url":"{{{At}}}/Contact/","method":"POST","referenceId":"con","body":{"LastName":"Ito","AccountId":"@{acc.id}"}},
              {"url":"{{{At}}}/Account/Warehouse_Id__c/A-9","method":"PATCH","referenceId":"acc","body":{"Name":"Acme"}}]}]}
            """);
        Assert.Equal(before + 2, Used());
        var graph = answer.Body!["graphs"]![0]!;
        Assert.Equal((200, "g1", true), (answer.Status, graph["graphId"]!.ToString(), (bool)graph["isSuccessful"]!));
        var nodes = graph["graphResponse"]!["compositeResponse"]!.AsArray();
        Assert.Equal(["con", "acc"], nodes.Select(n => n!["referenceId"]!.ToString()));
        Assert.All(nodes, n => Assert.Equal(201, (int)n!["httpStatusCode"]!));
        Assert.NotNull(nodes[0]!["httpHeaders"]!["Location"]);
        Assert.Equal(_org.Sandbox.Records("Account").Single().Id, _org.Sandbox.Records("Contact").Single()["AccountId"]);
    }

    [Fact]
    public void Graph_that_fails_is_undone_and_the_others_stay()
    {
        var graphs = _org.Post("/composite/graph", $$$"""
            {"graphs":[
              {"graphId":"bad","compositeRequest":[
                {"url":"{{{At}}}/Account","method":"POST","referenceId":"a","body":{"Name":"Gone"}},
                {"url":"{{{At}}}/Contact","method":"POST","referenceId":"b","body":{"FirstName":"No last name"}}]},
              {"graphId":"good","compositeRequest":[{"url":"{{{At}}}/Account","method":"POST","referenceId":"a","body":{"Name":"Kept"}}]}]}
            """).Body!["graphs"]!.AsArray();
        Assert.Equal([false, true], graphs.Select(g => (bool)g!["isSuccessful"]!));
        var bad = graphs[0]!["graphResponse"]!["compositeResponse"]!.AsArray();
        Assert.Equal(["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"], bad.Select(n => n!["body"]![0]!["errorCode"]!.ToString()));
        Assert.Equal("Kept", _org.Sandbox.Records("Account").Single()["Name"]);
    }

    [Fact]
    public void More_than_fourteen_failed_graphs_halt_the_rest()
    {
        var graphs = new JsonArray([.. Enumerable.Range(0, 17).Select(i => Graph($"g{i}", i < 15 ? "{}" : """{"Name":"A"}"""))]);
        var answer = _org.Post("/composite/graph", new JsonObject { ["graphs"] = graphs }.ToJsonString());
        Assert.All(answer.Body!["graphs"]!.AsArray(), g => Assert.False((bool)g!["isSuccessful"]!));
        Assert.Empty(_org.Sandbox.Records("Account"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"graphs":[{"graphId":"a.b","compositeRequest":[]}]}""")]
    [InlineData("""{"graphs":[{"graphId":"g","compositeRequest":[{"url":"/services/data/v66.0/query?q=x","method":"GET","referenceId":"a"}]}]}""")]
    [InlineData("""
        {"graphs":[{"graphId":"g","compositeRequest":[
          {"url":"/services/data/v66.0/sobjects/Account","method":"POST","referenceId":"a","body":{"Name":"@{b.id}"}},
          {"url":"/services/data/v66.0/sobjects/Account","method":"POST","referenceId":"b","body":{"Name":"@{a.id}"}}]}]}
        """)]
    public void Malformed_graph_is_refused(string body) => Assert.Equal(400, _org.Post("/composite/graph", body).Status);

    [Fact]
    public void Graphs_have_limits_and_a_first_version()
    {
        var many = new JsonArray([.. Enumerable.Range(0, 76).Select(i => Graph($"g{i}", "{}"))]);
        Assert.Equal("LIMIT_EXCEEDED", _org.Post("/composite/graph", new JsonObject { ["graphs"] = many }.ToJsonString()).ErrorCode);
        Assert.Equal(404, _org.Raw("POST", "/services/data/v49.0/composite/graph", "{}", [("Content-Type", "application/json")]).Status);
    }

    [Fact]
    public void Graph_may_be_fifteen_deep_and_no_deeper()
    {
        Assert.Equal(200, _org.Post("/composite/graph", Chain(15)).Status);
        Assert.Equal("LIMIT_EXCEEDED", _org.Post("/composite/graph", Chain(16)).ErrorCode);
        Assert.Equal(15, _org.Sandbox.Records("Account").Count);

        static string Chain(int depth)
        {
            var nodes = Enumerable.Range(0, depth).Select(i => new JsonObject
            {
                ["url"] = $"{At}/Account",
                ["method"] = "POST",
                ["referenceId"] = $"n{i}",
                ["body"] = new JsonObject { ["Name"] = $"N{i}", ["ParentId"] = i == 0 ? null : $"@{{n{i - 1}.id}}" },
            });
            var graph = new JsonObject { ["graphId"] = "g", ["compositeRequest"] = new JsonArray([.. nodes]) };
            return new JsonObject { ["graphs"] = new JsonArray(graph) }.ToJsonString();
        }
    }

    [Fact]
    public void Batch_answers_each_request_and_counts_each()
    {
        var id = _org.Create("Account", """{"Name":"Old"}""");
        var before = Used();
        var answer = _org.Post("/composite/batch", $$$"""
            {"batchRequests":[
              {"method":"PATCH","url":"v66.0/sobjects/Account/{{{id}}}","richInput":{"Name":"New"}},
              {"method":"GET","url":"v66.0/sobjects/Account/{{{id}}}?fields=Name"},
              {"method":"GET","url":"v66.0/sobjects/Account/23foo"}]}
            """).Body!;
        Assert.Equal(before + 4, Used());
        var results = answer["results"]!.AsArray();
        Assert.True((bool)answer["hasErrors"]!);
        Assert.Equal([204, 200, 404], results.Select(r => (int)r!["statusCode"]!));
        Assert.Equal((null, "New", "NOT_FOUND"), (
            results[0]!["result"], results[1]!["result"]!["Name"]!.ToString(), results[2]!["result"]![0]!["errorCode"]!.ToString()));
    }

    [Fact]
    public void Batch_halts_on_error_when_told_to_but_undoes_nothing()
    {
        var answer = _org.Post("/composite/batch", """
            {"haltOnError":true,"batchRequests":[
              {"method":"POST","url":"v66.0/sobjects/Account","richInput":{"Name":"Kept"}},
              {"method":"POST","url":"v66.0/sobjects/Account","richInput":{}},
              {"method":"POST","url":"v66.0/sobjects/Account","richInput":{"Name":"Never"}}]}
            """).Body!;
        Assert.Equal([201, 400, 412], answer["results"]!.AsArray().Select(r => (int)r!["statusCode"]!));
        Assert.Equal("BATCH_PROCESSING_HALTED", answer["results"]![2]!["result"]![0]!["errorCode"]!.ToString());
        Assert.Equal("Kept", _org.Sandbox.Records("Account").Single()["Name"]);
    }

    [Fact]
    public void Batch_has_limits()
    {
        var many = string.Join(',', Enumerable.Repeat("""{"method":"GET","url":"v66.0/limits"}""", 26));
        Assert.Equal("LIMIT_EXCEEDED", _org.Post("/composite/batch", $$$"""{"batchRequests":[{{{many}}}]}""").ErrorCode);
        Assert.Equal(400, _org.Post("/composite/batch", "{}").Status);
        Assert.Equal(400, _org.Post("/composite/batch", """{"batchRequests":[{}]}""").Status);
        Assert.Equal(404, (int)_org.Post("/composite/batch", """{"batchRequests":[{"method":"GET","url":"v12.0/limits"}]}""").Body!["results"]![0]!["statusCode"]!);
    }

    [Fact]
    public void Tree_creates_parents_and_children()
    {
        var answer = _org.Post("/composite/tree/Account", """
            {"records":[{"attributes":{"type":"Account","referenceId":"a"},"Name":"Acme","Contacts":{"records":[
              {"attributes":{"type":"Contact","referenceId":"c1"},"LastName":"Ito"},
              {"attributes":{"type":"Contact","referenceId":"c2"},"LastName":"Roy"}]}}]}
            """);
        Assert.Equal(201, answer.Status);
        Assert.Equal(["a", "c1", "c2"], answer.Body!["results"]!.AsArray().Select(r => r!["referenceId"]!.ToString()));
        var account = answer.Body["results"]![0]!["id"]!.ToString();
        Assert.All(_org.Sandbox.Records("Contact"), c => Assert.Equal(account, c["AccountId"]));
    }

    [Fact]
    public void Tree_with_one_bad_record_creates_nothing()
    {
        var answer = _org.Post("/composite/tree/Contact", """
            {"records":[{"attributes":{"type":"Contact","referenceId":"a"},"LastName":"A"},
                        {"attributes":{"type":"Contact","referenceId":"b"},"LastName":"B","Email":"none"}]}
            """);
        var result = answer.Body!["results"]!.AsArray().Single()!;
        Assert.Equal((400, true, "b", "INVALID_EMAIL_ADDRESS"), (
            answer.Status, (bool)answer.Body["hasErrors"]!, result["referenceId"]!.ToString(), result["errors"]![0]!["statusCode"]!.ToString()));
        Assert.Empty(_org.Sandbox.Records("Contact"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"records":[]}""")]
    [InlineData("""{"records":[{"Name":"A"}]}""")]
    [InlineData("""{"records":[{"attributes":{"type":"Contact","referenceId":"a"},"LastName":"A"}]}""")]
    [InlineData("""{"records":[{"attributes":{"type":"Account","referenceId":"a"},"Name":"A"},{"attributes":{"type":"Account","referenceId":"a"},"Name":"A"}]}""")]
    public void Malformed_tree_is_refused(string body) => Assert.Equal(400, _org.Post("/composite/tree/Account", body).Status);

    private static JsonNode Graph(string id, string body) => JsonNode.Parse(
        $$$"""{"graphId":"{{{id}}}","compositeRequest":[{"url":"{{{At}}}/Account","method":"POST","referenceId":"a","body":{{{body}}}}]}""")!;

    private int Used() => int.Parse(_org.Get("/limits").Header("Sforce-Limit-Info")!.Split('=', '/')[1]);
}
