using System.Text;

namespace ReverseEtl.Engine.Scans;

/// <summary>The key of the row that was read last, in one buffer that is used again and again.</summary>
internal sealed class KeyBuffer
{
    private byte[] _bytes = new byte[64];
    private int _length = -1;

    /// <summary>The key as text.</summary>
    public string Text => Encoding.UTF8.GetString(_bytes, 0, _length);

    /// <summary>Whether it is this key; none was set at first.</summary>
    public bool Is(ReadOnlySpan<byte> key) => _length >= 0 && key.SequenceEqual(_bytes.AsSpan(0, _length));

    public void Set(ReadOnlySpan<byte> key)
    {
        if (key.Length > _bytes.Length)
        {
            _bytes = new byte[key.Length * 2];
        }

        key.CopyTo(_bytes);
        _length = key.Length;
    }
}
