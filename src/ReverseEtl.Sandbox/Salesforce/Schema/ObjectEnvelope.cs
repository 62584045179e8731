using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>What a describe says of an object besides its fields. Immutable, so that all orgs of a process share it.</summary>
internal sealed class ObjectEnvelope
{
    public ObjectEnvelope(JsonObject describe)
    {
        Name = describe["name"]!.ToString();
        Label = describe["label"]!.ToString();
        LabelPlural = describe["labelPlural"]!.ToString();
        KeyPrefix = describe["keyPrefix"]!.ToString();
        Mergeable = (bool)describe["mergeable"]!;
        IsHistory = describe["associateEntityType"]?.ToString() == "History";
        Children =
        [
            .. describe["childRelationships"]!.AsArray().Select(c => new ChildLink(
                c!["childSObject"]!.ToString(), c["field"]!.ToString(), (bool)c["cascadeDelete"]!, (bool)c["restrictedDelete"]!,
                c["relationshipName"]?.ToString())),
        ];
        RecordTypes = [.. describe["recordTypeInfos"]!.AsArray().Select(r => new RecordType(
            r!["recordTypeId"]!.ToString(), r["developerName"]!.ToString(), (bool)r["defaultRecordTypeMapping"]!, (bool)r["master"]!))];
        Fields = [.. describe["fields"]!.AsArray().Select((f, ordinal) => new FieldDefinition(f!.AsObject(), ordinal))];
        var rest = describe.DeepClone().AsObject();
        rest["fields"] = new JsonArray();
        Text = rest.ToJsonString();
    }

    public string Name { get; }

    public string Label { get; }

    public string LabelPlural { get; }

    public string KeyPrefix { get; }

    public bool Mergeable { get; }

    /// <summary>A field history: its rows come by themselves.</summary>
    public bool IsHistory { get; }

    public IReadOnlyList<ChildLink> Children { get; }

    public IReadOnlyList<RecordType> RecordTypes { get; }

    /// <summary>The standard fields.</summary>
    public IReadOnlyList<FieldDefinition> Fields { get; }

    /// <summary>The describe as JSON, its fields left out.</summary>
    public string Text { get; }
}
