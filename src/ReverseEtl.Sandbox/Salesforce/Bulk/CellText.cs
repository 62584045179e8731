using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Reads a CSV cell by the type of its field. Unlike JSON, a bad value fails its row and not the whole call.</summary>
internal static class CellText
{
    /// <summary>Sets a field to null; an empty cell leaves it as it is (reference §5.3).</summary>
    public const string Null = "#N/A";

    public static object? Parse(FieldDefinition field, string cell, SalesforceSwitches switches)
    {
        if (cell == Null)
        {
            return null;
        }

        switch (field.Kind)
        {
            case FieldKind.Boolean when cell is "1" or "0":
                return cell == "1";
            case FieldKind.Boolean or FieldKind.Integer or FieldKind.Number or FieldKind.Date or FieldKind.DateTime:
                try
                {
                    return ValueParser.Parse(field, JsonValue.Create(cell), switches);
                }
                catch (SalesforceException unreadable) when (unreadable.FailsWholeCall)
                {
                    throw new SalesforceException(
                        "INVALID_TYPE_ON_FIELD_IN_RECORD", $"{field.Label}: value not of required type: {cell}", field.Name);
                }

            default:
                return cell;
        }
    }
}
