using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Core.Values;

/// <summary>16 bytes that stand for what was seen of one side of a record: the first half of a SHA-256.</summary>
/// <param name="Bits">The bytes as one big-endian number; zero stands for "never seen".</param>
public readonly record struct Fingerprint(UInt128 Bits)
{
    private const byte NullMark = 0;
    private const byte ValueMark = 1;
    private const byte UnseenMark = 2;

    /// <summary>Nothing was seen yet; equals no real fingerprint but by a chance of 2^-128.</summary>
    public static Fingerprint None => default;

    /// <summary>The fingerprint of a row: equal exactly when every field has the same canonical value; all unseen states are one.</summary>
    /// <param name="salt">Stands for the mapping's shape, so that a changed mapping makes every record look moved.</param>
    /// <param name="types">One type a value.</param>
    /// <param name="values">The row.</param>
    public static Fingerprint OfRow(ulong salt, IReadOnlyList<FieldType> types, ReadOnlySpan<FieldValue> values)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, salt);
        var used = sizeof(ulong);
        for (var i = 0; i < values.Length; i++)
        {
            used = Append(ref buffer, used, types[i].Canon(values[i]));
        }

        var print = Hash(buffer.AsSpan(0, used));
        ArrayPool<byte>.Shared.Return(buffer);
        return print;
    }

    /// <summary>Eight bytes for one value, for bases that need not keep the value itself.</summary>
    public static ulong OfValue(FieldType type, FieldValue value)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256);
        var used = Append(ref buffer, 0, type.Canon(value));
        var print = Hash(buffer.AsSpan(0, used));
        ArrayPool<byte>.Shared.Return(buffer);
        return (ulong)(print.Bits >> 64);
    }

    /// <summary>The fingerprint of any text, e.g. of a mapping's shape or of a match key.</summary>
    public static Fingerprint OfText(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>The 16 bytes, for storage.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="ArgumentException">Not 16 bytes.</exception>
    public static Fingerprint FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == 16
        ? new(BinaryPrimitives.ReadUInt128BigEndian(bytes))
        : throw new ArgumentException($"A fingerprint has 16 bytes, not {bytes.Length}.", nameof(bytes));

    private static Fingerprint Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    // Each value is marked and carries its length, so that no two different rows spell the same bytes.
    private static int Append(ref byte[] buffer, int used, FieldValue value)
    {
        var text = value.Text ?? "";
        var need = used + 5 + Encoding.UTF8.GetMaxByteCount(text.Length);
        if (need > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(need * 2);
            buffer.AsSpan(0, used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        buffer[used] = value.State switch
        {
            ValueState.Null => NullMark,
            ValueState.Value => ValueMark,
            _ => UnseenMark,
        };
        var length = Encoding.UTF8.GetBytes(text, buffer.AsSpan(used + 5));
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(used + 1), length);
        return used + 5 + length;
    }
}
