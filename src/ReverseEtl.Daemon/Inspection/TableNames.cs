using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Inspection;

/// <summary>The tables of a warehouse, for suggestions, through the standard's own catalogue.</summary>
internal static class TableNames
{
    private const string Query =
        "select table_schema || '.' || table_name as name from information_schema.tables where table_schema not in ('information_schema', 'pg_catalog')";

    /// <summary>Their names with schemas; none where the warehouse has no such catalogue, because a suggestion is not worth a failure.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(IWarehouse warehouse, string connection, CancellationToken cancellationToken)
    {
        var side = new WarehouseSide { Connection = connection, Kind = SourceKind.Query, Source = Query, Key = ["name"] };
        var names = new List<string>();
        try
        {
            await foreach (var row in warehouse.ReadAsync(new WarehouseRead(side, ["name"]), since: null, cancellationToken))
            {
                names.Add(row.Key ?? "");
            }
        }
        catch (PortException)
        {
            return [];
        }

        return names;
    }
}
