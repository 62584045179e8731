using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Describe and describe global, rendered once for each state of the schema (reference §2.3).</summary>
internal sealed class DescribeResource(RestEngine engine)
{
    private static readonly string GlobalTemplate = DescribeDocuments.GlobalTemplate().ToJsonString();
    private readonly Dictionary<(string Type, string Version), SandboxResponse> _rendered = [];
    private int _revision = -1;

    public SandboxResponse Describe(RestCall call, ObjectType type) => Answer(call, type.Name, () => DescribeOf(type, call.Version));

    public SandboxResponse Global(RestCall call) => Answer(call, "", () => new JsonObject
    {
        ["encoding"] = "UTF-8",
        ["maxBatchSize"] = 200,
        ["sobjects"] = new JsonArray([.. engine.Org.Schema.Types.Select(t => Entry(t, call.Version))]),
    });

    /// <summary>sObject Basic Information: the global entry, and no recent items, which nobody views here.</summary>
    public SandboxResponse Basic(RestCall call, ObjectType type) => Answer(call, $"{type.Name} basic", () => new JsonObject
    {
        ["objectDescribe"] = Entry(type, call.Version),
        ["recentItems"] = new JsonArray(),
    }, "GET,HEAD,POST");

    private SandboxResponse Answer(RestCall call, string key, Func<JsonObject> render, string allowed = "GET,HEAD")
    {
        if (!call.IsRead)
        {
            return call.NotAllowed(allowed);
        }

        var schema = engine.Org.Schema;
        if (_revision != schema.Revision)
        {
            _rendered.Clear();
            _revision = schema.Revision;
        }

        var since = Preconditions.Date(call.Http, "If-Modified-Since", isWrite: false);
        var unmodified = Preconditions.Date(call.Http, "If-Unmodified-Since", isWrite: false);
        if (unmodified < schema.ChangedAt)
        {
            return Stamped(SandboxResponse.Empty(412), schema);
        }

        if (since >= schema.ChangedAt)
        {
            return Stamped(SandboxResponse.Empty(304), schema);
        }

        if (!_rendered.TryGetValue((key, call.Version), out var answer))
        {
            _rendered[(key, call.Version)] = answer = Stamped(JsonText.Answer(200, render()), schema);
        }

        return answer;
    }

    private static SandboxResponse Stamped(SandboxResponse answer, OrgSchema schema) => answer
        .With("ETag", $"\"{schema.ChangedAt.ToUnixTimeSeconds():x8}{schema.Revision:x2}\"")
        .With("Last-Modified", schema.ChangedAt.ToString("r"));

    private JsonObject DescribeOf(ObjectType type, string version)
    {
        var document = JsonNode.Parse(type.Envelope.Text)!.AsObject();
        document["fields"] = new JsonArray([.. engine.VisibleFields(type).Select(f => JsonNode.Parse(f.Describe))]);
        foreach (var link in type.Children.Skip(type.Envelope.Children.Count))
        {
            document["childRelationships"]!.AsArray().Add(new JsonObject
            {
                ["cascadeDelete"] = link.Cascade,
                ["childSObject"] = link.ChildType,
                ["deprecatedAndHidden"] = false,
                ["field"] = link.Field,
                ["junctionIdListNames"] = new JsonArray(),
                ["junctionReferenceTo"] = new JsonArray(),
                ["relationshipName"] = link.RelationshipName,
                ["restrictedDelete"] = link.Restrict,
            });
        }

        document["urls"] = Urls(type, version);
        return document;
    }

    private static JsonObject Entry(ObjectType type, string version)
    {
        var entry = JsonNode.Parse(GlobalTemplate)!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(type.Envelope.Text)!.AsObject().Where(m => entry.ContainsKey(m.Key)))
        {
            entry[key] = value?.DeepClone();
        }

        entry["urls"] = Urls(type, version);

        return entry;
    }

    private static JsonObject Urls(ObjectType type, string version)
    {
        var at = $"/services/data/{version}/sobjects/{type.Name}";
        return new JsonObject
        {
            ["compactLayouts"] = $"{at}/describe/compactLayouts",
            ["rowTemplate"] = $"{at}/{{ID}}",
            ["approvalLayouts"] = $"{at}/describe/approvalLayouts",
            ["listviews"] = $"{at}/listviews",
            ["describe"] = $"{at}/describe",
            ["quickActions"] = $"{at}/quickActions",
            ["layouts"] = $"{at}/describe/layouts",
            ["sobject"] = at,
        };
    }
}
