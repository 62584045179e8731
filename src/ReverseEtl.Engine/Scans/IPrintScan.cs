using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Scans;

/// <summary>Reads all pairs of a mapping in the order of <see cref="RecordKey.Compare"/>, standing on one at a time: what the merge with the model needs.</summary>
public interface IPrintScan : IAsyncDisposable
{
    /// <summary>Goes to the next pair; false after the last.</summary>
    /// <exception cref="PortException">The state cannot be reached.</exception>
    ValueTask<bool> NextAsync();

    /// <summary>The warehouse key's UTF-8, until the next pair.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>Fingerprint of the row that was last planned for; <see cref="Fingerprint.None"/> when it must be planned again.</summary>
    Fingerprint Print { get; }

    /// <summary>See <see cref="State.Pair.RowHash"/>.</summary>
    long Hash { get; }

    /// <summary>Where the pair stands.</summary>
    PairState State { get; }
}
