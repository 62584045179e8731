using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>One half of a base: the value itself for shared fields, its hash for fields with one owner.</summary>
public readonly record struct Half
{
    private static readonly object HashMark = new();

    // There are several halves for every field of every record in hand. So a hash and a value share the room: its text, or that it is a
    // hash; its state, or the hash.
    private readonly object? _text;
    private readonly ulong _bits;

    private Half(object? text, ulong bits) => (_text, _bits) = (text, bits);

    /// <summary>The value; <see cref="FieldValue.NotObserved"/> when only the hash is kept.</summary>
    public FieldValue Value => IsHash ? default : FieldValue.In((ValueState)_bits, (string?)_text);

    /// <summary>The hash of the canonical value when only that is kept.</summary>
    public ulong Hash => IsHash ? _bits : 0;

    /// <summary>Whether only the hash is kept.</summary>
    public bool IsHash => ReferenceEquals(_text, HashMark);

    /// <summary>Keeps a value.</summary>
    public static Half Keep(FieldValue value) => new(value.Text, (ulong)value.State);

    /// <summary>Keeps a stored hash.</summary>
    public static Half FromHash(ulong hash) => new(HashMark, hash);

    /// <summary>Keeps only the hash of a value.</summary>
    public static Half HashOf(FieldType type, FieldValue value) => FromHash(Fingerprint.OfValue(type, value));

    /// <summary>Whether the value means the same as what this half remembers. An unmoved value does, by definition.</summary>
    public bool Is(FieldType type, FieldValue value) =>
        value.State is ValueState.Unmoved
        || (IsHash ? Hash == Fingerprint.OfValue(type, value) : type.Same(Value, value));
}
