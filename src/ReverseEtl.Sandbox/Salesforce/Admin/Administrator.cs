using System.Globalization;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Admin;

/// <summary>What an administrator does to the fields of an org. None of it moves a stamp of a record (reference §6.1).</summary>
internal sealed class Administrator(Org org)
{
    /// <summary>The third characters of the ids of custom objects, which start with a0.</summary>
    private const string Prefixes = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private readonly Normalizer _normalizer = new(org);
    private int _objects;

    /// <summary>Renames, retypes or otherwise changes a field; its values stay where they fit.</summary>
    public void ChangeField(ObjectType type, string name, FieldChange change)
    {
        var before = type[name];
        var describe = change.Type is { } newType && newType != before.Type
            ? FieldTemplates.Describe(Spec(before, newType, change))
            : JsonNode.Parse(before.Describe)!.AsObject();
        Set(describe, "name", change.Name);
        Set(describe, "label", change.Label);
        Set(describe, "length", change.Length);
        Set(describe, "byteLength", change.Length * 3);
        Set(describe, "precision", change.Precision);
        Set(describe, "scale", change.Scale);
        Set(describe, "restrictedPicklist", change.Restricted);
        Set(describe, "nillable", change.Nillable);
        Set(describe, "createable", change.Createable);
        Set(describe, "updateable", change.Updateable);
        if (change.Picklist is { } values)
        {
            describe["picklistValues"] = new JsonArray([.. values.Select(FieldTemplates.PicklistValue)]);
        }

        var after = org.ReplaceField(type, before, describe);
        if (after.Kind != before.Kind)
        {
            Convert(type, after);
        }
    }

    /// <summary>Adds a custom object with its fields.</summary>
    public void AddObject(ObjectSpec spec)
    {
        if (!spec.Name.EndsWith("__c", StringComparison.Ordinal))
        {
            throw new ArgumentException($"{spec.Name}: the names of custom objects end in __c.", nameof(spec));
        }

        if (_objects == Prefixes.Length)
        {
            throw new ArgumentException($"The simulated org takes at most {Prefixes.Length} custom objects.", nameof(spec));
        }

        var type = org.AddObject(CustomObject.Describe(spec, $"a0{Prefixes[_objects++]}"));
        foreach (var field in spec.Fields)
        {
            org.AddField(type, field);
        }
    }

    /// <summary>Adds a standard object that was recorded but is not in every org: Event, or OpportunityContactRole.</summary>
    public void AddStandardObject(string name)
    {
        if (name is not ("Event" or "OpportunityContactRole"))
        {
            throw new ArgumentException($"{name} is neither Event nor OpportunityContactRole.", nameof(name));
        }

        org.AddField(org.AddObject(DescribeDocuments.Standard(name)), OrgSchema.Key);
    }

    /// <summary>Deletes a field and, for good, its values.</summary>
    public void DeleteField(ObjectType type, string name) => org.DeleteField(type, type[name]);

    private static FieldSpec Spec(FieldDefinition before, string type, FieldChange change) => new(before.Name, type)
    {
        Label = before.Label,
        Length = change.Length ?? (before.Length > 0 ? before.Length : 255),
        Precision = change.Precision ?? (before.Precision > 0 ? before.Precision : 18),
        Scale = change.Scale ?? before.Scale,
        Picklist = before.Picklist,
        Restricted = change.Restricted ?? before.Restricted,
    };

    private static void Set<T>(JsonObject describe, string key, T? value)
    {
        if (value is not null)
        {
            describe[key] = JsonValue.Create(value);
        }
    }

    private void Convert(ObjectType type, FieldDefinition field)
    {
        foreach (var record in org.Table(type).Rows)
        {
            if (record.Latest[field] is { } value)
            {
                var values = (object?[])record.Latest.Values.Clone();
                values[field.Ordinal] = Fitting(field, value);
                org.Replace(record, values, TimeSpan.Zero);
            }
        }

        org.Undo.Clear();
    }

    private object? Fitting(FieldDefinition field, object value)
    {
        var text = value switch
        {
            bool flag => flag ? "true" : "false",
            DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => (string)value,
        };
        try
        {
            return _normalizer.Normalize(field, ValueParser.Parse(field, JsonValue.Create(text), org.Switches));
        }
        catch (SalesforceException)
        {
            // What does not fit is lost, as the platform warns before it changes a type.
            return field.Default;
        }
    }
}
