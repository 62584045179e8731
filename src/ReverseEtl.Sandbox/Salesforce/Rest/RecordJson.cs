using System.Text.Json;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Writes records and their fields as REST JSON.</summary>
internal sealed class RecordJson(Org org, RowReader reader)
{
    /// <summary>One record with <c>attributes</c> and the given fields, in that order.</summary>
    public void Record(Utf8JsonWriter json, SfRecord record, RowVersion version, string apiVersion, IEnumerable<FieldDefinition> fields)
    {
        json.WriteStartObject();
        Attributes(json, record, apiVersion, record.Type.Name);
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Name);
            Field(json, record, version, field);
        }

        json.WriteEndObject();
    }

    /// <summary>The <c>attributes</c> member that every record has.</summary>
    public static void Attributes(Utf8JsonWriter json, SfRecord record, string apiVersion, string typeName)
    {
        json.WriteStartObject("attributes");
        json.WriteString("type", typeName);
        json.WriteString("url", $"/services/data/{apiVersion}/sobjects/{record.Type.Name}/{record.Id}");
        json.WriteEndObject();
    }

    /// <summary>The value of one field.</summary>
    public void Field(Utf8JsonWriter json, SfRecord record, RowVersion version, FieldDefinition field)
    {
        if (field.Kind == FieldKind.Compound)
        {
            Address(json, record, version, field);
            return;
        }

        var value = Shown(field, reader.Read(record, version, field));
        JsonText.Value(json, value, field.Kind == FieldKind.Integer, org.Switches.NumbersWithExponent);
    }

    /// <summary>What the integration user sees of a value: classic encrypted text is masked (reference §2.3).</summary>
    public object? Shown(FieldDefinition field, object? value) =>
        field.Type == "encryptedstring" && value is string text && !org.Switches.ViewEncryptedData ? new string('*', text.Length) : value;

    private void Address(Utf8JsonWriter json, SfRecord record, RowVersion version, FieldDefinition field)
    {
        if (RowReader.Address(record, version, field) is not { } members)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            JsonText.Value(json, value, false, org.Switches.NumbersWithExponent);
        }

        json.WriteEndObject();
    }
}
