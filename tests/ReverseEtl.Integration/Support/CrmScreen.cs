using System.Text;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Integration.Support;

/// <summary>A person at the screen of a simulated CRM.</summary>
public sealed class CrmScreen(SandboxSite site, bool hasProperties)
{
    /// <summary>API writes so far, refused ones included.</summary>
    public int Writes => ((JsonArray)Ask("GET", "writes")!).Count;

    public string Create(string type, params (string Field, object? Value)[] fields) => (string)Ask("POST", $"records/{type}", Json(fields))!["id"]!;

    public void Edit(string type, string id, params (string Field, object? Value)[] fields) => Ask("PATCH", $"records/{type}/{id}", Json(fields));

    public void Delete(string type, string id) => Ask("DELETE", $"records/{type}/{id}");

    public void Undelete(string type, string id) => Ask("POST", $"records/{type}/{id}/undelete");

    public void Purge(string type, string id) => Ask("POST", $"records/{type}/{id}/purge");

    public string Merge(string type, string winner, string loser) =>
        (string)Ask("POST", $"merge/{type}", new JsonObject { ["winner"] = winner, ["losers"] = new JsonArray(loser) })!["id"]!;

    public void Refuse(string type, string field, string value, string message) =>
        Ask("POST", $"rules/{type}", new JsonObject { [hasProperties ? "property" : "field"] = field, ["equals"] = value, ["message"] = message });

    public void Switch(string name, JsonNode value) => Ask("POST", "switches", new JsonObject { [name] = value });

    public void AddField(string type, JsonObject field) => Ask("POST", $"fields/{type}", field);

    /// <summary>An administrator takes the right to see a field from the user of the connection.</summary>
    public void Hide(string type, string field) => Ask("POST", $"fields/{type}/{field}/hide");

    public void Show(string type, string field) => Ask("POST", $"fields/{type}/{field}/show");

    /// <summary>Links two records, with a label or without.</summary>
    public void Associate(string type, string id, string toType, string toId, string? label = null) =>
        Ask("PUT", $"associations/{type}/{id}/{toType}/{toId}" + (label is null ? "" : $"?label={Uri.EscapeDataString(label)}"));

    public void Dissociate(string type, string id, string toType, string toId) => Ask("DELETE", $"associations/{type}/{id}/{toType}/{toId}");

    /// <summary>The records of the other type that a record is linked with: id and labels, in order.</summary>
    public IReadOnlyList<string> Associated(string type, string id, string toType) =>
        [.. ((JsonObject)Ask("GET", $"associations/{type}/{id}/{toType}")!).Select(link => string.Join(' ', [link.Key, .. ((JsonArray)link.Value!).Select(l => l!.ToString())]))
            .Order(StringComparer.Ordinal)];

    /// <summary>Live records.</summary>
    public int Count(string type) => ((JsonArray)Ask("GET", $"records/{type}")!).Count;

    /// <summary>The ids of all live records, in a fixed order.</summary>
    public IReadOnlyList<string> Ids(string type) => [.. ((JsonArray)Ask("GET", $"records/{type}")!).Select(Id).Order(StringComparer.Ordinal)];

    /// <summary>The id of the only live record whose field has the value.</summary>
    public string IdOf(string type, string field, string value) => IdsOf(type, field, value).Single();

    /// <summary>The ids of the live records whose field has the value.</summary>
    public IReadOnlyList<string> IdsOf(string type, string field, string value) =>
        [.. ((JsonArray)Ask("GET", $"records/{type}")!).Where(r => Field(r!, field) == value).Select(Id)];

    /// <summary>A field's value as text; null when blank.</summary>
    public string? Value(string type, string id, string field) =>
        Field(Ask("GET", $"records/{type}/{id}")!, field) is { Length: > 0 } text ? text : null;

    private string Id(JsonNode? record) => (string)(record!["id"] ?? record["Id"])!;

    private string? Field(JsonNode record, string field) => (hasProperties ? record["properties"]![field] : record[field])?.ToString();

    private static JsonObject Json((string Field, object? Value)[] fields) =>
        new(fields.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Field, f.Value is null ? null : JsonValue.Create(f.Value))));

    private JsonNode? Ask(string method, string path, JsonObject? body = null)
    {
        var answer = site.Handle(new SandboxRequest(
            method, $"/_sandbox/{path}", new Dictionary<string, string>(), body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString())));
        return answer.Status >= 300 ? throw new InvalidOperationException($"{method} {path}: {answer.Status} {answer.Text}")
            : answer.Body.Length == 0 ? null : JsonNode.Parse(answer.Body);
    }
}
