using System.Text.Json;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>A row of a JSON answer; valid as long as its page.</summary>
internal sealed class JsonCells(JsonElement row) : IRowCells
{
    public string? Text(string name) => JsonValue.Find(row, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        _ => null,
    };

    public FieldValue Value(IReadOnlyList<string> path, FieldType type) => JsonValue.Follow(row, path, type);
}
