using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>Looks up the names of a query, as the integration user may see them.</summary>
internal sealed class SoqlNames(Org org, string query, string? alias = null)
{
    /// <summary>What polymorphic references show of the records they point at: the fields of the object Name (object reference).</summary>
    private static readonly HashSet<string> NameFields = new(StringComparer.OrdinalIgnoreCase)
    {
        "Id", "Name", "FirstName", "LastName", "Email", "Phone", "Title", "Username", "Alias", "IsActive",
    };

    private const string Hint = " Please reference your WSDL or the describe call for the appropriate names.";

    /// <summary>The same for a part of the query with an alias of its own.</summary>
    public SoqlNames For(SoqlQuery part) => new(org, query, part.Alias);

    /// <summary>The fields of <c>FIELDS(ALL)</c>, <c>FIELDS(STANDARD)</c> or <c>FIELDS(CUSTOM)</c>.</summary>
    public IEnumerable<FieldPath> Group(ObjectType type, SoqlToken group) => type.Fields
        .Where(f => org.Schema.Visible(type, f) && (group.Is("ALL") || group.Is("CUSTOM") == f.IsCustom))
        .Select(f => new FieldPath([], f));

    public ObjectType Type(SoqlToken from) => org.Schema.Find(from.Text) ?? throw SoqlError.At(
        query,
        from.Position,
        "INVALID_TYPE",
        $"sObject type '{from.Text}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after " +
        "the entity name." + Hint);

    /// <summary>The children behind a relationship name such as <c>Contacts</c>, as far as they are modelled.</summary>
    public (ChildLink Link, ObjectType Type) Child(ObjectType parent, SoqlToken name)
    {
        var link = parent.Children.FirstOrDefault(c => name.Text.Equals(c.RelationshipName, StringComparison.OrdinalIgnoreCase));
        return link is not null && org.Schema.Find(link.ChildType) is { } type
            && type.Field(link.Field) is { } field && org.Schema.Visible(type, field)
            ? (link, type)
            : throw SoqlError.At(
                query,
                name.Position,
                "INVALID_TYPE",
                $"Didn't understand relationship '{name.Text}' in FROM part of query call. If you are attempting to use a custom relationship, " +
                "be sure to append the '__r' after the custom relationship name." + Hint);
    }

    public FieldPath Path(ObjectType type, SoqlToken token)
    {
        var references = new List<FieldDefinition>();
        var parts = token.Text.Split('.');
        foreach (var part in parts[..^1])
        {
            // The object's own name or its alias may stand in front, as in SELECT Account.Name FROM Account.
            if (references.Count == 0 && type.Relationship(part) is null
                && (part.Equals(type.Name, StringComparison.OrdinalIgnoreCase) || part.Equals(alias, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var reference = references is [.., { Polymorphic: true }] ? null : type.Relationship(part);
            var parent = reference is null || !org.Schema.Visible(type, reference) ? null : Parent(reference);
            if (parent is null)
            {
                throw SoqlError.At(
                    query,
                    token.Position,
                    "INVALID_FIELD",
                    $"Didn't understand relationship '{part}' in field path. If you are attempting to use a custom relationship, be sure to " +
                    "append the '__r' after the custom relationship name." + Hint);
            }

            references.Add(reference!);
            type = parent;
        }

        return new FieldPath(references, references is [.., { Polymorphic: true } last] ? NameField(last, parts[^1], token) : Field(type, parts[^1], token));
    }

    /// <summary>The object behind a reference; of a polymorphic one, the first there are records of.</summary>
    private ObjectType? Parent(FieldDefinition reference) =>
        reference.ReferenceTo.Select(org.Schema.Find).FirstOrDefault(t => t is not null);

    /// <summary>User has all fields of the object Name, so it stands in for objects that lack one.</summary>
    private FieldDefinition NameField(FieldDefinition reference, string name, SoqlToken token) =>
        (NameFields.Contains(name) ? reference.ReferenceTo.Append("User") : []).Select(org.Schema.Find)
            .Select(t => t?.Field(name) is { } field && org.Schema.Visible(t, field) ? field : null).FirstOrDefault(f => f is not null)
        ?? throw NoSuchColumn("Name", name, token);

    private FieldDefinition Field(ObjectType type, string name, SoqlToken token) =>
        type.Field(name) is { } field && org.Schema.Visible(type, field) ? field : throw NoSuchColumn(type.Name, name, token);

    private SalesforceException NoSuchColumn(string entity, string name, SoqlToken token) => SoqlError.At(
        query,
        token.Position,
        "INVALID_FIELD",
        $"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the " +
        "custom field name." + Hint);
}
