using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Core.Values;

/// <summary>Makes the fingerprint of a row from its values one after the other. Serves row after row without allocating. Not safe for concurrent use.</summary>
/// <remarks>Each value is marked and carries its length, so that no two different rows spell the same bytes.</remarks>
public sealed class PrintBuffer : IDisposable
{
    private const byte NullMark = 0;
    private const byte ValueMark = 1;
    private const byte UnseenMark = 2;
    private const int Head = 1 + sizeof(int);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(256);
    private int _used;

    /// <summary>Begins something that needs no salt.</summary>
    public void Begin() => _used = 0;

    /// <summary>Begins a row.</summary>
    /// <param name="salt">Stands for the mapping's shape, so that a changed mapping makes every record look moved.</param>
    public void Begin(ulong salt)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes, salt);
        _used = sizeof(ulong);
    }

    /// <summary>The next value, whatever its form.</summary>
    public void Append(FieldType type, FieldValue value)
    {
        var canon = type.Canon(value);
        if (canon.Text is { } text)
        {
            Advance(Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length))));
        }
        else if (canon.State is ValueState.Null)
        {
            AppendNull();
        }
        else
        {
            Mark(UnseenMark);
        }
    }

    /// <summary>The next value, which is null.</summary>
    public void AppendNull() => Mark(NullMark);

    /// <summary>The next value as the UTF-8 of its canonical form (see <see cref="FieldType.Canon"/>).</summary>
    public void AppendCanonical(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Advance(utf8.Length);
    }

    /// <summary>Room to write the canonical form of the next value to; <see cref="Advance"/> tells how much of it was used.</summary>
    /// <param name="size">Bytes, at most.</param>
    public Span<byte> Reserve(int size)
    {
        var need = _used + Head + size;
        if (need > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(need * 2);
            _bytes.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(_used + Head, size);
    }

    /// <summary>Ends the value that was written to <see cref="Reserve"/>.</summary>
    /// <param name="length">Its bytes.</param>
    public void Advance(int length)
    {
        _bytes[_used] = ValueMark;
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_used + 1), length);
        _used += Head + length;
    }

    /// <summary>The row's fingerprint.</summary>
    public Fingerprint Finish()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_bytes.AsSpan(0, _used), hash);
        return Fingerprint.FromBytes(hash[..Fingerprint.Size]);
    }

    /// <summary>Gives the room back; nothing more may be asked of it.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Mark(byte mark)
    {
        Reserve(0);
        _bytes[_used] = mark;
        _bytes.AsSpan(_used + 1, sizeof(int)).Clear();
        _used += Head;
    }
}
