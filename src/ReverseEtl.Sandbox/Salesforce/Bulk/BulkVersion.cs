using System.Globalization;
using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>API versions as jobs show them: a JSON number with one decimal, <c>66.0</c>.</summary>
internal static class BulkVersion
{
    public static JsonNode Number(string version) => JsonValue.Create(decimal.Parse(version.AsSpan(1), CultureInfo.InvariantCulture));
}
