using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.Ports;

/// <summary>Where a warehouse in the state's own database finds what is known of the rows of a model.</summary>
/// <param name="Database">See <see cref="IMappingState.Database"/>.</param>
/// <param name="Relation">
/// A query with the columns <c>key</c> (text in collation "C"), <c>print</c> (16 bytes), <c>state</c> (number of
/// <see cref="Core.Planning.PairState"/>), <c>hash</c> (bigint; the row's own hash when it was settled, null when any row is to be looked at),
/// <c>is_idle</c> (the row is not to be looked at) and <c>is_missed</c> (it is to be told when there is no row).
/// </param>
public sealed record KnownRows(string Database, string Relation);

/// <summary>The hash of a row that means what it did when it was settled.</summary>
/// <param name="Key">The row's key.</param>
/// <param name="Print">Its fingerprint; the stamp holds only for a pair that was settled with it.</param>
/// <param name="Hash">See <see cref="Scans.IKeyScan.Hash"/>.</param>
public sealed record RowStamp(string Key, Fingerprint Print, long Hash);
