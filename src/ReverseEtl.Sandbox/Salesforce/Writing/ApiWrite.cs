using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>One record written, or refused, through the API.</summary>
/// <param name="At">The server's time, whole seconds.</param>
/// <param name="Operation"><c>create</c>, <c>update</c>, <c>upsert</c> or <c>delete</c>.</param>
/// <param name="Type">The object.</param>
/// <param name="Id">The record, or null when none came to be.</param>
/// <param name="Success">False when refused, and when a later failure rolled it back.</param>
/// <param name="By">Id of the user.</param>
/// <param name="Error">The status code of the refusal.</param>
public sealed record ApiWrite(
    DateTimeOffset At, string Operation, string Type, string? Id, bool Success, string By, string? Error)
{
    /// <summary>The fields as the client sent them; empty for a delete.</summary>
    public JsonObject Fields => Source();

    /// <summary>Makes <see cref="Fields"/>: a log of many Bulk rows holds their cells and no trees.</summary>
    internal Func<JsonObject> Source { get; init; } = () => [];
}
