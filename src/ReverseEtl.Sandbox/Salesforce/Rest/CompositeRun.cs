using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Runs a list of subrequests, for /composite and for each graph of /composite/graph.</summary>
/// <param name="engine">The services.</param>
/// <param name="run">Runs a subrequest as its user; the flag makes collections atomic.</param>
internal sealed class CompositeRun(RestEngine engine, Func<SandboxRequest, string, bool, SandboxResponse> run)
{
    private static readonly string[] PassedHeaders = ["ETag", "Last-Modified", "Location"];

    /// <summary>The answers in the order of the requests. With <paramref name="allOrNone"/> the first failure undoes and ends all.</summary>
    public SandboxResponse[] All(List<Subrequest> requests, IEnumerable<int> order, string userId, bool allOrNone)
    {
        var (undo, log) = (engine.Org.Undo.Mark, engine.Org.WriteLog.Mark);
        var answers = new SandboxResponse[requests.Count];
        var references = new CompositeReferences();
        foreach (var index in order)
        {
            answers[index] = One(requests[index], references, userId, allOrNone);
            if (allOrNone && Failed(answers[index]))
            {
                engine.Org.Undo.RollBack(undo);
                engine.Org.WriteLog.RolledBackSince(log);
                Halt(answers, index);
                break;
            }
        }

        return answers;
    }

    /// <summary>Writes the member <c>compositeResponse</c>.</summary>
    public static void Write(Utf8JsonWriter json, List<Subrequest> requests, SandboxResponse[] answers)
    {
        json.WriteStartArray("compositeResponse");
        for (var i = 0; i < requests.Count; i++)
        {
            Write(json, requests[i].ReferenceId, answers[i]);
        }

        json.WriteEndArray();
    }

    /// <summary>A collection inside counts as failed when one of its records is, though its own status is 200.</summary>
    public static bool Failed(SandboxResponse answer) =>
        answer.Status is >= 400 or 300 || (answer.Status == 200 && answer.Text.Contains("\"success\":false", StringComparison.Ordinal));

    private SandboxResponse One(Subrequest request, CompositeReferences references, string userId, bool allOrNone)
    {
        SandboxResponse answer;
        try
        {
            var body = Encoding.UTF8.GetBytes(references.Resolve(request.Body)?.ToJsonString() ?? "");
            answer = run(new SandboxRequest(request.Method, references.Resolve(request.Url), request.Headers, body), userId, allOrNone);
        }
        catch (SalesforceException unresolved)
        {
            answer = Errors.Answer(unresolved);
        }

        references.Add(request.ReferenceId, answer.Body);
        return answer;
    }

    /// <summary>Everything but the culprit says only that it was halted.</summary>
    private static void Halt(SandboxResponse[] answers, int culprit)
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

    private static void Write(Utf8JsonWriter json, string referenceId, SandboxResponse answer)
    {
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
        json.WriteString("referenceId", referenceId);
        json.WriteEndObject();
    }
}
