using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>Reads fields of a record, those that are composed or computed on read included.</summary>
internal sealed class RowReader(Org org)
{
    private readonly Dictionary<FieldDefinition, Func<SfRecord, RowVersion, object?>?> _computed = [];

    /// <summary>String, bool, decimal, DateTimeOffset, DateOnly or null.</summary>
    public object? Read(SfRecord record, RowVersion version, FieldDefinition field)
    {
        if (field.Createable && field.Formula is null && field.RollUp is null)
        {
            return version[field];
        }

        if (!_computed.TryGetValue(field, out var compute))
        {
            _computed[field] = compute = Computation(record.Type, field);
        }

        return compute is null ? version[field] : compute(record, version);
    }

    /// <summary>The record a reference points at, and the state a query sees of it; null when it is gone or deleted.</summary>
    public (SfRecord Record, RowVersion Version)? Parent(RowVersion version, FieldDefinition reference)
    {
        if (version[reference] is not string id || org.Find(id) is not { } parent)
        {
            return null;
        }

        return parent.Visible(org.Instant) is { } seen && !seen.IsDeleted(parent.Type) ? (parent, seen) : null;
    }

    /// <summary>The members of an address, or null when all are empty.</summary>
    public static SortedDictionary<string, object?>? Address(SfRecord record, RowVersion version, FieldDefinition compound)
    {
        var prefix = compound.Name[..^"Address".Length];
        var parts = record.Type.Components(compound.Name);
        if (parts.All(p => version[p] is null))
        {
            return null;
        }

        // Country and state codes are there even where the org keeps no codes (reference §2.2).
        var members = new SortedDictionary<string, object?>(StringComparer.Ordinal) { ["countryCode"] = null, ["stateCode"] = null };
        foreach (var part in parts)
        {
            var name = part.Name[prefix.Length..];
            members[char.ToLowerInvariant(name[0]) + name[1..]] = version[part];
        }

        return members;
    }

    private Func<SfRecord, RowVersion, object?>? Computation(ObjectType type, FieldDefinition field)
    {
        if (field.Formula is { } formula)
        {
            return (record, version) => formula(name => type.Field(name) is { } other ? Read(record, version, other) : null);
        }

        if (field.RollUp is { } rollUp)
        {
            return (record, _) => Summary(record, rollUp);
        }

        if (field.Kind == FieldKind.Id)
        {
            return (record, _) => record.Id;
        }

        if (field.Name == "Name" && type.Components("Name").Count > 0)
        {
            return (_, version) => string.Join(' ', new[] { version[type["FirstName"]], version[type["LastName"]] }.Where(p => p is not null));
        }

        if (field.Name == "PhotoUrl")
        {
            return (record, _) => $"/services/images/photo/{record.Id}";
        }

        return type.Name == "Case" && field.Name.StartsWith("Contact", StringComparison.Ordinal) ? FromContact(type, field) : null;
    }

    private decimal? Summary(SfRecord parent, RollUp rollUp)
    {
        var child = org.Schema.Get(rollUp.Child);
        var children = org.Table(child).Index(child[rollUp.Reference])!.Find(parent.Id);
        if (rollUp.Function == "count")
        {
            return children.Count;
        }

        var numbers = children.Select(c => Read(c, c.Latest, child[rollUp.Field!]) as decimal?).OfType<decimal>().ToList();
        return rollUp.Function switch
        {
            "sum" => numbers.Sum(),
            "min" => numbers.Count == 0 ? null : numbers.Min(),
            "max" => numbers.Count == 0 ? null : numbers.Max(),
            _ => throw new InvalidOperationException($"No roll-up function {rollUp.Function}."),
        };
    }

    private Func<SfRecord, RowVersion, object?>? FromContact(ObjectType type, FieldDefinition field)
    {
        var source = field.Name["Contact".Length..] switch
        {
            "Mobile" => "MobilePhone",
            var name => name,
        };
        return org.Schema.Get("Contact").Field(source) is { } copied
            ? (_, version) => Parent(version, type["ContactId"]) is { } contact ? Read(contact.Record, contact.Version, copied) : null
            : null;
    }
}
