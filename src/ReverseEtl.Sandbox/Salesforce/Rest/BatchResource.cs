using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>/composite/batch (reference §3.4): independent subrequests, each counted as an API call of its own.</summary>
/// <param name="org">The org, for its clock.</param>
/// <param name="meter">Counts the calls.</param>
/// <param name="run">Runs a subrequest as its user.</param>
internal sealed class BatchResource(Model.Org org, UsageMeter meter, Func<SandboxRequest, string, bool, SandboxResponse> run)
{
    private const int MostSubrequests = 25;

    public SandboxResponse Handle(RestCall call)
    {
        if (call.Method != "POST")
        {
            return call.NotAllowed("POST");
        }

        var body = call.ReadObject();
        if (body["batchRequests"] is not JsonArray { Count: > 0 } entries)
        {
            throw SalesforceException.Unreadable("JSON_PARSER_ERROR", "Missing required field 'batchRequests' at [line:1, column:1]");
        }

        if (entries.Count > MostSubrequests)
        {
            throw SalesforceException.Unreadable("LIMIT_EXCEEDED", $"The batch can't have more than {MostSubrequests} requests.");
        }

        var requests = entries.Select(Parse).ToList();
        var haltOnError = body["haltOnError"] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True;
        var answers = new List<SandboxResponse>();
        foreach (var request in requests)
        {
            answers.Add(haltOnError && answers.Exists(IsError) ? Halted() : run(request, call.UserId, false));
        }

        // The batch itself was counted when it came in.
        for (var i = 1; i < requests.Count; i++)
        {
            meter.Add(org.Instant);
        }

        return JsonText.Answer(200, json => Write(json, answers));
    }

    private static SandboxRequest Parse(JsonNode? node)
    {
        var entry = node as JsonObject;
        return entry?["method"]?.ToString() is { } method && entry["url"]?.ToString() is { } url
            ? new SandboxRequest(
                method.ToUpperInvariant(),
                $"/services/data/{url.TrimStart('/')}",
                new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
                Encoding.UTF8.GetBytes(entry["richInput"]?.ToJsonString() ?? ""))
            : throw SalesforceException.Unreadable("JSON_PARSER_ERROR", "A batch request needs method and url");
    }

    private static bool IsError(SandboxResponse answer) => answer.Status is >= 400 or 300;

    private static SandboxResponse Halted() => JsonText.Answer(412, Errors.Array(new SalesforceError(
        "BATCH_PROCESSING_HALTED", "Batch processing halted per request")));

    private static void Write(Utf8JsonWriter json, List<SandboxResponse> answers)
    {
        json.WriteStartObject();
        json.WriteBoolean("hasErrors", answers.Exists(IsError));
        json.WriteStartArray("results");
        foreach (var answer in answers)
        {
            json.WriteStartObject();
            json.WriteNumber("statusCode", answer.Status);
            json.WritePropertyName("result");
            if (answer.Body.Length == 0)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteRawValue(answer.Body);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
