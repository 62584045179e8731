using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Scans;

/// <summary>
/// Reads a model in the order of <see cref="RecordKey.Compare"/>, standing on one row at a time; rows with a null in the key are last.
/// </summary>
public interface IKeyScan : IAsyncDisposable
{
    /// <summary>Goes to the next row; false after the last.</summary>
    /// <exception cref="PortException">The warehouse cannot be reached or refuses.</exception>
    ValueTask<bool> NextAsync();

    /// <summary>Whether no part of the row's key is null.</summary>
    bool HasKey { get; }

    /// <summary>The key's UTF-8, until the next row; empty where it has none.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>
    /// The warehouse's own hash of the row (<see cref="WarehouseRead.HashSeed"/>): equal for rows that are the same, most likely different for
    /// any others. 0 where it was not asked for.
    /// </summary>
    long Hash { get; }
}
