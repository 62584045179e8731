using System.Text;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>The table <c>crm_landing.&lt;mapping&gt;</c>: the latest word of the CRM on each record, whatever stood there before.</summary>
internal sealed class LandingTarget(WarehouseMemory memory, Table table, int keyParts) : IWriteTarget
{
    public const string KeyColumn = "key";
    public const string CrmIdColumn = "crm_id";
    public const string DeletedColumn = "_deleted";
    public const string LandedAtColumn = "_landed_at";
    private const int MaxNameBytes = 63;

    private static readonly TableColumn[] OwnColumns =
    [
        new(KeyColumn, new(FieldKind.Text)),
        new(CrmIdColumn, new(FieldKind.Text)),
        new(DeletedColumn, new(FieldKind.Boolean)),
        new(LandedAtColumn, new(FieldKind.Timestamp) { Resolution = TimeSpan.FromMicroseconds(1) }),
    ];

    public Table Table => table;

    public int[] Key => table.KeyColumns;

    public static string NameOf(string mapping) => $"crm_landing.{mapping}";

    /// <summary>The key as the landing table shows it; parts that hold a bar themselves stay apart as they are.</summary>
    public static string Display(string key, int parts) => parts > 1 && key.Contains('|', StringComparison.Ordinal) ? key : RecordKey.Display(key);

    /// <summary>The landing table of the mapping, made or extended when need be.</summary>
    public static LandingTarget Prepare(WarehouseMemory memory, WarehouseTarget target)
    {
        if (Encoding.UTF8.GetByteCount(target.Mapping) > MaxNameBytes)
        {
            throw new PortException(PortTrouble.Refused, $"The mapping's name '{target.Mapping}' is longer than a table's name may be.");
        }

        if (target.Columns.FirstOrDefault(column => OwnColumns.Any(own => own.Name == column.Name)) is { } taken)
        {
            throw new PortException(PortTrouble.Refused, $"A pulled column cannot be called '{taken.Name}': the landing table has one of its own.");
        }

        var name = NameOf(target.Mapping);
        var table = memory.Find(name) ?? memory.Make(new TableShape(name, OwnColumns) { Key = [KeyColumn] });
        foreach (var column in target.Columns.Where(column => table.Find(column.Name) < 0))
        {
            table.AddColumn(ColumnFor(column));
        }

        return new(memory, table, target.Key.Count);
    }

    public WarehouseWriteResult Write(TableDraft draft, WarehouseWrite write)
    {
        if (write.Key is null)
        {
            return new(WriteOutcome.Rejected, null, null, "a row of a landing table needs a key");
        }

        var key = Display(write.Key, keyParts);
        var (values, problem) = RowRules.Spell(
            table,
            write.Columns.Select(column => (column.Column, column.Value)).Concat(
            [
                (KeyColumn, FieldValue.Of(key)),
                (CrmIdColumn, FieldValue.Of(write.CrmId)),
                (DeletedColumn, FieldValue.Of(write.Kind is WarehouseWriteKind.Delete ? "true" : "false")),
                (LandedAtColumn, FieldValue.Of(Instants.Format(memory.Now))),
            ]));
        if (problem is not null)
        {
            return new(WriteOutcome.Rejected, write.Key, null, problem);
        }

        var standing = draft.Find(key) is [var known, ..]
            ? known
            : new TableRow(table.NextId(), RowRules.Blank(table, memory.Now), new DateTimeOffset[table.Shape.Columns.Count]);
        var row = draft.Put(standing.With(values, memory.Now));
        return new(WriteOutcome.Confirmed, write.Key, [.. write.Columns.Select(column => row.Cells[table.Column(column.Column)])], null);
    }

    // Limits stay behind: a landing table takes whatever the CRM has.
    private static TableColumn ColumnFor(FieldSchema column) => new(column.Name, column.Type.Kind switch
    {
        FieldKind.Integer or FieldKind.Decimal or FieldKind.Boolean or FieldKind.Date or FieldKind.MultiPicklist => new(column.Type.Kind),
        FieldKind.Timestamp => new(FieldKind.Timestamp) { Resolution = TimeSpan.FromMicroseconds(1) },
        _ => new(FieldKind.Text),
    });
}
