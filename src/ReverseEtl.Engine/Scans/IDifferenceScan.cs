using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.Scans;

/// <summary>
/// What a warehouse found by comparing a model with what is known of it, in any order: rows that are new or look different to it, rows that are
/// to be looked at whatever they are, keys that several rows have (once each), and what is known and has no row.
/// </summary>
public interface IDifferenceScan : IRowScan
{
    /// <summary>Whether there is a row; else only what is known of it.</summary>
    bool IsThere { get; }

    /// <summary>Whether several rows have the key.</summary>
    bool IsRepeated { get; }

    /// <summary>Whether anything is known of the key.</summary>
    bool IsKnown { get; }

    /// <summary>Fingerprint of the row that was last planned for; <see cref="Fingerprint.None"/> when it must be planned again.</summary>
    Fingerprint KnownPrint { get; }

    /// <summary>Where the pair stands.</summary>
    PairState KnownState { get; }
}
