using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>Writes the describes of objects that were never recorded, around the envelope and the system fields of Contact.</summary>
internal static class CustomObject
{
    private static readonly string[] SystemFields =
        ["Id", "OwnerId", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"];

    private static readonly string[] HistorySystemFields = ["Id", "IsDeleted", "CreatedById", "CreatedDate"];

    /// <summary>The describe of a custom object, without the fields of its own.</summary>
    public static JsonObject Describe(ObjectSpec spec, string keyPrefix)
    {
        var label = spec.Label ?? spec.Name.Replace("__c", "").Replace('_', ' ');
        var name = FieldTemplates.Describe(new FieldSpec("Name", "string") { Label = $"{label} Name", Length = 80 });
        name["custom"] = false;
        name["nameField"] = true;
        name["idLookup"] = true;
        var document = Around(spec.Name, label, keyPrefix, SystemFields, [name]);
        document["custom"] = true;
        return document;
    }

    /// <summary>The describe of an object's field history (reference §6.11).</summary>
    public static JsonObject History(ObjectType parent)
    {
        var custom = parent.Name.EndsWith("__c", StringComparison.Ordinal);
        var parentField = FieldTemplates.Describe(new FieldSpec(custom ? "ParentId" : $"{parent.Name}Id", "reference")
        {
            ReferenceTo = parent.Name, RelationshipName = custom ? "Parent" : parent.Name,
        });
        JsonObject[] own =
        [
            parentField,
            FieldTemplates.Describe(new FieldSpec("Field", "picklist") { Label = "Changed Field" }),
            FieldTemplates.Describe(new FieldSpec("DataType", "picklist") { Label = "Datatype" }),
            Unfilterable("OldValue"),
            Unfilterable("NewValue"),
        ];
        foreach (var field in own)
        {
            field["custom"] = false;
            field["createable"] = false;
            field["updateable"] = false;
        }

        var document = Around(HistoryName(parent), $"{parent.Label} History", "017", HistorySystemFields, own);
        document["associateEntityType"] = "History";
        document["associateParentEntity"] = parent.Name;
        document["createable"] = false;
        document["updateable"] = false;
        document["deletable"] = false;
        document["undeletable"] = false;
        return document;
    }

    public static string HistoryName(ObjectType parent) =>
        parent.Name.EndsWith("__c", StringComparison.Ordinal) ? $"{parent.Name[..^3]}__History"
        : parent.Name == "Opportunity" ? "OpportunityFieldHistory"
        : $"{parent.Name}History";

    private static JsonObject Unfilterable(string name)
    {
        var field = FieldTemplates.Describe(new FieldSpec(name, "anyType"));
        field["filterable"] = false;
        field["sortable"] = false;
        return field;
    }

    private static JsonObject Around(string name, string label, string keyPrefix, string[] systemFields, IEnumerable<JsonObject> own)
    {
        var document = DescribeDocuments.Standard("Contact");
        var recorded = document["fields"]!.AsArray().ToDictionary(f => f!["name"]!.ToString(), f => f!);
        document["fields"] = new JsonArray([.. systemFields.Select(f => recorded[f].DeepClone()), .. own]);
        document["childRelationships"] = new JsonArray();
        document["recordTypeInfos"] = new JsonArray();
        document["name"] = name;
        document["label"] = label;
        document["labelPlural"] = $"{label}s";
        document["keyPrefix"] = keyPrefix;
        document["mergeable"] = false;
        return document;
    }
}
