using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>Writes the describe of a custom field, from a recorded custom text field and a <see cref="FieldSpec"/>.</summary>
internal static class FieldTemplates
{
    private const int MultiPicklistLength = 4099;
    private const int FilterableTextArea = 255;
    private const int MostEncrypted = 175;

    /// <summary>Kept as text: JSON nodes are not safe to read from several threads.</summary>
    private static readonly string Template =
        DescribeDocuments.Read("GET_sobjects_Custom__c_describe.json")["fields"]!.AsArray().OfType<JsonObject>()
            .First(f => f["name"]!.ToString() == "CustomField__c").ToJsonString();

    public static JsonObject Describe(FieldSpec spec)
    {
        var field = JsonNode.Parse(Template)!.AsObject();
        var length = Length(spec);
        field["name"] = spec.Name;
        field["label"] = spec.Label ?? spec.Name.Replace("__c", "").Replace('_', ' ');
        field["type"] = spec.Type;
        field["soapType"] = SoapType(spec.Type);
        field["nameField"] = false;
        field["length"] = length;
        field["byteLength"] = length * 3;
        field["precision"] = spec.Type is "double" or "currency" or "percent" ? spec.Precision : 0;
        field["scale"] = spec.Type is "double" or "currency" or "percent" ? spec.Scale : 0;
        field["digits"] = spec.Type == "int" ? Math.Min(spec.Precision, 9) : 0;
        field["externalId"] = spec.ExternalId;
        field["unique"] = spec.Unique;
        field["caseSensitive"] = spec.CaseSensitive;
        field["idLookup"] = spec.ExternalId;
        field["nillable"] = spec.Nillable && spec.Type != "boolean";
        field["defaultedOnCreate"] = spec.Type == "boolean";
        field["defaultValue"] = spec.Type == "boolean" ? false : null;
        field["restrictedPicklist"] = spec.Restricted;
        field["picklistValues"] = new JsonArray([.. spec.Picklist.Select(PicklistValue)]);
        field["filterable"] = spec.Type != "textarea" || length <= FilterableTextArea;
        field["sortable"] = spec.Type != "multipicklist" && (spec.Type != "textarea" || length <= FilterableTextArea);
        field["groupable"] = spec.Type is not ("multipicklist" or "textarea" or "double" or "currency" or "percent" or "datetime");
        if (spec.Encrypted)
        {
            field["encrypted"] = true;
        }

        if (spec.Encrypted || spec.Type == "encryptedstring")
        {
            field["filterable"] = false;
            field["sortable"] = false;
            field["groupable"] = false;
        }

        if (spec.MasterDetail)
        {
            field["nillable"] = false;
            field["updateable"] = false;
            field["cascadeDelete"] = true;
            field["relationshipOrder"] = 0;
        }

        if (spec.Formula is not null || spec.RollUp is not null)
        {
            field["calculated"] = true;
            field["createable"] = false;
            field["updateable"] = false;
        }

        if (spec.ReferenceTo is not null)
        {
            field["referenceTo"] = new JsonArray(spec.ReferenceTo);
            field["relationshipName"] = spec.RelationshipName ?? spec.Name.Replace("__c", "__r");
        }

        return field;
    }

    private static int Length(FieldSpec spec) => spec.Type switch
    {
        "string" or "textarea" or "url" or "picklist" => spec.Length,
        "encryptedstring" => Math.Min(spec.Length, MostEncrypted),
        "email" => 80,
        "phone" => 40,
        "multipicklist" => MultiPicklistLength,
        "reference" => 18,
        _ => 0,
    };

    private static string SoapType(string type) => type switch
    {
        "boolean" => "xsd:boolean",
        "int" => "xsd:int",
        "double" or "currency" or "percent" => "xsd:double",
        "date" => "xsd:date",
        "datetime" => "xsd:dateTime",
        "reference" or "id" => "tns:ID",
        _ => "xsd:string",
    };

    public static JsonNode PicklistValue(string value) => new JsonObject
    {
        ["active"] = true,
        ["defaultValue"] = false,
        ["label"] = value,
        ["validFor"] = null,
        ["value"] = value,
    };
}
