using System.Buffers.Binary;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A scan of what the server found to differ.</summary>
internal sealed class PgDifferenceScan(
    PgOpening open, WarehouseRead read, RowPrint print, KnownRows known, string endpoint,
    CancellationToken cancellationToken) : PgScan(open, read, print, model => model.CopyDifferences(known), endpoint, cancellationToken), IDifferenceScan
{
    // Behind the row's hash: how many rows have the key, which of them this is, then what is known.
    private const int CopiesAt = 1;
    private const int KnownKeyAt = 3;
    private const int KnownPrintAt = 4;
    private const int KnownStateAt = 5;

    public bool IsThere => !Tuples.IsNull(Model.HashColumn);

    public bool IsRepeated => HasKey && BinaryPrimitives.ReadInt64BigEndian(Tuples[Model.HashColumn + CopiesAt]) > 1;

    public bool IsKnown => !Tuples.IsNull(Model.HashColumn + KnownKeyAt);

    public Fingerprint KnownPrint => Fingerprint.FromBytes(Tuples[Model.HashColumn + KnownPrintAt]);

    public PairState KnownState => (PairState)BinaryPrimitives.ReadInt16BigEndian(Tuples[Model.HashColumn + KnownStateAt]);

    public override ReadOnlySpan<byte> Key => IsThere ? base.Key : Tuples[Model.HashColumn + KnownKeyAt];
}
