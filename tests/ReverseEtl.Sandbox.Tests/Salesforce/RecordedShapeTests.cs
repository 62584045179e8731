using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>Our answers beside recorded ones: every recorded key is there, with the same kind of value.</summary>
public partial class RecordedShapeTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Token_answer_has_the_recorded_shape()
    {
        Same("auth_success_response", _org.Form(SalesforceClient.ClientCredentials()).Body);
        Same("refresh_success_response", _org.Form(Refresh(SalesforceOptions.DefaultRefreshToken)).Body);
        Same("reauth_success_response", _org.Form(Refresh(SalesforceOptions.DefaultRefreshToken)).Body);
        Same("refresh_error_response", _org.Form(Refresh("old")).Body);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { UsernamePasswordFlow = true };
        var refused = _org.Form(Password("wrong"));
        Assert.Equal((400, Fixture("auth_error_response").ToJsonString()), (refused.Status, refused.Body!.ToJsonString()));
    }

    [Fact]
    public void Versions_have_the_recorded_shape() =>
        Same("services_data_success_response", _org.Raw("GET", "/services/data", null, []).Body);

    [Fact]
    public void Expired_session_answers_as_recorded()
    {
        _org.Sandbox.RevokeTokens();
        Same("expired_session_response", _org.Get("/sobjects").Body);
        Assert.Equal(Fixture("expired_session_response").ToJsonString(), _org.Get("/sobjects").Body!.ToJsonString());
    }

    [Fact]
    public void Writes_answer_in_the_recorded_shapes()
    {
        Same("sobject__create_success_response", _org.Post("/sobjects/Account", """{"Name":"A"}""").Body);
        Same("sobject__write_error_response", _org.Post("/sobjects/Account", """{"foo":1}""").Body);
        Same("sobject__upsert_created_success_response", _org.Patch("/sobjects/Account/Warehouse_Id__c/1", """{"Name":"A"}""").Body);
        Same("sobject__upsert_error_response", _org.Patch("/sobjects/Account/Namez/1", """{"Name":"A"}""").Body);
        Same("sobject__delete_error_response", _org.Delete("/sobjects/Account/rid").Body);
        Same("sobject__sobject_find_error_response", _org.Get("/sobjects/Account/23foo").Body);
        _org.Sandbox.AddField("Account", new FieldSpec("Legacy__c", "string") { ExternalId = true });
        _org.Create("Account", """{"Name":"A","Legacy__c":"1"}""");
        _org.Create("Account", """{"Name":"A","Legacy__c":"1"}""");
        Same("sobject__upsert_multiple_error_response", _org.Patch("/sobjects/Account/Legacy__c/1", "{}").Body);
    }

    [Fact]
    public void Texts_of_not_found_errors_are_the_recorded_ones()
    {
        Assert.Equal(Fixture("sobject__sobject_find_error_response")[0]!["message"]!.ToString(), _org.Get("/sobjects/Account/23foo").Message);
        Assert.Equal(Fixture("sobject__upsert_error_response")[0]!["message"]!.ToString(), _org.Patch("/sobjects/Account/Namez/1", "{}").Message);
        Assert.Equal(Fixture("sobject__sobject_describe_error_response").ToJsonString(), _org.Get("/sobjects/Nope/describe").Body!.ToJsonString());
        Assert.Equal(
            Fixture("sobject__write_error_response")[0]!["message"]!.ToString().Replace("Bar", "Account"),
            _org.Post("/sobjects/Account", """{"foo":1}""").Message);
    }

    [Fact]
    public void Query_pages_have_the_recorded_shape()
    {
        Same("sobject__query_empty_response", _org.Query("SELECT Id FROM Account").Body);
        _org.Create("Account", """{"Name":"A","Phone":"1"}""");
        _org.Create("Account", """{"Name":"B","Phone":"1"}""");
        _org.Sandbox.Switches = _org.Sandbox.Switches with { MaxPageSize = 1 };
        var first = _org.Query("SELECT Phone FROM Account").Body!;
        Same("sobject__query_paginated_first_page_response", Renamed(first));
        Same("sobject__query_paginated_last_page_response", Renamed(_org.Raw("GET", first["nextRecordsUrl"]!.ToString(), null, []).Body!));
        Same("sobject__query_error_response", _org.Query("SELECT Nope FROM Account").Body);
    }

    [Fact]
    public void Queries_with_counts_and_parents_have_the_recorded_shape()
    {
        Same(Read("../fixtures_netcoreforce/count_query.json"), _org.Query("SELECT COUNT() FROM Account").Body, "count");
        Same(Read("../fixtures_netcoreforce/query_empty_result.json"), _org.Query("SELECT Id FROM Case").Body, "empty");
        var account = _org.Create("Account", """{"Name":"Edge"}""");
        var contact = _org.Create("Contact", $$"""{"LastName":"A","AccountId":"{{account}}"}""");
        _org.Create("Case", $$"""{"Subject":"S","AccountId":"{{account}}","ContactId":"{{contact}}"}""");
        var ours = _org.Query(
            "SELECT Id, CaseNumber, SystemModstamp, Account.Name, Account.SystemModstamp, Contact.Name, Contact.SystemModstamp FROM Case").Body!;
        var recorded = Read("../fixtures_netcoreforce/query_case_single_result.json");
        Same(recorded, ours, "case");
    }

    [Fact]
    public void Aggregates_have_the_recorded_shape()
    {
        _org.Create("Account", """{"Name":"A","AnnualRevenue":300}""");
        Same("sobject__query_aggregate_success_response", _org.Query("SELECT OwnerId CampaignId, SUM(AnnualRevenue) FROM Account GROUP BY OwnerId").Body);
    }

    [Fact]
    public void Replication_answers_have_the_recorded_shape()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        _org.Create("Account", """{"Name":"B"}""");
        _org.Delete($"/sobjects/Account/{id}");
        _org.Time.Advance(TimeSpan.FromMinutes(5));
        const string Window = "?start=2026-03-02T09:00:00Z&end=2026-03-02T11:00:00Z";
        Same("sobject__get_updated_success_response", _org.Get("/sobjects/Account/updated/" + Window).Body);
        Same("sobject__get_deleted_success_response", _org.Get("/sobjects/Account/deleted/" + Window).Body);
    }

    [Fact]
    public void Describe_global_has_the_recorded_shape()
    {
        Same("sobject__describe_sobjects_success_response", _org.Get("/sobjects").Body);
        Same(Read("../describe/GET_sobjects_Global_describe.json"), _org.Get("/sobjects").Body, "global");
    }

    [Theory]
    [InlineData("Account")]
    [InlineData("Contact")]
    [InlineData("Lead")]
    [InlineData("Opportunity")]
    [InlineData("Case")]
    [InlineData("Account_PersonAccount")]
    public void Describe_of_an_object_has_every_recorded_key_and_field(string type)
    {
        var recorded = Read($"../describe/GET_sobjects_{type}_describe.json").AsObject();
        var org = new SalesforceClient(new SalesforceOptions { PersonAccounts = type.EndsWith("PersonAccount", StringComparison.Ordinal) });
        var ours = org.Get($"/sobjects/{recorded["name"]}/describe").Body!.AsObject();
        Assert.Equal(recorded.Select(p => p.Key).Order(), ours.Select(p => p.Key).Order());
        var fieldKeys = recorded["fields"]![0]!.AsObject().Select(p => p.Key).Order().ToList();
        var names = ours["fields"]!.AsArray().Select(f => f!["name"]!.ToString()).ToHashSet();
        Assert.DoesNotContain(
            recorded["fields"]!.AsArray().Select(f => f!["name"]!.ToString()),
            n => !names.Contains(n) && n is not ("Primary_Contact__c" or "History__c") && !n.StartsWith("ns__", StringComparison.Ordinal));
        Assert.All(ours["fields"]!.AsArray(), f => Assert.Empty(fieldKeys.Except(f!.AsObject().Select(p => p.Key)).Except(["aiPredictionField"])));
    }

    [Theory]
    [InlineData("Account", "account")]
    [InlineData("Contact", "contact")]
    public void Row_has_the_recorded_members_and_kinds(string type, string file)
    {
        var body = type == "Account"
            ? """{"Name":"Acme Corporation","BillingCity":"New York","ShippingCity":"New York"}"""
            : """{"LastName":"Doe","MailingCity":"Orlando","OtherCity":"Orlando"}""";
        var ours = _org.Get($"/sobjects/{type}/{_org.Create(type, body)}").Body!.AsObject();
        var recorded = Read($"../fixtures_netcoreforce/{file}.json").AsObject();
        foreach (var (name, value) in recorded.Where(p => ours[p.Key] is not null && p.Value is not null))
        {
            Same(value!, ours[name], name);
        }

        Assert.DoesNotContain(recorded.Select(p => p.Key).Except(ours.Select(p => p.Key)), n => !OrgSpecific().IsMatch(n));
    }

    [Fact]
    public void Cassette_answers_are_matched_in_shape()
    {
        var created = _org.Post("/composite/sobjects", """{"allOrNone": false, "records": [{"Name": "Sitwell-Bluth", "attributes": {"type": "Account"}}]}""");
        Same(JsonNode.Parse("""[ { "id" : "0017e00001W4GYRAA3", "success" : true, "errors" : [ ] } ]""")!, created.Body, "create");
        var upserted = _org.Patch("/composite/sobjects/Contact/Email", """{"allOrNone": false, "records": [{"LastName": "Sitwell", "Email": "Lindsay.Bluth@example.com", "attributes": {"type": "Contact"}}]}""");
        Same(JsonNode.Parse("""[ { "id" : "0037e00001WZ30qAAD", "success" : true, "errors" : [ ], "created" : true } ]""")!, upserted.Body, "upsert");
        Assert.Equal(["lindsay.bluth@example.com"], _org.Query("select Email from Contact").Column("Email"));
        var composite = _org.Post("/composite", """
            {"compositeRequest": [{"referenceId": "refAccount", "method": "GET", "url": "/services/data/v66.0/query/?q=select count() from Account"},
            {"referenceId": "refXYZZY", "method": "GET", "url": "/services/data/v66.0/query/?q=select count() from XYZZY"}]}
            """);
        var recorded = CassetteBody("TestCountSObjects.test_count_sobjects__errors.yaml");
        Same(recorded, composite.Body, "composite");
        Assert.Equal(
            recorded["compositeResponse"]![1]!["body"]![0]!["message"]!.ToString(),
            composite.Body!["compositeResponse"]![1]!["body"]![0]!["message"]!.ToString());
        Assert.Equal("NOT_FOUND", _org.Post("/composite", """{"compositeRequest":[{"referenceId":"CCI__RefId__0__","method":"GET","url":"/services/data/v66.0/sobjects/Foo"}]}""")
            .Body!["compositeResponse"]![0]!["body"]![0]!["errorCode"]!.ToString());
        var stamp = _org.Get("/sobjects").Header("Last-Modified");
        var cached = _org.Post("/composite", $$$"""{"compositeRequest":[{"referenceId":"a","method":"GET","url":"/services/data/v66.0/sobjects","httpHeaders":{"If-Modified-Since":"{{{stamp}}}"}}]}""");
        Same(CassetteBody("ManualEditTestCompositeParallelSalesforce.test_http_headers.yaml"), cached.Body, "304");
    }

    private static string Password(string password) =>
        $"grant_type=password&client_id={SalesforceOptions.DefaultClientId}&client_secret={SalesforceOptions.DefaultClientSecret}" +
        $"&username={Uri.EscapeDataString(SalesforceOptions.DefaultUsername)}&password={password}";

    private static string Refresh(string token) =>
        $"grant_type=refresh_token&client_id={SalesforceOptions.DefaultClientId}&client_secret={SalesforceOptions.DefaultClientSecret}&refresh_token={token}";

    /// <summary>The fixtures' object is called Whizbang and its text field Text_Label.</summary>
    private static JsonNode Renamed(JsonNode page) => JsonNode.Parse(page.ToJsonString().Replace("\"Phone\"", "\"Text_Label\""))!;

    private static void Same(string fixture, JsonNode? ours) => Same(Fixture(fixture), ours, fixture);

    private static void Same(JsonNode recorded, JsonNode? ours, string path) => Shape.Same(recorded, ours, path);

    private static JsonNode Fixture(string name) => Read($"../fixtures_restforce/{name}.json");

    private static JsonNode Read(string relative, [CallerFilePath] string here = "") =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Data(here), "describe", relative)))!;

    /// <summary>The first response body of a cassette: the double-quoted scalar behind <c>string:</c>, as YAML folds and escapes it.</summary>
    private static JsonNode CassetteBody(string file, [CallerFilePath] string here = "")
    {
        var yaml = File.ReadAllText(Path.Combine(Data(here), "cassettes_cumulusci", file));
        var scalar = Scalar().Match(yaml).Groups[1].Value;
        var unfolded = EscapedBreak().Replace(scalar, "");
        unfolded = PlainBreak().Replace(unfolded, " ").Replace("\\ ", " ");
        return JsonNode.Parse(JsonSerializer.Deserialize<string>($"\"{unfolded}\"")!)!;
    }

    private static string Data(string here) => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "data", "salesforce");

    [GeneratedRegex("__c$|^(IsPriorityRecord|Tier|ns__|.*PersonAccount|ActivityMetric.*|.*Dandb.*)")]
    private static partial Regex OrgSpecific();

    [GeneratedRegex("string:\\s*\"((?:[^\"\\\\]|\\\\[\\s\\S])*)\"")]
    private static partial Regex Scalar();

    [GeneratedRegex(@"\\\r?\n\s*")]
    private static partial Regex EscapedBreak();

    [GeneratedRegex(@"\r?\n\s*")]
    private static partial Regex PlainBreak();
}
