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

        return [entry];
    }

    /// <summary>An entry of a Collections result's <c>errors</c>: <c>statusCode</c>, and fields always there.</summary>
    public static void Collection(Utf8JsonWriter json, SalesforceError error)
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
        json.WriteEndObject();
    }
}
