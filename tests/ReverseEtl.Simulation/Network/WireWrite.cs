using System.Globalization;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Network;

/// <summary>One record that a request would write, as it stands on the wire: what a connector really sends, not what it was asked to.</summary>
/// <param name="Table">Which table's object.</param>
/// <param name="Id">CRM id; null for an upsert.</param>
/// <param name="Key">The warehouse key that is sent, if any.</param>
/// <param name="Fields">Names and values, the key field left out.</param>
public sealed record WireWrite(Table Table, string? Id, string? Key, IReadOnlyList<KeyValuePair<string, string?>> Fields)
{
    /// <summary>Whether it deletes or archives.</summary>
    public bool IsRemoval { get; init; }

    /// <summary>Whether it carries a condition.</summary>
    public bool IsConditional { get; init; }

    /// <summary>The writes of a request; none for one that only reads.</summary>
    public static IReadOnlyList<WireWrite> Read(CrmKind crm, SandboxRequest request) =>
        crm is CrmKind.Salesforce ? Salesforce(request) : HubSpot(request);

    private static IReadOnlyList<WireWrite> Salesforce(SandboxRequest request)
    {
        var parts = request.Segments;
        return (request.Method, parts.Count > 3 ? parts.Skip(3).ToArray() : []) switch
        {
            ("DELETE", ["composite", "sobjects"]) => [.. request.Query("ids")!.Split(',').Select(Removal)],
            ("PATCH", ["composite", "sobjects", ..]) => [.. Array(request, "records").Select(r => SalesforceRecord(r, (string)r["attributes"]!["type"]!, (string?)r["id"]))],
            ("PUT", ["jobs", "ingest", _, "batches"]) => Sheet(request),
            ("POST", ["composite"]) => [.. Array(request, "compositeRequest").Where(r => (string?)r["method"] == "PATCH").Select(Subrequest)],
            _ => [],
        };
    }

    // A sheet of ids alone removes records. It does so later, when its job is done.
    private static IReadOnlyList<WireWrite> Sheet(SandboxRequest request) =>
        request.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Trim('"')).ToList() is ["Id", .. var ids]
            ? [.. ids.Select(Removal)]
            : [];

    private static WireWrite Subrequest(JsonObject request)
    {
        var path = ((string)request["url"]!).Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return SalesforceRecord((JsonObject)request["body"]!, path[^2], path[^1]) with { IsConditional = request["httpHeaders"]?["If-Unmodified-Since"] is not null };
    }

    private static WireWrite SalesforceRecord(JsonObject record, string type, string? id)
    {
        var key = Worlds.Table.KeyIn(CrmKind.Salesforce);
        return new WireWrite(
            Worlds.Table.All.First(t => t.Salesforce == type), id, Text(record[key]),
            [.. record.Where(m => m.Key is not ("attributes" or "id") && m.Key != key).Select(m => KeyValuePair.Create(m.Key, Text(m.Value)))]);
    }

    // The id's prefix names the object.
    private static WireWrite Removal(string id) =>
        new(id.StartsWith("001", StringComparison.Ordinal) ? Worlds.Table.Accounts : Worlds.Table.People, Uri.UnescapeDataString(id), null, []) { IsRemoval = true };

    private static IReadOnlyList<WireWrite> HubSpot(SandboxRequest request)
    {
        var parts = request.Segments;
        if (request.Method == "POST" && parts is ["crm", "objects", _, var forgotten, "gdpr-delete"])
        {
            var id = (string?)JsonNode.Parse(request.Body)?["objectId"];
            return [new WireWrite(Worlds.Table.All.First(t => t.HubSpot == forgotten), id, null, []) { IsRemoval = true }];
        }

        if (request.Method != "POST" || parts is not ["crm", "objects", _, var type, "batch", var operation and ("update" or "upsert" or "archive")])
        {
            return [];
        }

        var table = Worlds.Table.All.First(t => t.HubSpot == type);
        var key = Worlds.Table.KeyIn(CrmKind.HubSpot);
        return [.. Array(request, "inputs").Select(input =>
        {
            var properties = input["properties"] as JsonObject ?? [];
            var byKey = (string?)input["idProperty"] == key;
            return new WireWrite(
                table, byKey ? null : (string?)input["id"], byKey ? (string?)input["id"] : Text(properties[key]),
                [.. properties.Where(p => p.Key != key).Select(p => KeyValuePair.Create(p.Key, Text(p.Value)))])
            {
                IsRemoval = operation == "archive",
            };
        })];
    }

    private static IEnumerable<JsonObject> Array(SandboxRequest request, string name) =>
        (JsonNode.Parse(request.Body)?[name] as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? value) => value?.GetValueKind() switch
    {
        null or System.Text.Json.JsonValueKind.Null => null,
        System.Text.Json.JsonValueKind.Number => value.GetValue<decimal>().ToString(CultureInfo.InvariantCulture),
        _ => value.ToString() is { Length: > 0 } text ? text : null,
    };
}
