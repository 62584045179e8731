using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Writes as request bodies (§3.1, §3.3): values in the JSON type of their field.</summary>
internal static class RecordJson
{
    /// <summary>The body of a Collections request.</summary>
    public static HttpContent Collection(CrmWriteBatch batch, IEnumerable<CrmWrite> writes) => Content("records", json =>
    {
        foreach (var write in writes)
        {
            json.WriteStartObject();
            json.WriteStartObject("attributes");
            json.WriteString("type", batch.Object);
            json.WriteEndObject();
            if (write.Kind is CrmWriteKind.Update)
            {
                json.WriteString("id", SalesforceId.NormalizeOrKeep(write.Id!));
            }

            Values(json, batch, write);
            json.WriteEndObject();
        }
    });

    /// <summary>
    /// The body of a Composite request with one conditional update a record. Headers of the outer request do not reach the inner ones, so
    /// each says by itself that assignment rules are not to run and who writes.
    /// </summary>
    public static HttpContent Composite(
        string version, string? duplicateRules, CrmWriteBatch batch, IEnumerable<CrmWrite> writes) => Content("compositeRequest", json =>
    {
        foreach (var (at, write) in writes.Index())
        {
            var id = Uri.EscapeDataString(SalesforceId.NormalizeOrKeep(write.Id!));
            json.WriteStartObject();
            json.WriteString("method", "PATCH");
            json.WriteString("referenceId", Reference(at));
            json.WriteString("url", $"/services/data/{version}/sobjects/{batch.Object}/{id}");
            json.WriteStartObject("httpHeaders");
            json.WriteString("If-Unmodified-Since", RecordVersion.Condition(write.IfVersion!.Value));
            json.WriteString("Sforce-Auto-Assign", "FALSE");
            json.WriteString("Sforce-Call-Options", ISalesforceApi.ClientTag);
            if (duplicateRules is not null)
            {
                json.WriteString(ISalesforceApi.DuplicateRules, duplicateRules);
            }

            json.WriteEndObject();
            json.WriteStartObject("body");
            Values(json, batch, write);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    });

    /// <summary>What ties the answer of a Composite request to its write.</summary>
    public static string Reference(int at) => string.Create(CultureInfo.InvariantCulture, $"r{at}");

    private static ReadOnlyMemoryContent Content(string list, Action<Utf8JsonWriter> items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("allOrNone", false);
            json.WriteStartArray(list);
            items(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        var content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        return content;
    }

    private static void Values(Utf8JsonWriter json, CrmWriteBatch batch, CrmWrite write)
    {
        if (write.Key is { } key)
        {
            json.WritePropertyName(batch.KeyField);
            Value(json, batch.Schema.Find(batch.KeyField)?.Type, FieldValue.Of(key));
        }

        foreach (var field in write.Fields.Where(field => field.Value.IsSeen))
        {
            if (field.Field.Split('.') is [var relation, var target])
            {
                Related(json, relation.Split(':'), target, field.Value);
                continue;
            }

            json.WritePropertyName(field.Field);
            Value(json, batch.Schema.Find(field.Field)?.Type, field.Value);
        }
    }

    // "Account": { "Key__c": "A-9" }; a reference that may lead to several objects says which (§3.2).
    private static void Related(Utf8JsonWriter json, string[] relation, string field, FieldValue value)
    {
        json.WriteStartObject(relation[^1]);
        if (relation is [var type, _])
        {
            json.WriteStartObject("attributes");
            json.WriteString("type", type);
            json.WriteEndObject();
        }

        json.WriteString(field, value.Text);
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
            case FieldKind.Integer or FieldKind.Decimal when WireText.Number(type, text) is { } number:
                json.WriteRawValue(number);
                break;
            case FieldKind.Boolean when type.Canon(value).Text is "true" or "false":
                json.WriteBooleanValue(type.Canon(value).Text == "true");
                break;
            default:
                json.WriteStringValue(WireText.Of(type, text));
                break;
        }
    }
}
