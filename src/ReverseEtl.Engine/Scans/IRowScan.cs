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

    /// <summary>The row's fingerprint.</summary>
    Fingerprint Print { get; }

    /// <summary>The row itself; may be asked for once.</summary>
    WarehouseRow Row { get; }
}
