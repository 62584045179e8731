using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Core.Values;

/// <summary>16 bytes that stand for what was seen of one side of a record: the first half of a SHA-256.</summary>
/// <param name="Bits">The bytes as one big-endian number; zero stands for "never seen".</param>
public readonly record struct Fingerprint(UInt128 Bits)
{
    /// <summary>Bytes of a fingerprint.</summary>
    public const int Size = 16;

    /// <summary>Nothing was seen yet; equals no real fingerprint but by a chance of 2^-128.</summary>
    public static Fingerprint None => default;

    /// <summary>Eight bytes for one value, for bases that need not keep the value itself.</summary>
    public static ulong OfValue(FieldType type, FieldValue value)
    {
        using var buffer = new PrintBuffer();
        buffer.Begin();
        buffer.Append(type, value);
        return (ulong)(buffer.Finish().Bits >> 64);
    }

    /// <summary>The fingerprint of any text, e.g. of a mapping's shape or of a match key.</summary>
    public static Fingerprint OfText(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>The 16 bytes, for storage.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="ArgumentException">Not 16 bytes.</exception>
    public static Fingerprint FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new(BinaryPrimitives.ReadUInt128BigEndian(bytes))
        : throw new ArgumentException($"A fingerprint has {Size} bytes, not {bytes.Length}.", nameof(bytes));

    private static Fingerprint Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
