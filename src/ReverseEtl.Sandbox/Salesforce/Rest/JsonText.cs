using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Writes JSON the way the platform does: times with +0000, doubles as Java prints them.</summary>
internal static class JsonText
{
    /// <summary>Relaxed, because the real API leaves + and ' as they are.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static SandboxResponse Answer(int status, Action<Utf8JsonWriter> write) =>
        new(status, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json;charset=UTF-8" },
            Bytes(write));

    public static SandboxResponse Answer(int status, JsonNode body) =>
        SandboxResponse.Content(status, "application/json;charset=UTF-8", body.ToJsonString(Relaxed));

    /// <summary>Whether an answer has a JSON body.</summary>
    public static bool Is(SandboxResponse answer) =>
        answer.Body.Length > 0 && answer.Headers.GetValueOrDefault("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true;

    /// <summary>The same JSON laid out for people; numbers stay as they were written.</summary>
    public static SandboxResponse Indented(SandboxResponse answer)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(answer.Body.Length * 2);
        using (var document = JsonDocument.Parse(answer.Body))
        using (var writer = new Utf8JsonWriter(buffer, Options with { Indented = true }))
        {
            document.RootElement.WriteTo(writer);
        }

        return answer with { Body = buffer.WrittenSpan.ToArray() };
    }

    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A datetime as REST writes it: milliseconds that are always zero, offset without colon (reference §2.2).</summary>
    public static string DateTime(DateTimeOffset value) =>
        value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.000+0000", CultureInfo.InvariantCulture);

    public static void Value(Utf8JsonWriter json, object? value, bool whole, bool exponents)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case decimal number when whole:
                json.WriteNumberValue(decimal.ToInt64(number));
                break;
            case decimal number:
                json.WriteRawValue(Double(number, exponents));
                break;
            case DateTimeOffset time:
                json.WriteStringValue(DateTime(time));
                break;
            case DateOnly date:
                json.WriteStringValue(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            default:
                throw new InvalidOperationException($"A {value.GetType().Name} is no field value.");
        }
    }

    /// <summary>A currency, double or percent as the platform prints it: with a point, and from ten million on with an exponent.</summary>
    public static string Double(decimal number, bool exponents)
    {
        var size = Math.Abs(number);
        if (!exponents || number == 0 || (size >= 0.001m && size < 10_000_000m))
        {
            return number.ToString("0.0##################", CultureInfo.InvariantCulture);
        }

        return number.ToString("0.0##################E0", CultureInfo.InvariantCulture);
    }
}
