using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>Where the documentation leaves two answers open, both can be had.</summary>
public class UnverifiedTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Conditional_delete_is_ignored_or_honoured()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        var old = ("If-Unmodified-Since", "Sun, 01 Mar 2026 10:00:00 GMT");
        _org.Sandbox.Switches = _org.Sandbox.Switches with { ConditionalDelete = true };
        Assert.Equal(412, _org.Delete($"/sobjects/Account/{id}", old).Status);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { ConditionalDelete = false };
        Assert.Equal(204, _org.Delete($"/sobjects/Account/{id}", old).Status);
    }

    [Fact]
    public void Update_only_without_a_match_answers_404_or_400()
    {
        const string Path = "/sobjects/Account/Warehouse_Id__c/A-1?updateOnly=true";
        Assert.Equal((404, "NOT_FOUND"), Answer());
        _org.Sandbox.Switches = _org.Sandbox.Switches with { UpdateOnlyMissIsNotFound = false };
        Assert.Equal((400, "INVALID_CROSS_REFERENCE_KEY"), Answer());

        (int, string?) Answer() => _org.Patch(Path, """{"Name":"A"}""") is var answer ? (answer.Status, answer.ErrorCode) : default;
    }

    [Fact]
    public void Upsert_path_takes_idLookup_fields_or_not()
    {
        const string Path = "/sobjects/Contact/Email/a@example.org";
        Assert.Equal(404, _org.Patch(Path, """{"LastName":"A"}""").Status);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { UpsertPathByIdLookup = true };
        Assert.Equal(201, _org.Patch(Path, """{"LastName":"A"}""").Status);
        Assert.Equal(200, _org.Patch(Path, """{"LastName":"B"}""").Status);
    }

    [Fact]
    public void Unreadable_record_fails_its_call_or_itself()
    {
        const string Body = """
            {"records":[{"attributes":{"type":"Account"},"Name":"A"},{"attributes":{"type":"Account"},"Name":"B","Nope":1},
            {"attributes":{"type":"Account"},"Name":"C","AnnualRevenue":"much"}]}
            """;
        Assert.Equal((400, "INVALID_FIELD"), (_org.Post("/composite/sobjects", Body).Status, _org.Post("/composite/sobjects", Body).ErrorCode));
        Assert.Empty(_org.Sandbox.Records("Account"));
        _org.Sandbox.Switches = _org.Sandbox.Switches with { UnreadableRecordsFailAlone = true };
        var results = _org.Post("/composite/sobjects", Body).Body!.AsArray();
        Assert.Equal([true, false, false], results.Select(r => (bool)r!["success"]!));
        Assert.Equal("No such column 'Nope' on sobject of type Account", results[1]!["errors"]![0]!["message"]!.ToString());
        Assert.Equal("JSON_PARSER_ERROR", results[2]!["errors"]![0]!["statusCode"]!.ToString());
    }

    [Fact]
    public void Duplicate_value_names_the_other_by_a_short_id_or_a_full_one()
    {
        var id = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"K"}""");
        string Message() => _org.Post("/sobjects/Account", """{"Name":"B","Warehouse_Id__c":"K"}""").Message!;
        Assert.EndsWith($" {id[..15]}", Message());
        _org.Sandbox.Switches = _org.Sandbox.Switches with { FullIdsInDuplicateMessages = true };
        Assert.EndsWith($" {id}", Message());
    }

    [Fact]
    public void Failed_records_of_collections_are_terse_or_verbose()
    {
        const string Body = """{"records":[{"attributes":{"type":"Account"},"Warehouse_Id__c":"A-1","Name":null}]}""";
        Assert.Equal(["success", "errors"], Members());
        _org.Sandbox.Switches = _org.Sandbox.Switches with { VerboseCollectionFailures = true };
        Assert.Equal(["id", "success", "errors", "created"], Members());

        IEnumerable<string> Members() =>
            _org.Patch("/composite/sobjects/Account/Warehouse_Id__c", Body).Body![0]!.AsObject().Select(m => m.Key);
    }

    [Fact]
    public void Ready_made_faults_answer_as_the_platform_does()
    {
        var site = new SandboxSite(_org.Sandbox);
        Fault[] faults =
        [
            SalesforceFaults.EdgeHasNoRoute, SalesforceFaults.InternalServerError, SalesforceFaults.BadGateway, SalesforceFaults.ServerUnavailable,
            SalesforceFaults.TooManyConcurrentRequests, SalesforceFaults.QueryTimeout, SalesforceFaults.UnknownException,
        ];
        var answers = new List<Answer>();
        foreach (var fault in faults)
        {
            site.Inject(fault);
            answers.Add(new Answer(site.Handle(new SandboxRequest("GET", "/services/data", new Dictionary<string, string>(), []))));
        }

        Assert.Equal([420, 500, 502, 503, 403, 400, 400], answers.Select(a => a.Status));
        Assert.Equal(
            [null, null, null, "SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED", "QUERY_TIMEOUT", "UNKNOWN_EXCEPTION"], answers.Select(a => a.ErrorCode));
        Assert.All(answers[..3], a => Assert.StartsWith("text/html", a.Header("Content-Type")));
    }

    [Fact]
    public void Emptied_bin_leaves_nothing_to_query_or_undelete()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        _org.Delete($"/sobjects/Account/{id}");
        Assert.Equal(204, _org.Admin("POST", "empty-bin").Status);
        Assert.Empty(_org.QueryAll("SELECT Id FROM Account").Records);
        Assert.Equal(404, _org.Admin("POST", $"records/Account/{id}/undelete").Status);
        Assert.Single(_org.Get("/sobjects/Account/deleted/?start=2026-03-02T09%3A00%3A00Z&end=2026-03-02T10%3A05%3A00Z").Body!["deletedRecords"]!.AsArray());
    }
}
