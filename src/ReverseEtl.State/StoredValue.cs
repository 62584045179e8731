using System.Data.Common;
using ReverseEtl.Core.Values;

namespace ReverseEtl.State;

/// <summary>Field values in columns: one letter for the state, and the text.</summary>
internal static class StoredValue
{
    private const string Letters = "-uanv";

    /// <summary>The letter of a state: <c>-</c> not seen, <c>u</c> not moved, <c>a</c> no record, <c>n</c> empty, <c>v</c> value.</summary>
    public static char Letter(FieldValue value) => Letters[(int)value.State];

    /// <summary>The letters of several values.</summary>
    public static string LettersOf(params ReadOnlySpan<FieldValue> values)
    {
        Span<char> letters = stackalloc char[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            letters[i] = Letter(values[i]);
        }

        return new(letters);
    }

    /// <summary>The value of a letter and a stored text.</summary>
    public static FieldValue Of(char letter, string? stored) =>
        Letters.IndexOf(letter, StringComparison.Ordinal) is var state && state == (int)ValueState.Value
            ? FieldValue.Of(PgText.Load(stored))
            : Of((ValueState)state);

    /// <summary>The value of a state that has no text.</summary>
    public static FieldValue Of(ValueState state) => state switch
    {
        ValueState.NotObserved => FieldValue.NotObserved,
        ValueState.Unmoved => FieldValue.Unmoved,
        ValueState.Absent => FieldValue.Absent,
        ValueState.Null => FieldValue.Null,
        _ => throw new InvalidDataException($"A stored value has the unknown state {state}."),
    };

    /// <summary>A text column that may be null.</summary>
    public static string? TextOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A time column that may be null.</summary>
    public static DateTimeOffset? TimeOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    /// <summary>A fingerprint as PostgreSQL's 16-byte type, in the same order of bytes.</summary>
    public static Guid ToUuid(this Fingerprint print)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, print.Bits);
        return new(bytes, bigEndian: true);
    }

    /// <summary>A fingerprint column.</summary>
    public static Fingerprint Print(this DbDataReader reader, int column)
    {
        Span<byte> bytes = stackalloc byte[16];
        reader.GetGuid(column).TryWriteBytes(bytes, bigEndian: true, out _);
        return Fingerprint.FromBytes(bytes);
    }
}
