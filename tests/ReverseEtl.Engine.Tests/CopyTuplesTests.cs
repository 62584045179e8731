using System.Buffers.Binary;
using System.Text;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Engine.Tests;

/// <summary>The binary COPY format, however the network cuts it.</summary>
public sealed class CopyTuplesTests
{
    private static readonly string?[][] Rows = [["a", null, ""], ["é", new string('x', 300_000), "z"], [null, null, null], ["last", "1", "2"]];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(int.MaxValue)]
    public async Task Tuples_are_read_whatever_the_pieces_are(int piece)
    {
        using var tuples = Tuples(new Pieces(Copy(extension: 5), piece));
        foreach (var row in Rows)
        {
            Assert.True(row == Rows[0] ? await tuples.FirstAsync() : tuples.Next());
            Assert.Equal(row, Enumerable.Range(0, 3).Select(i => tuples.IsNull(i) ? null : Encoding.UTF8.GetString(tuples[i])));
        }

        Assert.False(tuples.Next());
    }

    [Fact]
    public async Task Copy_that_breaks_off_is_no_end()
    {
        var copy = Copy(extension: 0);
        using var tuples = Tuples(new Pieces(copy[..^5], 64));
        Assert.True(await tuples.FirstAsync());
        Assert.Throws<EndOfStreamException>(() =>
        {
            while (tuples.Next())
            {
                Assert.False(tuples.IsNull(0) && !tuples.IsNull(1));
            }
        });
    }

    [Fact]
    public async Task Read_that_waits_is_ended_by_the_server_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        using var stalled = new Pieces(Copy(extension: 0)[..^5], 64) { Cancelled = stop.Token };
        var cancelled = 0;
        using var tuples = new CopyTuples(stalled, () => cancelled++, stop.Token);
        Assert.True(await tuples.FirstAsync());
        stalled.OnEnd = stop.Cancel;
        var ended = Assert.Throws<OperationCanceledException>(() =>
        {
            while (tuples.Next())
            {
                Assert.Equal(0, cancelled);
            }
        });
        Assert.Equal((1, stop.Token), (cancelled, ended.CancellationToken));
    }

    private static CopyTuples Tuples(Stream stream) => new(stream, () => { }, CancellationToken.None);

    private static byte[] Copy(int extension)
    {
        using var copy = new MemoryStream();
        copy.Write("PGCOPY"u8);
        copy.Write([0x0a, 0xff, 0x0d, 0x0a, 0x00]);
        Number(0);
        Number(extension);
        copy.Write(new byte[extension]);
        foreach (var row in Rows)
        {
            Count(row.Length);
            foreach (var field in row)
            {
                Number(field is null ? -1 : Encoding.UTF8.GetByteCount(field));
                copy.Write(Encoding.UTF8.GetBytes(field ?? ""));
            }
        }

        Count(-1);
        return copy.ToArray();

        void Number(int value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            copy.Write(bytes);
        }

        void Count(int value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(short)];
            BinaryPrimitives.WriteInt16BigEndian(bytes, (short)value);
            copy.Write(bytes);
        }
    }

    /// <summary>Gives no more than a piece at a time; fails where it was cancelled.</summary>
    private sealed class Pieces(byte[] all, int piece) : MemoryStream(all)
    {
        public CancellationToken Cancelled { get; init; }

        /// <summary>What happens while it waits for more than there is.</summary>
        public Action OnEnd { get; set; } = () => { };

        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer[..Math.Min(piece, buffer.Length)]);
            if (read == 0)
            {
                OnEnd();
                return Cancelled.IsCancellationRequested ? throw new IOException("The server ended it.") : 0;
            }

            return read;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
