using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>How HubSpot's JSON is read and written.</summary>
internal static class HubSpotJson
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new TextConverter() },
    };

    /// <summary>Reads a body that may be HTML, cut short or empty: null then.</summary>
    public static T? TryRead<T>(string? body)
        where T : class => TryRead<T>(Encoding.UTF8.GetBytes(body ?? ""));

    /// <summary>The same of a part of a body.</summary>
    public static T? TryRead<T>(JsonElement part)
        where T : class
    {
        try
        {
            return part.Deserialize<T>(Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The same of UTF-8.</summary>
    public static T? TryRead<T>(ReadOnlySpan<byte> body)
        where T : class
    {
        body = body.StartsWith(Mark) ? body[Mark.Length..] : body;
        if (body.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(body, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
