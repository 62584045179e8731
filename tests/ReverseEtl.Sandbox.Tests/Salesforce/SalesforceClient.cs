using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>A simulated org, its clock, and a logged-in client of its API.</summary>
internal sealed class SalesforceClient
{
    public const string Api = "/services/data/v66.0";

    public SalesforceClient(SalesforceOptions? options = null)
    {
        Time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 10, 0, 0, 250, TimeSpan.Zero));
        Sandbox = new SalesforceSandbox(Time, options);
        Login();
    }

    public FakeTimeProvider Time { get; }

    public SalesforceSandbox Sandbox { get; }

    public string Token { get; private set; } = "";

    public void Login() => Token = Form(ClientCredentials()).Body!["access_token"]!.ToString();

    public static string ClientCredentials(string? secret = null) =>
        $"grant_type=client_credentials&client_id={SalesforceOptions.DefaultClientId}&client_secret={secret ?? SalesforceOptions.DefaultClientSecret}";

    public Answer Form(string body, params (string Name, string Value)[] headers) => Raw(
        "POST", "/services/oauth2/token", body, [("Content-Type", "application/x-www-form-urlencoded"), .. headers], withToken: false);

    public Answer Get(string path, params (string Name, string Value)[] headers) => Raw("GET", Api + path, null, headers);

    public Answer Query(string soql, params (string Name, string Value)[] headers) =>
        Raw("GET", $"{Api}/query?q={Uri.EscapeDataString(soql)}", null, headers);

    public Answer QueryAll(string soql) => Raw("GET", $"{Api}/queryAll/?q={Uri.EscapeDataString(soql)}", null, []);

    public Answer Post(string path, string json, params (string Name, string Value)[] headers) => Json("POST", path, json, headers);

    public Answer Patch(string path, string json, params (string Name, string Value)[] headers) => Json("PATCH", path, json, headers);

    /// <summary>Uploads CSV to a Bulk job.</summary>
    public Answer Put(string path, string csv, string contentType = "text/csv") => Raw("PUT", Api + path, csv, [("Content-Type", contentType)]);

    public Answer Delete(string path, params (string Name, string Value)[] headers) => Raw("DELETE", Api + path, null, headers);

    public string Create(string type, string json)
    {
        var answer = Post($"/sobjects/{type}", json);
        Assert.Equal(201, answer.Status);
        return answer.Body!["id"]!.ToString();
    }

    public Answer Raw(string method, string target, string? body, (string Name, string Value)[] headers, bool withToken = true)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Host"] = "sandbox.local" };
        if (withToken)
        {
            all["Authorization"] = $"Bearer {Token}";
        }

        foreach (var (name, value) in headers)
        {
            all[name] = value;
        }

        return new Answer(Sandbox.Handle(new SandboxRequest(method, target, all, Encoding.UTF8.GetBytes(body ?? ""))));
    }

    public Answer Admin(string method, string pathAndQuery, string? json = null)
    {
        var request = new SandboxRequest(method, $"/_sandbox/{pathAndQuery}", new Dictionary<string, string>(), Encoding.UTF8.GetBytes(json ?? ""));
        return new Answer(Sandbox.Admin(request, request.Path["/_sandbox/".Length..]));
    }

    private Answer Json(string method, string path, string json, (string Name, string Value)[] headers) =>
        Raw(method, Api + path, json, [("Content-Type", "application/json"), .. headers]);
}

/// <summary>An answer with its body read as JSON, where it is JSON.</summary>
internal sealed class Answer(SandboxResponse response)
{
    public int Status => response.Status;

    public SandboxResponse Response => response;

    public string Text => response.Text;

    public JsonNode? Body { get; } = response.Body.Length > 0 && response.Headers["Content-Type"].Contains("json") && !response.Headers.ContainsKey("Content-Encoding")
        ? JsonNode.Parse(response.Body)
        : null;

    public string? Header(string name) => response.Headers.GetValueOrDefault(name);

    /// <summary>The code of the first error of a REST error array.</summary>
    public string? ErrorCode => Body?[0]?["errorCode"]?.ToString();

    public string? Message => Body?[0]?["message"]?.ToString();

    public JsonArray Records => Body!["records"]!.AsArray();

    /// <summary>The column of a query answer.</summary>
    public List<string?> Column(string field) => [.. Records.Select(r => r![field]?.ToString())];
}
