using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Checks references by id and finds parents by external id (reference §3.2, §4).</summary>
internal sealed class ReferenceResolver(Org org)
{
    /// <summary>The 18-character id of an existing record that the field may point at.</summary>
    public string ById(ObjectType type, FieldDefinition field, string text)
    {
        if (!SalesforceId.TryNormalize(text, out var id))
        {
            throw new SalesforceException("MALFORMED_ID", $"{field.Label}: id value of incorrect type: {text}", field.Name);
        }

        if (field.Name == "RecordTypeId")
        {
            return type.Envelope.RecordTypes.Any(r => r.Id == id) ? id : throw NoSuchRecord(field);
        }

        var target = org.Find(id);
        if (target is null || !field.ReferenceTo.Contains(target.Type.Name) || target.Committed(org.Instant) is not { } version)
        {
            throw NoSuchRecord(field);
        }

        return version.IsDeleted(target.Type) ? throw EntityIsDeleted() : id;
    }

    /// <summary>The id of the one living record with this key that was there before the present call (reference §15.5).</summary>
    public string ByKey(ParentKey parent, WriteCall call)
    {
        var index = org.Table(parent.Parent).Index(parent.Key);
        var now = org.Instant;
        var found = index is null || parent.Value.Length == 0
            ? []
            : index.Find(parent.Value).Where(r => !call.Fresh.Contains(r) && r.Committed(now) is not null).ToList();
        return found.Count switch
        {
            1 => found[0].Id,
            0 => throw new SalesforceException(
                "INVALID_FIELD",
                $"Foreign key external ID: {parent.Value} not found for field {parent.Key.Name} in entity {parent.Parent.Name}"),
            _ => throw MoreThanOne(parent.Parent, parent.Key, found),
        };
    }

    public static SalesforceException MoreThanOne(ObjectType type, FieldDefinition key, IEnumerable<SfRecord> found) => new(
        "DUPLICATE_EXTERNAL_ID",
        $"{type.Label}: more than one record found for external id field: [{string.Join(", ", found.Select(r => r.Id))}]",
        key.Name);

    public static SalesforceException EntityIsDeleted() =>
        new(404, new SalesforceError("ENTITY_IS_DELETED", "entity is deleted", []));

    public static SalesforceException NoSuchRecord(FieldDefinition? field = null) =>
        new(400, new SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field is null ? [] : [field.Name]));
}
