using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Writes as the body of a Collections request (§3.1): values in the JSON type of their field.</summary>
internal static class RecordJson
{
    public static HttpContent Body(CrmWriteBatch batch, IEnumerable<CrmWrite> writes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("allOrNone", false);
            json.WriteStartArray("records");
            foreach (var write in writes)
            {
                Record(json, batch, write);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        var content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        return content;
    }

    private static void Record(Utf8JsonWriter json, CrmWriteBatch batch, CrmWrite write)
    {
        json.WriteStartObject();
        json.WriteStartObject("attributes");
        json.WriteString("type", batch.Object);
        json.WriteEndObject();
        if (write.Kind is CrmWriteKind.Update)
        {
            json.WriteString("id", SalesforceId.NormalizeOrKeep(write.Id!));
        }

        if (write.Key is { } key)
        {
            json.WritePropertyName(batch.KeyField);
            Value(json, batch.Schema.Find(batch.KeyField)?.Type, FieldValue.Of(key));
        }

        foreach (var field in write.Fields.Where(field => field.Value.IsSeen))
        {
            json.WritePropertyName(field.Field);
            Value(json, batch.Schema.Find(field.Field)?.Type, field.Value);
        }

        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, FieldType? type, FieldValue value)
    {
        if (value.IsNull)
        {
            // A checkbox knows no third state: null is refused or read as false, so false it is.
            if (type?.Kind is FieldKind.Boolean)
            {
                json.WriteBooleanValue(false);
            }
            else
            {
                json.WriteNullValue();
            }

            return;
        }

        var text = value.Text!;
        switch (type?.Kind)
        {
            case FieldKind.Integer or FieldKind.Decimal when Number(text) is { } number:
                json.WriteRawValue(number);
                break;
            case FieldKind.Boolean when type.Canon(value).Text is "true" or "false":
                json.WriteBooleanValue(type.Canon(value).Text == "true");
                break;
            case FieldKind.Date when Instants.TryDate(text, out var day):
                json.WriteStringValue(Instants.Format(day));
                break;
            case FieldKind.Timestamp when Instants.TryInstant(text, out var instant):
                json.WriteStringValue(instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(text);
                break;
        }
    }

    // Without an exponent, which some parsers read as a floating-point number.
    private static string? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture)
            : BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? whole.ToString(CultureInfo.InvariantCulture)
            : null;
}
