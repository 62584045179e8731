using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Reads JSON from outside so that nothing in it can fail later, when a value is used.</summary>
internal static class JsonInput
{
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    /// <summary>Throws <see cref="JsonException"/>, for repeated members too.</summary>
    public static JsonNode? Parse(byte[] body) => JsonNode.Parse(body, documentOptions: NoDuplicates);

    /// <summary>False for bytes that are no UTF-8 and for escaped halves of surrogate pairs: such strings cannot be read.</summary>
    public static bool IsReadable(byte[] body)
    {
        if (!Utf8.IsValid(body))
        {
            return false;
        }

        if (body.AsSpan().IndexOf("\\ud"u8) < 0 && body.AsSpan().IndexOf("\\uD"u8) < 0)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
            }

            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException)
        {
            return false;
        }
    }
}
