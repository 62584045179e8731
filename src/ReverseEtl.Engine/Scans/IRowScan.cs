using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Scans;

/// <summary>
/// Reads a model in the order of <see cref="RecordKey.Compare"/>, standing on one row at a time; rows with a null in the key are last. What a
/// row is needs to be read only where its fingerprint says that it moved.
/// </summary>
public interface IRowScan : IAsyncDisposable
{
    /// <summary>Goes to the next row; false after the last.</summary>
    /// <exception cref="PortException">The warehouse cannot be reached or refuses.</exception>
    ValueTask<bool> NextAsync();

    /// <summary>Whether no part of the row's key is null.</summary>
    bool HasKey { get; }

    /// <summary>The key's UTF-8, until the next row; empty where it has none.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>
    /// What the warehouse, or else the reader, makes of the row as it is, cheaply: equal for rows that are the same, most likely different for
    /// rows that mean the same. 0 where neither makes anything.
    /// </summary>
    long Hash { get; }

    /// <summary>The row's fingerprint; costs much more than <see cref="Hash"/>.</summary>
    Fingerprint Print { get; }

    /// <summary>The row itself; may be asked for once.</summary>
    WarehouseRow Row { get; }
}
