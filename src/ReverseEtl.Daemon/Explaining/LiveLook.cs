using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Explaining;

/// <summary>One record as both sides show it now.</summary>
/// <param name="Rules">The fields with their types; empty when a side could not be asked.</param>
/// <param name="Row">The warehouse row's values by column; null when there is no row or it could not be read.</param>
/// <param name="Record">The CRM record; null likewise.</param>
/// <param name="CrmValues">The record's values by CRM field name.</param>
/// <param name="Troubles">Why a side could not be read.</param>
internal sealed record LiveLook(
    IReadOnlyList<FieldRule> Rules,
    IReadOnlyDictionary<string, FieldValue>? Row,
    CrmRecord? Record,
    IReadOnlyDictionary<string, FieldValue>? CrmValues,
    IReadOnlyList<string> Troubles)
{
    /// <summary>Looks. A side that does not answer is told in <see cref="Troubles"/>; the state's own knowledge is worth showing without it.</summary>
    public static async Task<LiveLook> TakeAsync(IConnections connections, Mapping mapping, string? key, string? crmId, CancellationToken cancellationToken)
    {
        MappingRuntime runtime;
        try
        {
            runtime = await MappingRuntime.BindAsync(
                mapping, connections.Warehouse(mapping.Warehouse.Connection), connections.Crm(mapping.Crm.Connection), cancellationToken);
        }
        catch (Exception e) when (e is PortException or ConfigurationException)
        {
            return new([], null, null, null, [$"The live values could not be read: {e.Message}"]);
        }

        var troubles = new List<string>();
        var row = await AskAsync("warehouse", troubles, () => FindRowAsync(runtime, key, cancellationToken));
        var record = await AskAsync("CRM", troubles, () => FindRecordAsync(runtime, key, crmId, cancellationToken));
        return new(runtime.Rules, ByName(runtime.WarehouseRead.Columns, row?.Values, StringComparer.Ordinal), record,
            ByName([.. runtime.CrmRead.Fields.Select(field => field.Name)], record?.Values, StringComparer.OrdinalIgnoreCase), troubles);
    }

    private static async Task<T?> AskAsync<T>(string side, List<string> troubles, Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (PortException e)
        {
            troubles.Add($"The {side} could not be read: {e.Message}");
            return null;
        }
    }

    private static async Task<WarehouseRow?> FindRowAsync(MappingRuntime runtime, string? key, CancellationToken cancellationToken) =>
        key is not null && await runtime.Warehouse.FindAsync(runtime.WarehouseRead, [key], cancellationToken) is [var row, ..] ? row : null;

    private static async Task<CrmRecord?> FindRecordAsync(MappingRuntime runtime, string? key, string? crmId, CancellationToken cancellationToken)
    {
        if (crmId is not null)
        {
            return (await runtime.Crm.ReadAsync(runtime.CrmRead, [crmId], cancellationToken)).GetValueOrDefault(crmId);
        }

        return key is null ? null : (await runtime.Crm.FindByKeyAsync(runtime.CrmRead, [key], cancellationToken))[key].FirstOrDefault();
    }

    private static Dictionary<string, FieldValue>? ByName(IReadOnlyList<string> names, FieldValue[]? values, StringComparer comparer) =>
        values is null ? null : names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second, comparer);
}
