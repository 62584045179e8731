using System.Text.Json;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One row of a batch request.</summary>
internal sealed record BatchInput(
    string Id, string? IdProperty, string? TraceId, IReadOnlyDictionary<string, string> Properties, JsonElement Raw)
{
    /// <summary>The most rows of one batch.</summary>
    public const int Max = 100;

    /// <summary>The rows of a request. Throws <see cref="RefusalException"/> when the batch as a whole is bad.</summary>
    public static IReadOnlyList<BatchInput> Read(JsonElement body, HubSpotSwitches switches, bool ids, bool properties)
    {
        if (Json.Member(body, "inputs") is null)
        {
            throw Refuse.Because("Invalid input JSON: some required fields were not set: [inputs]");
        }

        var inputs = Json.Objects(body, "inputs");
        if (inputs.Count > Max)
        {
            throw Refuse.Because(
                $"The maximum number of inputs supported in a batch request is {Max}, {inputs.Count} were sent");
        }

        if (inputs.Count == 0 && switches.EmptyInputsRefused)
        {
            throw Refuse.Because("inputs must not be empty");
        }

        return [.. inputs.Select(input => ReadOne(input, switches, ids, properties))];
    }

    /// <summary>Whether failures can be told apart by row: every row has a trace id, and no two the same.</summary>
    public static bool AreTraced(IReadOnlyList<BatchInput> inputs) =>
        inputs.All(i => i.TraceId is not null) && inputs.Select(i => i.TraceId).Distinct().Count() == inputs.Count;

    private static BatchInput ReadOne(JsonElement input, HubSpotSwitches switches, bool ids, bool properties) => new(
        ids ? Json.Required(input, "id") : "",
        Json.Text(input, "idProperty"),
        Json.Text(input, "objectWriteTraceId"),
        properties ? Json.Properties(input, switches) : Fields.None,
        input);
}
