using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>/composite (reference §3.3): 25 subrequests, one API call, answered 200 whenever the envelope could be read.</summary>
/// <param name="engine">The services.</param>
/// <param name="run">Runs a subrequest as its user; the flag makes collections atomic.</param>
internal sealed class CompositeResource(RestEngine engine, Func<SandboxRequest, string, bool, SandboxResponse> run)
{
    private const int MostSubrequests = 25;
    private const int MostCollectionsAndQueries = 5;
    private const double CollatesByDefaultSince = 49;
    private static readonly string[] PassedHeaders = ["ETag", "Last-Modified", "Location"];

    public SandboxResponse Handle(RestCall call)
    {
        if (call.Method != "POST")
        {
            return call.NotAllowed("POST");
        }

        var body = call.ReadObject();
        var requests = Parse(body);
        var allOrNone = IsTrue(body["allOrNone"]);
        var collate = body["collateSubrequests"] is { } flag ? IsTrue(flag) : call.VersionNumber >= CollatesByDefaultSince;
        var (undo, log) = (engine.Org.Undo.Mark, engine.Org.WriteLog.Mark);
        var answers = new SandboxResponse?[requests.Count];
        var references = new CompositeReferences();
        foreach (var index in Order(requests, collate && engine.Org.Switches.CollateReorders))
        {
            answers[index] = Run(call, requests[index], references, allOrNone);
            if (allOrNone && Failed(answers[index]!))
            {
                engine.Org.Undo.RollBack(undo);
                engine.Org.WriteLog.RolledBackSince(log);
                Halt(answers, index);
                break;
            }
        }

        return JsonText.Answer(200, json => Write(json, requests, answers));
    }

    private static List<Subrequest> Parse(JsonObject body)
    {
        if (body["compositeRequest"] is not JsonArray entries || entries.Count == 0)
        {
            throw SalesforceException.Unreadable("JSON_PARSER_ERROR", "Missing required field 'compositeRequest' at [line:1, column:1]");
        }

        if (entries.Count > MostSubrequests)
        {
            throw SalesforceException.Unreadable("LIMIT_EXCEEDED", $"The request can't have more than {MostSubrequests} operations.");
        }

        var requests = entries.Select(Subrequest.Parse).ToList();
        if (requests.Count(r => r.IsCollectionOrQuery) > MostCollectionsAndQueries)
        {
            throw SalesforceException.Unreadable(
                "LIMIT_EXCEEDED", $"The request can't have more than {MostCollectionsAndQueries} sObject Collections or query operations.");
        }

        return requests.GroupBy(r => r.ReferenceId).FirstOrDefault(g => g.Count() > 1) is { } repeated
            ? throw SalesforceException.Unreadable("JSON_PARSER_ERROR", $"Duplicate reference ID: {repeated.Key}")
            : requests;
    }

    /// <summary>Collatable subrequests of one kind run together, right after the first of them.</summary>
    private static List<int> Order(List<Subrequest> requests, bool collate)
    {
        var order = new List<int>(requests.Count);
        for (var i = 0; i < requests.Count; i++)
        {
            if (order.Contains(i))
            {
                continue;
            }

            order.Add(i);
            for (var j = i + 1; collate && requests[i].Collatable && j < requests.Count; j++)
            {
                if (requests[j].Collatable && requests[j].Kind == requests[i].Kind && !order.Contains(j))
                {
                    order.Add(j);
                }
            }
        }

        return order;
    }

    private SandboxResponse Run(RestCall call, Subrequest request, CompositeReferences references, bool allOrNone)
    {
        SandboxResponse answer;
        try
        {
            var body = Encoding.UTF8.GetBytes(references.Resolve(request.Body)?.ToJsonString() ?? "");
            answer = run(new SandboxRequest(request.Method, references.Resolve(request.Url), request.Headers, body), call.UserId, allOrNone);
        }
        catch (SalesforceException unresolved)
        {
            answer = Errors.Answer(unresolved);
        }

        references.Add(request.ReferenceId, answer.Body);
        return answer;
    }

    /// <summary>A collection inside counts as failed when one of its records is, though its own status is 200.</summary>
    private static bool Failed(SandboxResponse answer) =>
        answer.Status is >= 400 or 300 || (answer.Status == 200 && answer.Text.Contains("\"success\":false", StringComparison.Ordinal));

    /// <summary>Everything but the culprit says only that it was halted.</summary>
    private static void Halt(SandboxResponse?[] answers, int culprit)
    {
        var halted = JsonText.Answer(400, Errors.Array(new SalesforceError(
            "PROCESSING_HALTED", "The transaction was rolled back since another operation in the same transaction failed.")));
        for (var i = 0; i < answers.Length; i++)
        {
            if (i != culprit)
            {
                answers[i] = halted;
            }
        }
    }

    private static void Write(Utf8JsonWriter json, List<Subrequest> requests, SandboxResponse?[] answers)
    {
        json.WriteStartObject();
        json.WriteStartArray("compositeResponse");
        for (var i = 0; i < requests.Count; i++)
        {
            var answer = answers[i]!;
            json.WriteStartObject();
            json.WritePropertyName("body");
            if (answer.Body.Length == 0)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteRawValue(answer.Body);
            }

            json.WriteStartObject("httpHeaders");
            foreach (var name in PassedHeaders)
            {
                if (answer.Headers.TryGetValue(name, out var value))
                {
                    json.WriteString(name, value);
                }
            }

            json.WriteEndObject();
            json.WriteNumber("httpStatusCode", answer.Status);
            json.WriteString("referenceId", requests[i].ReferenceId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.True;
}
