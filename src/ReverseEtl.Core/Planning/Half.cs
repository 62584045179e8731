using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>One half of a base: the value itself for shared fields, its hash for fields with one owner.</summary>
public readonly record struct Half
{
    private Half(FieldValue value, ulong hash, bool isHash)
    {
        Value = value;
        Hash = hash;
        IsHash = isHash;
    }

    /// <summary>The value; <see cref="FieldValue.NotObserved"/> when only the hash is kept.</summary>
    public FieldValue Value { get; }

    /// <summary>The hash of the canonical value when only that is kept.</summary>
    public ulong Hash { get; }

    /// <summary>Whether only the hash is kept.</summary>
    public bool IsHash { get; }

    /// <summary>Keeps a value.</summary>
    public static Half Keep(FieldValue value) => new(value, 0, isHash: false);

    /// <summary>Keeps a stored hash.</summary>
    public static Half FromHash(ulong hash) => new(default, hash, isHash: true);

    /// <summary>Keeps only the hash of a value.</summary>
    public static Half HashOf(FieldType type, FieldValue value) => FromHash(Fingerprint.OfValue(type, value));

    /// <summary>Whether the value means the same as what this half remembers. An unmoved value does, by definition.</summary>
    public bool Is(FieldType type, FieldValue value) =>
        value.State is ValueState.Unmoved
        || (IsHash ? Hash == Fingerprint.OfValue(type, value) : type.Same(Value, value));
}
