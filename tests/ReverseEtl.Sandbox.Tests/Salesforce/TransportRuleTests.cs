using System.IO.Compression;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class TransportRuleTests
{
    private readonly SalesforceClient _org = new();

    [Theory]
    [InlineData("/services/data")]
    [InlineData("/services/data/")]
    public void Versions_need_no_token_and_are_not_metered(string path)
    {
        var answer = _org.Raw("GET", path, null, [], withToken: false);
        Assert.Equal("""{"label":"Spring '26","url":"/services/data/v66.0","version":"66.0"}""", answer.Body!.AsArray()[35]!.ToJsonString(
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("67.0", answer.Body!.AsArray()[^1]!["version"]!.ToString());
        Assert.Null(answer.Header("Sforce-Limit-Info"));
    }

    [Theory]
    [InlineData("v68.0", 404)]
    [InlineData("v20.0", 404)]
    [InlineData("v30.0", 410)]
    [InlineData("v31.0", 200)]
    [InlineData("66.0", 404)]
    public void Versions_unknown_or_retired_are_refused(string version, int status) =>
        Assert.Equal(status, _org.Raw("GET", $"/services/data/{version}/limits", null, []).Status);

    [Fact]
    public void Every_call_carries_usage_and_the_servers_date()
    {
        Assert.Equal("api-usage=1/100000", _org.Get("/limits").Header("Sforce-Limit-Info"));
        Assert.Equal("api-usage=2/100000", _org.Get("/sobjects/Nope").Header("Sforce-Limit-Info"));
        Assert.Equal("Mon, 02 Mar 2026 10:00:00 GMT", _org.Get("/limits").Header("Date"));
        Assert.Equal("api-usage=3/100000", _org.Raw("GET", "/services/data/v30.0/limits", null, []).Header("Sforce-Limit-Info"));
        Assert.Equal("api-usage=3/100000", _org.Raw("GET", "/services/data/v66.0/limits", null, [], withToken: false).Header("Sforce-Limit-Info"));
    }

    [Fact]
    public void Exhausted_daily_limit_is_403_until_the_window_has_moved_on()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { DailyApiLimit = 2, TokenLifetimeSeconds = 0 };
        Assert.Equal([200, 200], new[] { _org.Get("/limits").Status, _org.Get("/limits").Status });
        var refused = _org.Get("/limits");
        Assert.Equal(403, refused.Status);
        Assert.Equal("""[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]""", refused.Text);
        _org.Time.Advance(TimeSpan.FromHours(12));
        Assert.Equal(403, _org.Get("/limits").Status);
        _org.Time.Advance(TimeSpan.FromHours(12));
        Assert.Equal(200, _org.Get("/limits").Status);
    }

    [Fact]
    public void Soft_overage_lets_requests_pass_beyond_the_limit()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { DailyApiLimit = 1, SoftOverage = true };
        _org.Get("/limits");
        Assert.Equal("api-usage=2/1", _org.Get("/limits").Header("Sforce-Limit-Info"));
    }

    [Fact]
    public void Limits_and_record_counts_follow_the_state()
    {
        _org.Create("Account", """{"Name":"A"}""");
        Assert.Equal(99_998, _org.Get("/limits").Body!["DailyApiRequests"]!["Remaining"]!.GetValue<int>());
        Assert.Equal("""{"sObjects":[{"count":1,"name":"Account"}]}""", _org.Get("/limits/recordCount?sObjects=Account,Contact,Nope").Text);
    }

    [Fact]
    public void Limits_name_batches_by_the_version_and_tell_of_apps_when_told()
    {
        Assert.NotNull(_org.Get("/limits").Body!["DailyBulkApiBatches"]);
        var older = _org.Raw("GET", "/services/data/v48.0/limits", null, []).Body!.AsObject();
        Assert.Contains("DailyBulkApiRequests", older);
        Assert.DoesNotContain("DailyBulkApiBatches", older);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { LimitsTellApps = true };
        Assert.Equal(0, (int)_org.Get("/limits").Body!["DailyApiRequests"]!["Dataloader Bulk"]!["Max"]!);
    }

    [Fact]
    public void Body_beyond_50_megabytes_is_413()
    {
        var answer = _org.Post("/composite/sobjects", $"{{\"records\":[]}}{new string(' ', 50 * 1024 * 1024)}");
        Assert.Equal((413, "EXCEEDED_MAX_SIZE_REQUEST"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public void Answers_are_gzipped_for_clients_that_ask()
    {
        var answer = _org.Get("/sobjects", ("Accept-Encoding", "gzip, deflate"));
        Assert.Equal("gzip", answer.Header("Content-Encoding"));
        using var plain = new StreamReader(new GZipStream(new MemoryStream(answer.Response.Body), CompressionMode.Decompress));
        Assert.StartsWith("{\"encoding\":\"UTF-8\"", plain.ReadToEnd());
    }

    [Fact]
    public void Pretty_print_lays_the_same_json_out()
    {
        _org.Create("Account", """{"Name":"A+ 'B'","AnnualRevenue":20000000}""");
        const string Soql = "SELECT Name, AnnualRevenue FROM Account";
        var pretty = _org.Query(Soql, ("X-PrettyPrint", "1"));
        Assert.Contains("\n      \"AnnualRevenue\": 2.0E7", pretty.Text.ReplaceLineEndings("\n"));
        Assert.Contains("\"A+ 'B'\"", pretty.Text);
        Assert.Equal(_org.Query(Soql).Body!.ToJsonString(), pretty.Body!.ToJsonString());
        Assert.Contains("\n", _org.Get("/sobjects/Nope", ("X-PrettyPrint", "1")).Text);
    }

    [Fact]
    public void Too_long_uris_and_headers_are_414_and_431()
    {
        Assert.Equal(414, _org.Query(new string('a', 16_384)).Status);
        Assert.Equal(431, _org.Get("/limits", ("X-Big", new string('a', 16_384))).Status);
    }

    [Fact]
    public void Bodies_of_another_type_are_415()
    {
        Assert.Equal(415, _org.Post("/sobjects/Account", "<a/>", ("Content-Type", "application/xml")).Status);
        Assert.Equal(415, _org.Post("/jobs/ingest", "Name\nA\n", ("Content-Type", "text/csv")).Status);
        Assert.Equal(415, _org.Post("/jobs/query", "{}", ("Content-Type", "text/plain")).Status);
    }

    [Fact]
    public void Refused_verb_comes_with_those_allowed()
    {
        var answer = _org.Delete("/sobjects/Account");
        Assert.Equal((405, "GET,HEAD,POST"), (answer.Status, answer.Header("Allow")));
        Assert.Equal("HTTP Method 'DELETE' not allowed. Allowed are GET,HEAD,POST", answer.Message);
    }

    [Theory]
    [InlineData("PUT", "/sobjects/Account/001000000000001AAA", 404)]
    [InlineData("DELETE", "/query?q=x", 405)]
    [InlineData("GET", "/composite", 405)]
    [InlineData("POST", "/limits", 405)]
    [InlineData("PATCH", "/limits/recordCount", 405)]
    [InlineData("DELETE", "", 405)]
    [InlineData("POST", "/query/01g000000000001AAA-2000", 405)]
    [InlineData("POST", "/sobjects/Account/updated", 405)]
    [InlineData("HEAD", "/query?q=SELECT+Id+FROM+Account", 200)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/sobjects/Nope/describe", 404)]
    public void Wrong_verbs_and_paths_are_refused(string method, string path, int status) =>
        Assert.Equal(status, _org.Raw(method, SalesforceClient.Api + path, null, []).Status);
}
