using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>Reads an error's context, whose members are lists of texts, or plain texts, or numbers.</summary>
internal sealed class ContextConverter : JsonConverter<Dictionary<string, List<string>>>
{
    public override Dictionary<string, List<string>> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var context = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind is JsonValueKind.Object)
        {
            foreach (var member in document.RootElement.EnumerateObject())
            {
                context[member.Name] = member.Value.ValueKind is JsonValueKind.Array
                    ? [.. member.Value.EnumerateArray().Select(Text)]
                    : [Text(member.Value)];
            }
        }

        return context;
    }

    public override void Write(Utf8JsonWriter writer, Dictionary<string, List<string>> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize<IReadOnlyDictionary<string, List<string>>>(writer, value, options);

    private static string Text(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
