using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>A record about to be saved, as triggers (flows) and validation rules see it.</summary>
public sealed class SaveContext
{
    private readonly ObjectType _type;
    private readonly object?[] _values;
    private readonly Func<FieldDefinition, object?, object?> _normalize;

    internal SaveContext(
        ObjectType type, string id, object?[]? before, object?[] values, string userId, Func<FieldDefinition, object?, object?> normalize)
    {
        _type = type;
        _values = values;
        _normalize = normalize;
        Before = before;
        Id = id;
        UserId = userId;
    }

    /// <summary>The object's API name.</summary>
    public string Type => _type.Name;

    /// <summary>The record's 18-character id, known before the first save.</summary>
    public string Id { get; }

    /// <summary>The writing user.</summary>
    public string UserId { get; }

    /// <summary>Whether the record is being created.</summary>
    public bool IsNew => Before is null;

    private object?[]? Before { get; }

    /// <summary>
    /// A field's value as it will be saved: string, bool, decimal, DateOnly, DateTimeOffset or null. Setting it is part of the
    /// same write by the same user.
    /// </summary>
    public object? this[string field]
    {
        get => _values[Ordinal(field)];
        set => _values[Ordinal(field)] = _normalize(_type[field], value);
    }

    /// <summary>A field's value before this write; null for a new record.</summary>
    public object? Old(string field) => Before is { } before && Ordinal(field) is var at && at < before.Length ? before[at] : null;

    private int Ordinal(string field) => _type[field].Ordinal;
}
