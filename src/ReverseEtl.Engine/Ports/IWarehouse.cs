using System.Data.Common;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Engine.Ports;

/// <summary>One warehouse connection. Safe for concurrent use.</summary>
/// <remarks>
/// All values cross this port as neutral text (see <see cref="FieldValue"/>), whatever the engine's own types are. Every method throws
/// <see cref="PortException"/> when the warehouse cannot be reached or refuses the whole request; single rows never throw.
/// </remarks>
public interface IWarehouse : IAsyncDisposable
{
    /// <summary>Connects and runs the smallest statement.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>The warehouse's own clock; watermarks are taken from it at the start of a read.</summary>
    Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Which database this is, and as whom and how it is entered; null when it is none that rows could share a transaction with. Where it
    /// equals <see cref="IMappingState.Database"/>, rows and what is known of them are stored together or not at all.
    /// </summary>
    Task<string?> DatabaseAsync(CancellationToken cancellationToken);

    /// <summary>What the warehouse remembers of the state that last worked on a mapping; null when none has.</summary>
    Task<StateAnchor?> ReadAnchorAsync(string mapping, CancellationToken cancellationToken);

    /// <summary>Remembers it: in the table <c>crm_landing._anchor</c>, which is made when it is missing.</summary>
    Task WriteAnchorAsync(string mapping, StateAnchor anchor, CancellationToken cancellationToken);

    /// <summary>The columns of the model, or null when there is no such table. Types and limits as far as the engine knows them.</summary>
    /// <exception cref="PortException">The query does not compile; the message says why.</exception>
    Task<SideSchema?> DescribeAsync(WarehouseSide side, CancellationToken cancellationToken);

    /// <summary>The columns of a table that values are written to, or null when there is no such table.</summary>
    Task<SideSchema?> DescribeTableAsync(string table, CancellationToken cancellationToken);

    /// <summary>Up to five keys that more than one row has, as <see cref="RecordKey.Display"/> shows them.</summary>
    Task<IReadOnlyList<string>> FindDuplicateKeysAsync(WarehouseSide side, CancellationToken cancellationToken);

    /// <summary>
    /// Streams the model in the order of <see cref="RecordKey.Compare"/>, rows with a null in the key last. With
    /// <paramref name="since"/> only rows whose <c>changed_at</c> is at or after it, in the same order.
    /// </summary>
    IAsyncEnumerable<WarehouseRow> ReadAsync(WarehouseRead read, DateTimeOffset? since, CancellationToken cancellationToken);

    /// <summary>The whole model as <see cref="ReadAsync"/> streams it, for a reader that looks closer only at rows that moved.</summary>
    /// <param name="read">What to read.</param>
    /// <param name="print">How the fingerprint of a row is made.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IRowScan Scan(WarehouseRead read, RowPrint print, CancellationToken cancellationToken) =>
        new StreamedRowScan(ReadAsync(read, null, cancellationToken), print, cancellationToken);

    /// <summary>
    /// The same without the rows: only keys and the warehouse's own hashes travel. Null when this warehouse makes none.
    /// </summary>
    /// <param name="read">What to read; has a seed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IKeyScan? ScanHashes(WarehouseRead read, CancellationToken cancellationToken) => null;

    /// <summary>
    /// The whole model compared by the warehouse itself with what is known of it, so that only differences travel; null when this warehouse
    /// cannot. Rows differ when their own hash does (<see cref="WarehouseRead.HashSeed"/>), which may be when they mean the same.
    /// </summary>
    /// <param name="read">What to read; has a seed.</param>
    /// <param name="print">How the fingerprint of a row is made.</param>
    /// <param name="known">What is known, in this warehouse's database.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IDifferenceScan? Compare(WarehouseRead read, RowPrint print, KnownRows known, CancellationToken cancellationToken) => null;

    /// <summary>The rows with these keys, in any order; keys without a row are left out.</summary>
    Task<IReadOnlyList<WarehouseRow>> FindAsync(WarehouseRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Writes pulled values, each row by itself: a row that fails does not undo the others. Creates the landing table when it is missing.
    /// One result a write, in order.
    /// </summary>
    /// <param name="target">Where to.</param>
    /// <param name="writes">What.</param>
    /// <param name="within">
    /// A transaction on the same database (see <see cref="DatabaseAsync"/>) that the rows become part of: they are stored when it is
    /// committed, and it goes on unharmed whatever becomes of them here, also when this method throws. Null for transactions of its own.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(
        WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, DbTransaction? within, CancellationToken cancellationToken);
}

/// <summary>What to read of a model.</summary>
/// <param name="Side">The model and its key.</param>
/// <param name="Columns">The columns wanted, in the order in which values come back.</param>
public sealed record WarehouseRead(WarehouseSide Side, IReadOnlyList<string> Columns)
{
    /// <summary>
    /// Where the warehouse is to make a hash of each row (<see cref="WarehouseRow.Hash"/>): what that is to begin with. Null where it is not.
    /// </summary>
    public long? HashSeed { get; init; }
}

/// <summary>One row as read.</summary>
/// <param name="Key">The key as <see cref="RecordKey.Join"/> makes it; null when a part of it is null.</param>
/// <param name="Values">One value a column of <see cref="WarehouseRead.Columns"/>; null or a value, never anything else.</param>
/// <param name="ChangedAt">The row's <c>changed_at</c>, where the mapping names one.</param>
public sealed record WarehouseRow(string? Key, FieldValue[] Values, DateTimeOffset? ChangedAt)
{
    /// <summary>The warehouse's own hash of the values; 0 where it was not asked for.</summary>
    public long Hash { get; init; }
}

/// <summary>Where pulled values go.</summary>
/// <param name="Mapping">Name of the mapping; the landing table is <c>crm_landing.&lt;mapping&gt;</c>.</param>
/// <param name="Table">The table written in place; null for the landing table.</param>
/// <param name="Key">Key columns.</param>
/// <param name="Columns">All columns that pulled values may go to, with the types a missing landing table gets.</param>
public sealed record WarehouseTarget(string Mapping, string? Table, IReadOnlyList<string> Key, IReadOnlyList<FieldSchema> Columns);

/// <summary>What to do with one row.</summary>
public enum WarehouseWriteKind
{
    /// <summary>Change columns of an existing row; into the landing table: record the values that the CRM has now.</summary>
    Update,

    /// <summary>Add a row. Without a key the table must make one.</summary>
    Insert,

    /// <summary>Remove the row; in the landing table: mark it deleted.</summary>
    Delete,
}

/// <summary>One column of a write.</summary>
/// <param name="Column">Name.</param>
/// <param name="Expected">
/// What the column must still hold for the write to happen; <see cref="FieldValue.NotObserved"/> when anything may be there.
/// </param>
/// <param name="Value">Null or a value.</param>
public sealed record ColumnWrite(string Column, FieldValue Expected, FieldValue Value);

/// <summary>One row to write.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Key">The row's key; null for an insert whose key the table makes.</param>
/// <param name="CrmId">The partner in the CRM; recorded in the landing table.</param>
/// <param name="Columns">The columns; none for a delete.</param>
public sealed record WarehouseWrite(WarehouseWriteKind Kind, string? Key, string CrmId, IReadOnlyList<ColumnWrite> Columns);

/// <summary>What became of one written row.</summary>
/// <param name="Outcome">Confirmed, rejected, moved (an expected value was not there any more, or no such row) or unknown.</param>
/// <param name="Key">The key, also of an inserted row whose key the table made.</param>
/// <param name="Stored">What the columns hold now, in the order of <see cref="WarehouseWrite.Columns"/>; null unless confirmed.</param>
/// <param name="Reason">Why it was rejected, without personal data where the warehouse's text allows it.</param>
public sealed record WarehouseWriteResult(WriteOutcome Outcome, string? Key, IReadOnlyList<FieldValue>? Stored, string? Reason);
