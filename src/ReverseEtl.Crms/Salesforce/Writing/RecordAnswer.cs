using System.Text.Json;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>What Salesforce says of one record of a request.</summary>
/// <param name="Success">Whether it was stored.</param>
/// <param name="Id">Its id; may be missing when it was not.</param>
/// <param name="Created">Whether it is new.</param>
/// <param name="Errors">Why it was not stored.</param>
internal sealed record RecordAnswer(bool Success, string? Id, bool Created, IReadOnlyList<SalesforceError> Errors)
{
    /// <summary>What the answer's status alone says; null when the errors decide.</summary>
    public WriteOutcome? Certain { get; init; }

    /// <summary>Reads one element of a Collections answer; null when it tells nothing.</summary>
    public static RecordAnswer? Read(JsonElement item)
    {
        if (JsonValue.Find(item, "success") is not { ValueKind: JsonValueKind.True or JsonValueKind.False } success)
        {
            return null;
        }

        return new RecordAnswer(
            success.GetBoolean(),
            SalesforceId.OfAnswer(JsonValue.Text(item, "id")),
            JsonValue.Find(item, "created") is { ValueKind: JsonValueKind.True },
            JsonValue.Find(item, "errors") is { } errors ? ErrorBody.Parse(errors) : []);
    }
}
