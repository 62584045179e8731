using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Scans;

/// <summary>A scan that brings the rows along. What a row is needs to be looked at only where its hash says that it moved.</summary>
public interface IRowScan : IKeyScan
{
    /// <summary>The row's fingerprint; costs much more than <see cref="IKeyScan.Hash"/>.</summary>
    Fingerprint Print { get; }

    /// <summary>The row itself; may be asked for once.</summary>
    WarehouseRow Row { get; }
}
