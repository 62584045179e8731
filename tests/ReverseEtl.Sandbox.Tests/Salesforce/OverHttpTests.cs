using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public sealed class OverHttpTests : IAsyncDisposable
{
    private readonly SandboxSite _site = new(new SalesforceSandbox(TimeProvider.System));
    private readonly SandboxServer _server;
    private readonly HttpClient _client;

    public OverHttpTests()
    {
        _server = new SandboxServer(_site, TimeProvider.System);
        _client = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.All }) { BaseAddress = _server.Url };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Login_upsert_and_query_work_through_a_real_socket()
    {
        await Login();
        var upserted = await _client.PatchAsJsonAsync("services/data/v66.0/sobjects/Account/Warehouse_Id__c/a%2Fb%20c", new { Name = "Acme" });
        Assert.Equal(HttpStatusCode.Created, upserted.StatusCode);
        var page = await _client.GetFromJsonAsync<JsonObject>("services/data/v66.0/query/?q=SELECT+Warehouse_Id__c+FROM+Account+WHERE+Name='Acme'");
        Assert.Equal("a/b c", page!["records"]![0]!["Warehouse_Id__c"]!.ToString());
        var raw = await _client.GetFromJsonAsync<JsonArray>("_sandbox/records/Account");
        Assert.Single(raw!);
    }

    [Fact]
    public async Task Write_whose_answer_is_lost_has_happened()
    {
        await Login();
        _site.Inject(new Fault(FaultKind.ResetAfter, Method: "POST", PathContains: "/sobjects/Account"));
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.PostAsJsonAsync("services/data/v66.0/sobjects/Account", new { Name = "Lost" }));
        Assert.Single(((SalesforceSandbox)_site.Crm).Records("Account"));
    }

    private async Task Login()
    {
        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = SalesforceOptions.DefaultClientId,
            ["client_secret"] = SalesforceOptions.DefaultClientSecret,
        });
        var answer = await _client.PostAsync(new Uri("services/oauth2/token", UriKind.Relative), form);
        var body = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(_server.Url.ToString().TrimEnd('/'), body["instance_url"]!.ToString());
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body["access_token"]!.ToString());
    }
}
