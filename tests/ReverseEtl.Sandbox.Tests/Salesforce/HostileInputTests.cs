using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class HostileInputTests
{
    private readonly SalesforceClient _org = new();

    [Theory]
    [InlineData("""{"Name":"\ud800"}""")]
    [InlineData("""{"\uDC00":"x"}""")]
    [InlineData("""{"Name":1e400}""")]
    [InlineData("""{"Name":["x"]}""")]
    [InlineData("""{"AnnualRevenue":1e400,"Name":"x"}""")]
    [InlineData("""{"Parent":{"Warehouse_Id__c":{}},"Name":"x"}""")]
    [InlineData("""{"Parent":[],"Name":"x"}""")]
    [InlineData("""{"Parent":null,"Name":"x"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public void Body_of_a_row_is_answered_with_400(string body)
    {
        Assert.Equal(400, _org.Post("/sobjects/Account", body, ("Content-Type", "application/json")).Status);
    }

    [Theory]
    [InlineData("""{"records":[null]}""")]
    [InlineData("""{"records":[1]}""")]
    [InlineData("""{"records":[]}""")]
    [InlineData("""{"records":{}}""")]
    [InlineData("""{"records":[{"attributes":{"type":{}}}]}""")]
    [InlineData("""{}""")]
    public void Body_of_a_collection_is_answered_with_400(string body) => Assert.Equal(400, _org.Post("/composite/sobjects", body).Status);

    [Theory]
    [InlineData("""{"compositeRequest":[null]}""")]
    [InlineData("""{"compositeRequest":[{"method":1,"url":{},"referenceId":"a","httpHeaders":[]}]}""")]
    [InlineData("""{"compositeRequest":[{"method":"GET","url":"@{a[99999999999].b}","referenceId":"b"}]}""")]
    public void Body_of_a_composite_is_answered(string body) => Assert.InRange(_org.Post("/composite", body).Status, 200, 400);

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; ===;;")]
    [InlineData("multipart/form-data; boundary=other")]
    public void Multipart_that_cannot_be_read_is_400(string contentType)
    {
        const string Body = "--b\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n{}\r\n--b--\r\n";
        Assert.Equal((400, "INVALIDJOB"), Told(_org.Post("/jobs/ingest", Body, ("Content-Type", contentType))));
        Assert.Equal((400, "INVALIDJOB"), Told(_org.Post("/jobs/ingest", Body, ("Content-Type", $"multipart/form-data; boundary={new string('x', 5000)}"))));

        static (int, string?) Told(Answer answer) => (answer.Status, answer.ErrorCode);
    }

    [Fact]
    public void Header_given_twice_to_a_subrequest_counts_once()
    {
        var answer = _org.Post("/composite", """
            {"compositeRequest":[{"method":"GET","url":"/services/data/v66.0/limits","referenceId":"a","httpHeaders":{"If-Match":"x","if-match":"y"}}]}
            """);
        Assert.Equal(200, (int)answer.Body!["compositeResponse"]![0]!["httpStatusCode"]!);
    }

    [Fact]
    public async Task Body_that_is_not_gzip_though_it_says_so_is_400()
    {
        using var client = new HttpClient(new SandboxHandler(new SandboxSite(_org.Sandbox), _org.Time)) { BaseAddress = new Uri("http://sandbox.local") };
        using var request = new HttpRequestMessage(HttpMethod.Post, SalesforceClient.Api + "/sobjects/Account") { Content = new ByteArrayContent("plain"u8.ToArray()) };
        request.Headers.Add("Authorization", $"Bearer {_org.Token}");
        request.Content.Headers.Add("Content-Type", "application/json");
        request.Content.Headers.Add("Content-Encoding", "gzip");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("POST", "locks", """{"ids":[null],"times":1}""")]
    [InlineData("POST", "history/Account", """{"fields":[null]}""")]
    [InlineData("POST", "triggers/Account", """{"field":"Phone","copyOf":"AnnualRevenue"}""")]
    [InlineData("POST", "triggers/Account", """{"value":"x"}""")]
    [InlineData("POST", "reset", """{"jwtPublicKeyPem":"x"}""")]
    public void Mistaken_admin_call_is_400(string method, string path, string body) => Assert.Equal(400, _org.Admin(method, path, body).Status);

    [Fact]
    public void Bytes_that_are_no_utf8_are_400()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Authorization"] = $"Bearer {_org.Token}",
            ["Content-Type"] = "application/json",
        };
        byte[] body = [.. "{\"Name\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Equal(400, _org.Sandbox.Handle(new SandboxRequest("POST", SalesforceClient.Api + "/sobjects/Account", headers, body)).Status);
    }

    [Fact]
    public void Query_nested_too_deep_is_refused()
    {
        Assert.Equal("QUERY_TOO_COMPLICATED", _org.Query("SELECT Id FROM Account WHERE " + new string('(', 4000)).ErrorCode);
        Assert.Equal("QUERY_TOO_COMPLICATED", _org.Query("SELECT Id FROM Account WHERE " + string.Concat(Enumerable.Repeat("NOT ", 2000))).ErrorCode);
        Assert.Equal(200, _org.Query($"SELECT Id FROM Account LIMIT {int.MaxValue} OFFSET 5").Status);
    }
}
