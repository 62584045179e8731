using System.Buffers.Binary;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A scan of keys and hashes.</summary>
internal sealed class PgKeyScan(PgOpening open, WarehouseRead read, string endpoint, CancellationToken cancellationToken)
    : PgCopyScan(open, read, model => model.CopyHashes(), endpoint, cancellationToken)
{
    public override long Hash => BinaryPrimitives.ReadInt64BigEndian(Tuples[1]);
}
