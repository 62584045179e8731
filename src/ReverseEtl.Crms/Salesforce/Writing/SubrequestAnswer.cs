using System.Net;
using System.Text.Json;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Reads what Composite says of one of its requests. Status decides: the shape of a 412's body is not documented (§13.1).</summary>
internal static class SubrequestAnswer
{
    /// <summary>Reads one element; null when it leaves open whether the record was stored.</summary>
    public static RecordAnswer? Read(JsonElement answer)
    {
        var errors = JsonValue.Find(answer, "body") is { } body ? ErrorBody.Parse(body) : [];
        return Status(answer) switch
        {
            >= 200 and < 300 => new RecordAnswer(true, null, false, []),
            (int)HttpStatusCode.PreconditionFailed => new RecordAnswer(false, null, false, errors) { Certain = WriteOutcome.Moved },
            (int)HttpStatusCode.NotFound => new RecordAnswer(false, null, false, errors) { Certain = WriteOutcome.Missing },

            // What the same trouble of a whole request leaves open, this leaves open too.
            (int)HttpStatusCode.RequestTimeout or < 400 or >= 500 => null,
            _ when errors.Any(SalesforceAnswerRules.IsUnclear) => null,
            _ => new RecordAnswer(false, null, false, errors),
        };
    }

    private static int Status(JsonElement answer) =>
        JsonValue.Find(answer, "httpStatusCode") is { ValueKind: JsonValueKind.Number } status && status.TryGetInt32(out var code) ? code : 0;
}
