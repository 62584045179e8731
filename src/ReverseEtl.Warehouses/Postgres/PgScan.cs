using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A scan of whole rows: nothing is made of one but its fingerprint, unless the row itself is asked for.</summary>
internal class PgScan(
    PgOpening open, WarehouseRead read, RowPrint print, Func<PgModel, string> query, string endpoint, CancellationToken cancellationToken)
    : PgCopyScan(open, read, query, endpoint, cancellationToken), IRowScan
{
    private readonly PrintBuffer _buffer = new();

    public Fingerprint Print => Model.Print(Tuples, print, _buffer);

    public override long Hash => Model.Hash(Tuples);

    public WarehouseRow Row => Model.Read(Tuples);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _buffer.Dispose();
    }
}
