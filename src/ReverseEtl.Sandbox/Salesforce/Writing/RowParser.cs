using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Reads record bodies. Its failures are those of the body parser: they fail a whole Collections call (reference §15.4).</summary>
internal sealed class RowParser(Org org)
{
    public RowInput Parse(ObjectType type, JsonObject body, WriteCall call)
    {
        var values = new List<(FieldDefinition, object?)>(body.Count);
        var parents = new List<ParentKey>();
        var (id, hasId) = ((string?)null, false);
        foreach (var (name, node) in body)
        {
            if (name == "attributes")
            {
                continue;
            }

            if (name.Equals("Id", StringComparison.OrdinalIgnoreCase))
            {
                hasId = true;
                id = node?.ToString();
            }
            else if (Field(type, name, call) is { } field)
            {
                values.Add((field, ValueParser.Parse(field, node, org.Switches)));
            }
            else if (type.Relationship(name) is { } reference && Seen(type, reference, call))
            {
                parents.Add(ParseParent(type, reference, name, node, call));
            }
            else
            {
                throw NoSuchColumn(type, name);
            }
        }

        return new RowInput(type, () => body, values, parents, id, hasId);
    }

    public static SalesforceException NoSuchColumn(ObjectType type, string name) =>
        SalesforceException.Unreadable("INVALID_FIELD", $"No such column '{name}' on sobject of type {type.Name}");

    private FieldDefinition? Field(ObjectType type, string name, WriteCall call) =>
        type.Field(name) is { } field && Seen(type, field, call) ? field : null;

    private bool Seen(ObjectType type, FieldDefinition field, WriteCall call) => !call.IsApi || org.Schema.Visible(type, field);

    private ParentKey ParseParent(ObjectType type, FieldDefinition reference, string name, JsonNode? node, WriteCall call)
    {
        if (node is not JsonObject holder)
        {
            throw SalesforceException.Unreadable(
                "JSON_PARSER_ERROR",
                $"Cannot deserialize instance of {reference.ReferenceTo[0]} from {Kind(node)} or request may be missing a required field " +
                "at [line:1, column:2]");
        }

        var parent = ParentType(type, reference, name, holder);
        var keys = holder.Where(p => p.Key != "attributes").ToList();
        if (keys.Count != 1)
        {
            throw SalesforceException.Unreadable(
                "INVALID_FIELD", $"The external foreign key reference {name} must name exactly one external ID field");
        }

        var key = Field(parent, keys[0].Key, call) ?? throw NoSuchColumn(parent, keys[0].Key);
        if (!key.IsLookupKey)
        {
            throw SalesforceException.Unreadable(
                "INVALID_FIELD", $"Field name provided, {key.Name} is not an External ID or indexed field for {parent.Name}");
        }

        return new ParentKey(reference, parent, key, keys[0].Value?.ToString() ?? "");
    }

    /// <summary>Polymorphic parents need a type hint (reference §3.2).</summary>
    private ObjectType ParentType(ObjectType type, FieldDefinition reference, string name, JsonObject holder)
    {
        var hint = holder["attributes"] is JsonObject attributes ? attributes["type"]?.ToString() : null;
        if (reference.Polymorphic && hint is null)
        {
            throw SalesforceException.Unreadable(
                "INVALID_FIELD", $"The external foreign key reference {name} on {type.Name} needs the type of the referenced entity");
        }

        var target = hint ?? reference.ReferenceTo[0];
        return reference.ReferenceTo.Contains(target, StringComparer.OrdinalIgnoreCase) && org.Schema.Find(target) is { } parent
            ? parent
            : throw SalesforceException.Unreadable(
                "INVALID_FIELD", $"The external foreign key reference does not reference a valid entity: {target}");
    }

    private static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "VALUE_NULL",
        JsonValueKind.Array => "START_ARRAY",
        JsonValueKind.String => "VALUE_STRING",
        _ => "VALUE_NUMBER_INT",
    };
}
