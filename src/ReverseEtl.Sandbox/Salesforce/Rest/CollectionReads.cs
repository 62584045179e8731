using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Collections retrieve: many records by id, null for those that are not there (reference §3.1).</summary>
internal sealed class CollectionReads(RestEngine engine)
{
    private const int MostIds = 2000;

    public SandboxResponse Handle(RestCall call, ObjectType type)
    {
        var (ids, names) = call.Method == "GET"
            ? (Split(call.Http.Query("ids")), Split(call.Http.Query("fields")))
            : (Texts(call.ReadObject(), "ids"), Texts(call.ReadObject(), "fields"));
        if (ids.Count == 0 || names.Count == 0)
        {
            throw SalesforceException.Unreadable("MISSING_ARGUMENT", "ids and fields are required");
        }

        if (ids.Count > MostIds)
        {
            throw SalesforceException.Unreadable(
                "EXCEEDED_ID_LIMIT", $"record limit reached. cannot submit more than {MostIds} ids into this call");
        }

        var fields = engine.Fields(type, names);
        var now = engine.Org.Instant;
        return JsonText.Answer(200, json =>
        {
            json.WriteStartArray();
            foreach (var text in ids)
            {
                var record = SalesforceId.TryNormalize(text, out var id) ? engine.Org.Table(type).Find(id) : null;
                if (record?.Committed(now) is { } version && !version.IsDeleted(type))
                {
                    engine.Json.Record(json, record, version, call.Version, fields);
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            json.WriteEndArray();
        });
    }

    private static List<string> Split(string? list) =>
        [.. (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static List<string> Texts(JsonObject body, string member) =>
        body[member] is JsonArray list ? [.. list.Select(n => n?.ToString() ?? "")] : [];
}
