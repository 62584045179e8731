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
        var tuples = new CopyTuples(new Pieces(Copy(extension: 5), piece));
        foreach (var row in Rows)
        {
            Assert.True(await tuples.NextAsync(CancellationToken.None));
            Assert.Equal(row, Enumerable.Range(0, 3).Select(i => tuples.IsNull(i) ? null : Encoding.UTF8.GetString(tuples[i])));
        }

        Assert.False(await tuples.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Copy_that_breaks_off_is_no_end()
    {
        var copy = Copy(extension: 0);
        var tuples = new CopyTuples(new Pieces(copy[..^5], 64));
        await Assert.ThrowsAsync<EndOfStreamException>(async () =>
        {
            while (await tuples.NextAsync(CancellationToken.None))
            {
                Assert.False(tuples.IsNull(0) && !tuples.IsNull(1));
            }
        });
    }

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

    /// <summary>Gives no more than a piece at a time.</summary>
    private sealed class Pieces(byte[] all, int piece) : MemoryStream(all)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
