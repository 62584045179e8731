using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>The two encodings of errors in answers (reference §4).</summary>
internal static class Errors
{
    /// <summary>An answer as REST calls give it: an array with <c>errorCode</c>.</summary>
    public static SandboxResponse Answer(SalesforceException e) => JsonText.Answer(e.Status, Array(e.Error));

    public static JsonArray Array(SalesforceError error)
    {
        var entry = new JsonObject { ["message"] = error.Message, ["errorCode"] = error.Code };
        if (error.Fields is { } fields)
        {
            entry["fields"] = new JsonArray([.. fields.Select(f => JsonValue.Create(f))]);
        }

        if (error.Duplicates is { } duplicates)
        {
            entry["duplicateResult"] = Duplicates(error, duplicates);
        }

        return [entry];
    }

    /// <summary>
    /// An entry of a Collections result's <c>errors</c>: <c>statusCode</c>, and fields always there; the duplicates by switch
    /// (reference §13.9).
    /// </summary>
    public static void Collection(Utf8JsonWriter json, SalesforceError error, bool withDuplicates)
    {
        json.WriteStartObject();
        json.WriteString("statusCode", error.Code);
        json.WriteString("message", error.Message);
        json.WriteStartArray("fields");
        foreach (var field in error.Fields ?? [])
        {
            json.WriteStringValue(field);
        }

        json.WriteEndArray();
        if (withDuplicates && error.Duplicates is { } duplicates)
        {
            json.WritePropertyName("duplicateResult");
            Duplicates(error, duplicates).WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static JsonObject Duplicates(SalesforceError error, DuplicateResult found) => new()
    {
        ["allowSave"] = found.AllowSave,
        ["duplicateRule"] = found.Rule,
        ["duplicateRuleEntityType"] = found.Type,
        ["errorMessage"] = error.Message,
        ["matchResults"] = new JsonArray(new JsonObject
        {
            ["entityType"] = found.Type,
            ["errors"] = new JsonArray(),
            ["matchEngine"] = "ExactMatchEngine",
            ["matchRecords"] = new JsonArray([.. found.Ids.Select(id => (JsonNode)Match(found.Type, id))]),
            ["rule"] = found.Rule.Replace("Duplicate_Rule", "Match_Rule"),
            ["size"] = found.Ids.Count,
            ["success"] = true,
        }),
    };

    private static JsonObject Match(string type, string id) => new JsonObject
    {
        ["additionalInformation"] = new JsonArray(),
        ["fieldDiffs"] = new JsonArray(),
        ["matchConfidence"] = 100.0,
        ["record"] = new JsonObject
        {
            ["attributes"] = new JsonObject { ["type"] = type, ["url"] = $"/services/data/v66.0/sobjects/{type}/{id}" },
            ["Id"] = id,
        },
    };
}
