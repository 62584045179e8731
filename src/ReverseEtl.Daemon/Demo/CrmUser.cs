using System.Text;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Daemon.Demo;

/// <summary>A person at the screen of a simulated CRM, acting through the sandbox's admin API.</summary>
/// <param name="site">The CRM.</param>
/// <param name="nested">Whether a record's fields are inside <c>properties</c>, as HubSpot has them.</param>
internal sealed class CrmUser(SandboxSite site, bool nested)
{
    private static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    public string Create(string type, JsonObject fields) => (string)Ask("POST", $"records/{type}", fields)!["id"]!;

    public void Edit(string type, string id, JsonObject fields) => Ask("PATCH", $"records/{type}/{id}", fields);

    public void Delete(string type, string id) => Ask("DELETE", $"records/{type}/{id}");

    public void Undelete(string type, string id) => Ask("POST", $"records/{type}/{id}/undelete");

    public string Merge(string type, string winner, string loser) =>
        (string)Ask("POST", $"merge/{type}", new JsonObject { ["winner"] = winner, ["losers"] = new JsonArray(loser) })!["id"]!;

    /// <summary>Refuses a value of a field until the rule is dropped.</summary>
    public void Refuse(string type, string field, string value, string message) =>
        Ask("POST", $"rules/{type}", new JsonObject { ["field"] = field, ["property"] = field, ["equals"] = value, ["message"] = message });

    /// <summary>A field of a record as text; null when blank.</summary>
    public string? Value(string type, string id, string field) => Field(Ask("GET", $"records/{type}/{id}")!, field);

    /// <summary>A field of a record that <see cref="All"/> gave.</summary>
    public string? Field(JsonNode record, string field) => (nested ? record["properties"]![field] : record[field])?.ToString();

    /// <summary>The id of a record that <see cref="All"/> gave.</summary>
    public static string IdOf(JsonNode record) => (record["Id"] ?? record["id"])!.ToString();

    /// <summary>Whether a record is in the recycle bin.</summary>
    public bool IsGone(JsonNode record) => (bool)(nested ? record["archived"] : record["IsDeleted"])!;

    /// <summary>All records, those in the recycle bin too.</summary>
    public IReadOnlyList<JsonNode> All(string type) => [.. ((JsonArray)Ask("GET", $"records/{type}?includeDeleted=true")!).Select(r => r!)];

    /// <summary>How many API writes the CRM has logged.</summary>
    public int WriteCount() => ((JsonArray)Ask("GET", "writes")!).Count;

    private JsonNode? Ask(string method, string path, JsonObject? body = null)
    {
        var request = new SandboxRequest(method, $"/_sandbox/{path}", NoHeaders, body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString()));
        var answer = site.Handle(request);
        return answer.Status < 300
            ? answer.Body.Length == 0 ? null : JsonNode.Parse(answer.Body)
            : throw new InvalidOperationException($"The sandbox refused {method} {path}: {answer.Status} {answer.Text}");
    }
}
