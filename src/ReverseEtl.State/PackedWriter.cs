using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ReverseEtl.State;

/// <summary>Writes small numbers and texts tightly. The counterpart of <see cref="PackedReader"/>.</summary>
internal sealed class PackedWriter
{
    private byte[] _buffer = new byte[256];
    private int _used;

    /// <summary>Forgets what was written.</summary>
    public void Clear() => _used = 0;

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _buffer.AsSpan(0, _used).ToArray();

    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        _used++;
    }

    /// <summary>Seven bits a byte, lowest first.</summary>
    public void Number(uint value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    public void Hash(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        _used += sizeof(ulong);
    }

    /// <summary>UTF-8, or UTF-16 where the text has an unpaired surrogate: it must come back as it was.</summary>
    public void Text(string text)
    {
        if (PgText.IsWellFormed(text))
        {
            var length = Encoding.UTF8.GetByteCount(text);
            Number((uint)length << 1);
            _used += Encoding.UTF8.GetBytes(text, Reserve(length));
            return;
        }

        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        Number(((uint)bytes.Length << 1) | 1);
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_used + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_used + count, _buffer.Length * 2));
        }

        return _buffer.AsSpan(_used);
    }
}
