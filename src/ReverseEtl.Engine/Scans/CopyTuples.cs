using System.Buffers.Binary;

namespace ReverseEtl.Engine.Scans;

/// <summary>
/// Reads the tuples of PostgreSQL's binary COPY format out of one buffer that is used again and again. Format:
/// https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
/// </summary>
/// <remarks>
/// The server may think for long before the first tuple; that is awaited. From then on they come as fast as they are read, a message each,
/// and an asynchronous call a message costs more than all that is done with it: those reads are synchronous.
/// </remarks>
/// <param name="stream">The copy.</param>
/// <param name="cancel">Makes the server end it; whoever reads then gets an error.</param>
/// <param name="cancellationToken">Cancels it at any time.</param>
public sealed class CopyTuples(Stream stream, Action cancel, CancellationToken cancellationToken) : IDisposable
{
    private const int Header = 11 + sizeof(int) + sizeof(int);
    private const int LeastRoom = 8 * 1024;

    private readonly CancellationTokenRegistration _cancelling = cancellationToken.UnsafeRegister(static cancel => ((Action)cancel!)(), cancel);
    private byte[] _buffer = new byte[64 * 1024];
    private (int Start, int Length)[] _fields = [];
    private bool _begun;
    private int _next;
    private int _end;

    /// <summary>Goes to the first tuple; false when there is none.</summary>
    /// <exception cref="EndOfStreamException">The stream ends in the middle.</exception>
    public async Task<bool> FirstAsync()
    {
        bool? found;
        while ((found = Parse()) is null)
        {
            MakeRoom();
            Take(await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken));
        }

        return found.Value;
    }

    /// <summary>Goes to the next tuple; false after the last.</summary>
    /// <exception cref="EndOfStreamException">The stream ends in the middle.</exception>
    public bool Next()
    {
        bool? found;
        while ((found = Parse()) is null)
        {
            MakeRoom();
            try
            {
                Take(stream.Read(_buffer.AsSpan(_end)));
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("The copy was cancelled.", e, cancellationToken);
            }
        }

        return found.Value;
    }

    /// <summary>Listens to no cancellation any more; to be called before the stream is closed.</summary>
    public void Dispose() => _cancelling.Dispose();

    /// <summary>Whether a field is null.</summary>
    public bool IsNull(int field) => _fields[field].Length < 0;

    /// <summary>A field's bytes, until the next tuple; empty for null.</summary>
    public ReadOnlySpan<byte> this[int field] => _fields[field] is { Length: > 0 } at ? _buffer.AsSpan(at.Start, at.Length) : [];

    // True: on a tuple. False: at the end. Null: there is less than a tuple in the buffer.
    private bool? Parse()
    {
        var at = _next;
        if (!_begun)
        {
            at = _end < Header ? Header : Header + BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(Header - sizeof(int)));
            if (_end < at)
            {
                return null;
            }

            (_begun, _next) = (true, at);
        }

        if (_end - at < sizeof(short))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(at));
        if (count < 0)
        {
            return false;
        }

        at += sizeof(short);
        if (_fields.Length != count)
        {
            _fields = new (int, int)[count];
        }

        for (var i = 0; i < count; i++)
        {
            if (_end - at < sizeof(int))
            {
                return null;
            }

            var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(at));
            at += sizeof(int);
            _fields[i] = (at, length);
            at += Math.Max(length, 0);
            if (at > _end)
            {
                return null;
            }
        }

        _next = at;
        return true;
    }

    private void Take(int read) => _end += read > 0 ? read : throw new EndOfStreamException("The copy ended in the middle.");

    private void MakeRoom()
    {
        if (_next > 0)
        {
            _buffer.AsSpan(_next, _end - _next).CopyTo(_buffer);
            (_next, _end) = (0, _end - _next);
        }

        if (_buffer.Length - _end < LeastRoom)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
