using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

/// <summary>A sandbox account under a hand-turned clock, with a client in the same process.</summary>
internal sealed class Portal
{
    public const string Contacts = "/crm/objects/2026-09/contacts";
    public const string ContactsV3 = "/crm/v3/objects/contacts";
    public const string Companies = "/crm/objects/2026-09/companies";
    public const string Deals = "/crm/objects/2026-09/deals";

    public Portal(HubSpotOptions? options = null)
    {
        Crm = new HubSpotSandbox(Time, options);
        Client = new HttpClient(new SandboxHandler(new SandboxSite(Crm), Time)) { BaseAddress = new Uri("https://api.hubapi.com") };
        Token = HubSpotOptions.DefaultToken;
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 2, 10, 11, 12, 345, TimeSpan.Zero));

    public HubSpotSandbox Crm { get; }

    public HttpClient Client { get; }

    public string? Token
    {
        set => Client.DefaultRequestHeaders.Authorization = value is null ? null : new AuthenticationHeaderValue("Bearer", value);
    }

    /// <summary>A contact made in the UI.</summary>
    public string Contact(string email, params (string Name, string Value)[] more) =>
        Crm.CreateAsUser("contacts", more.Append(("email", email)).ToDictionary(p => p.Item1, p => (string?)p.Item2));

    public string Company(string name) => Crm.CreateAsUser("companies", new Dictionary<string, string?> { ["name"] = name });

    public void Edit(string id, string property, string value) =>
        Crm.EditAsUser("contacts", id, new Dictionary<string, string?> { [property] = value });

    /// <summary>Lets time pass until every write so far is searchable.</summary>
    public void LetIndexCatchUp() => Time.Advance(TimeSpan.FromSeconds(11));

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path);

    public Task<Answer> Post(string path, string json) => Send(HttpMethod.Post, path, json);

    public Task<Answer> Patch(string path, string json) => Send(HttpMethod.Patch, path, json);

    /// <summary>POST with <c>{"properties": …}</c>.</summary>
    public Task<Answer> Create(string path, string properties) => Post(path, $$"""{"properties":{{properties}}}""");

    public Task<Answer> Change(string path, string properties) => Patch(path, $$"""{"properties":{{properties}}}""");

    public Task<Answer> Batch(string path, string operation, params string[] inputs) =>
        Post($"{path}/batch/{operation}", $$"""{"inputs":[{{string.Join(',', inputs)}}]}""");

    public Task<Answer> Put(string path, string? json = null) => Send(HttpMethod.Put, path, json);

    public string Deal(string name) => Crm.CreateAsUser("deals", new Dictionary<string, string?> { ["dealname"] = name });

    /// <summary>A form, as token endpoints want it.</summary>
    public Task<Answer> PostForm(string path, params (string Name, string Value)[] fields) => Send(
        HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    public Task<Answer> Send(HttpMethod method, string path, string? json = null) =>
        Send(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"));

    private async Task<Answer> Send(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = content;
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return new Answer(
            (int)response.StatusCode,
            isJson ? JsonNode.Parse(text)! : new JsonObject(),
            response.Headers.ToDictionary(h => h.Key, h => h.Value.First(), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, JsonNode Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Id => (string)Body["id"]!;

    public string? Message => (string?)Body["message"];

    public string? Category => (string?)Body["category"];

    public string? Code => (string?)Body["errors"]?[0]?["code"];

    public JsonArray Results => Body["results"]!.AsArray();

    public JsonArray Errors => Body["errors"]!.AsArray();

    public string[] Ids => [.. Results.Select(r => (string)r!["id"]!)];

    public string? Property(string name) => (string?)Body["properties"]![name];

    public JsonNode Traced(string trace) => Results.Single(r => (string?)r!["objectWriteTraceId"] == trace)!;
}
