using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>/composite/tree (reference §3): new records with their children, all or none.</summary>
internal sealed class TreeResource(RestEngine engine)
{
    private const int MostRecords = 200;
    private const int MostTypes = 5;
    private const int MostLevels = 5;

    public SandboxResponse Handle(RestCall call, string typeName)
    {
        if (call.Method != "POST")
        {
            return call.NotAllowed("POST");
        }

        var nodes = new List<Node>();
        Collect(engine.Type(typeName), call.ReadObject(), null, 1, nodes);
        Require(nodes);
        var undo = engine.Org.Undo.Mark;
        var log = engine.Org.WriteLog.Mark;
        var write = RestEngine.WriteCall(call);
        var outcomes = nodes.ConvertAll(node => Save(node, write));
        if (outcomes.TrueForAll(o => o.Success))
        {
            return JsonText.Answer(201, Body(false, nodes.Zip(outcomes, (node, outcome) =>
                new JsonObject { ["referenceId"] = node.Reference, ["id"] = outcome.Id })));
        }

        engine.Org.Undo.RollBack(undo);
        engine.Org.WriteLog.RolledBackSince(log);
        return JsonText.Answer(400, Body(true, nodes.Zip(outcomes).Where(p => !p.Second.Success).Select(p => new JsonObject
        {
            ["referenceId"] = p.First.Reference,
            ["errors"] = new JsonArray(new JsonObject
            {
                ["statusCode"] = p.Second.Failure!.Error.Code,
                ["message"] = p.Second.Failure.Error.Message,
                ["fields"] = new JsonArray([.. (p.Second.Failure.Error.Fields ?? []).Select(f => JsonValue.Create(f))]),
            }),
        })));
    }

    private static JsonObject Body(bool hasErrors, IEnumerable<JsonObject> results) =>
        new() { ["hasErrors"] = hasErrors, ["results"] = new JsonArray([.. results]) };

    /// <summary>Parents stand before their children.</summary>
    private void Collect(ObjectType type, JsonObject holder, (Node Node, ChildLink Link)? parent, int level, List<Node> nodes)
    {
        if (level > MostLevels)
        {
            throw Invalid($"A tree has at most {MostLevels} levels");
        }

        if (holder["records"] is not JsonArray records)
        {
            throw Invalid("Missing required field 'records' at [line:1, column:1]");
        }

        foreach (var entry in records)
        {
            var attributes = (entry as JsonObject)?["attributes"] as JsonObject;
            var reference = attributes?["referenceId"]?.ToString();
            if (reference is null || !type.Name.Equals(attributes!["type"]?.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                throw Invalid($"Every record needs attributes with the type {type.Name} and a referenceId");
            }

            var fields = entry!.AsObject().DeepClone().AsObject();
            var children = type.Children.Where(c => c.RelationshipName is { } name && fields[name] is JsonObject).ToList();
            var held = children.Select(c => (Link: c, Holder: fields[c.RelationshipName!]!.AsObject())).ToList();
            children.ForEach(c => fields.Remove(c.RelationshipName!));
            var node = new Node(type, reference, fields, parent?.Node, parent?.Link.Field);
            nodes.Add(node);
            foreach (var (link, below) in held)
            {
                Collect(engine.Type(link.ChildType), below, (node, link), level + 1, nodes);
            }
        }
    }

    private static void Require(List<Node> nodes)
    {
        if (nodes.Count is 0 or > MostRecords)
        {
            throw Invalid($"A tree has between 1 and {MostRecords} records");
        }

        if (nodes.Select(n => n.Type).Distinct().Count() > MostTypes)
        {
            throw Invalid($"A tree has at most {MostTypes} different objects");
        }

        if (nodes.GroupBy(n => n.Reference).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            throw Invalid($"Duplicate ReferenceId provided in the request: {repeated.Key}");
        }
    }

    private SaveOutcome Save(Node node, WriteCall write)
    {
        if (node.Parent is { } parent)
        {
            if (parent.Id is null)
            {
                return new SaveOutcome(null, false, new SalesforceException("PROCESSING_HALTED", "The parent record could not be created"));
            }

            node.Fields[node.ParentField!] = parent.Id;
        }

        var outcome = engine.Writes.Create(engine.Parser.Parse(node.Type, node.Fields, write), write);
        node.Id = outcome.Id;
        return outcome;
    }

    private static SalesforceException Invalid(string message) => SalesforceException.Unreadable("INVALID_INPUT", message);

    private sealed record Node(ObjectType Type, string Reference, JsonObject Fields, Node? Parent, string? ParentField)
    {
        public string? Id { get; set; }
    }
}
