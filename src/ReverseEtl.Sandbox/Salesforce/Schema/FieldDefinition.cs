using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>A field as its describe says, ready for use.</summary>
internal sealed class FieldDefinition
{
    public FieldDefinition(JsonObject describe, int ordinal, Func<Func<string, object?>, object?>? formula = null)
    {
        Describe = describe;
        Ordinal = ordinal;
        Formula = formula;
        Name = Text("name")!;
        Label = Text("label") ?? Name;
        Type = Text("type")!;
        Kind = KindOf(Type);
        Length = Number("length");
        Precision = Number("precision");
        Scale = Number("scale");
        Digits = Number("digits");
        Createable = Flag("createable");
        Updateable = Flag("updateable");
        Nillable = Flag("nillable");
        DefaultedOnCreate = Flag("defaultedOnCreate");
        Unique = Flag("unique");
        ExternalId = Flag("externalId");
        IdLookup = Flag("idLookup");
        CaseSensitive = Flag("caseSensitive");
        Filterable = Flag("filterable");
        Sortable = Flag("sortable");
        Restricted = Flag("restrictedPicklist");
        Polymorphic = Flag("polymorphicForeignKey");
        RelationshipName = Text("relationshipName");
        CompoundFieldName = Text("compoundFieldName");
        ReferenceTo = [.. describe["referenceTo"]?.AsArray().Select(t => t!.ToString()) ?? []];
        var active = describe["picklistValues"]?.AsArray().OfType<JsonObject>().Where(v => (bool)v["active"]!).ToList() ?? [];
        Picklist = [.. active.Select(v => v["value"]!.ToString())];
        Default = Kind == FieldKind.Boolean
            ? false
            : active.Find(v => (bool)v["defaultValue"]!)?["value"]?.ToString();
    }

    public JsonObject Describe { get; }

    /// <summary>Position of the value in a record's array.</summary>
    public int Ordinal { get; }

    public Func<Func<string, object?>, object?>? Formula { get; }

    public string Name { get; }

    public string Label { get; }

    public string Type { get; }

    public FieldKind Kind { get; }

    public int Length { get; }

    public int Precision { get; }

    public int Scale { get; }

    public int Digits { get; }

    public bool Createable { get; }

    public bool Updateable { get; }

    public bool Nillable { get; }

    public bool DefaultedOnCreate { get; }

    public bool Unique { get; }

    public bool ExternalId { get; }

    public bool IdLookup { get; }

    public bool CaseSensitive { get; }

    public bool Filterable { get; }

    public bool Sortable { get; }

    public bool Restricted { get; }

    public bool Polymorphic { get; }

    public string? RelationshipName { get; }

    public string? CompoundFieldName { get; }

    public IReadOnlyList<string> ReferenceTo { get; }

    public IReadOnlyList<string> Picklist { get; }

    public object? Default { get; }

    /// <summary>Required ⇔ createable, not nillable, not defaulted (reference §2.3).</summary>
    public bool RequiredOnCreate => Createable && !Nillable && !DefaultedOnCreate;

    /// <summary>Whether a record can be looked up by this field: external ids and the standard idLookup fields.</summary>
    public bool IsLookupKey => (ExternalId || IdLookup) && Kind != FieldKind.Id;

    /// <summary>Key under which a value is indexed; case counts only where the describe says so.</summary>
    public string IndexKey(string value) => CaseSensitive || Kind == FieldKind.Reference ? value : value.ToLowerInvariant();

    private string? Text(string key) => Describe[key] is JsonValue value ? value.ToString() : null;

    private int Number(string key) => Describe[key] is JsonValue value ? (int)value : 0;

    private bool Flag(string key) => Describe[key] is JsonValue value && (bool)value;

    private static FieldKind KindOf(string type) => type switch
    {
        "textarea" => FieldKind.TextArea,
        "email" => FieldKind.Email,
        "picklist" => FieldKind.Picklist,
        "multipicklist" => FieldKind.MultiPicklist,
        "boolean" => FieldKind.Boolean,
        "int" or "long" => FieldKind.Integer,
        "double" or "currency" or "percent" => FieldKind.Number,
        "date" => FieldKind.Date,
        "datetime" => FieldKind.DateTime,
        "reference" => FieldKind.Reference,
        "id" => FieldKind.Id,
        "address" or "location" => FieldKind.Compound,
        _ => FieldKind.Text,
    };
}
