using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>The describe of User: small and synthetic, its envelope and system fields taken from Contact.</summary>
internal static class UserObject
{
    private static readonly string[] FromContact =
    [
        "Id", "LastName", "FirstName", "Name", "Email", "Title", "Department", "Phone", "MobilePhone",
        "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp",
    ];

    public static JsonObject Describe()
    {
        var document = DescribeDocuments.Standard("Contact");
        var recorded = document["fields"]!.AsArray().ToDictionary(f => f!["name"]!.ToString(), f => f!);
        var fields = new JsonArray([.. FromContact.Select(name => recorded[name].DeepClone())]);
        fields.Add(Standard(new FieldSpec("Username", "string") { Length = 80, ExternalId = true, Unique = true, Nillable = false }));
        fields.Add(Standard(new FieldSpec("Alias", "string") { Length = 8 }));
        fields.Add(Standard(new FieldSpec("IsActive", "boolean") { Label = "Active" }));
        document["fields"] = fields;
        document["childRelationships"] = new JsonArray();
        document["name"] = "User";
        document["label"] = "User";
        document["labelPlural"] = "Users";
        document["keyPrefix"] = "005";
        document["mergeable"] = false;
        document["deletable"] = false;
        document["undeletable"] = false;
        document["recordTypeInfos"] = new JsonArray();
        document["supportedScopes"] = new JsonArray();
        return JsonNode.Parse(document.ToJsonString().Replace("/sobjects/Contact", "/sobjects/User"))!.AsObject();
    }

    private static JsonObject Standard(FieldSpec spec)
    {
        var field = FieldTemplates.Describe(spec);
        field["custom"] = false;
        field["externalId"] = false;
        return field;
    }
}
