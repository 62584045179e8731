using System.Globalization;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>
/// Brings a state to where a first load would have left it, without the load: every row is linked, and what the CRM holds is what the row says.
/// That it is right shows in the next cycle, which must find nothing to do.
/// </summary>
internal sealed class Seeding(Workplace place, HotAccounts hot)
{
    private const string Holder = "benchmarks";

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    /// <summary>Whether the CRM holds another text than it was sent, everywhere; no cycle fits to such a state.</summary>
    public bool IsSpelledOtherwise { get; init; }

    /// <summary>Fills an empty state.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        await using var connections = new ConfiguredConnections(place.Settings, TimeProvider.System);
        await connections.State.MigrateAsync(cancellationToken);
        var runtime = await BindAsync(connections, cancellationToken);
        await using var state = await OpenAsync(connections, runtime, cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var run = await state.StartRunAsync(Holder, now, cancellationToken);
        await using (var copy = await PairCopy.BeginAsync(place.Settings.StateConnectionString, runtime.Mapping, cancellationToken))
        {
            await using var rows = runtime.Warehouse.Scan(runtime.WarehouseRead, runtime.RowPrint, cancellationToken);
            while (await rows.NextAsync())
            {
                await copy.AddAsync(PairOf(runtime, rows.Row), cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await state.SettleAsync(new Settlement { At = now, Run = run, Watermarks = Marks(now) }, cancellationToken);
        await state.FinishFirstLoadAsync(cancellationToken);
        await state.FinishRunAsync(run, new RunResult { Outcome = "ok" }, now, cancellationToken);
    }

    /// <summary>
    /// Makes a filled state one that was in step a moment ago; false when it was filled by another version or with other accounts.
    /// </summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await using var connections = new ConfiguredConnections(place.Settings, TimeProvider.System);
        await connections.State.MigrateAsync(cancellationToken);
        var runtime = await BindAsync(connections, cancellationToken);
        await using var state = await OpenAsync(connections, runtime, cancellationToken);
        string[] keys = [Model.Key(Model.HotEvery), Model.Key((long)hot.Ids.Count * Model.HotEvery)];
        var known = await state.PairsByKeyAsync(keys, cancellationToken);
        if (state.VersionChanged || !state.FirstLoadDone || known.Values.Any(pair => pair.CrmId != hot.IdOf(Number(pair.Key)) || pair.RowHash == 0))
        {
            return false;
        }

        var now = TimeProvider.System.GetUtcNow();
        await state.SettleAsync(new Settlement { At = now, Run = state.Anchor.LastRun, Watermarks = Marks(now) }, cancellationToken);
        return true;
    }

    private static (Side, Watermark)[] Marks(DateTimeOffset now) => [(Side.Crm, new Watermark(now, now)), (Side.Warehouse, new Watermark(now, now))];

    private async Task<MappingRuntime> BindAsync(ConfiguredConnections connections, CancellationToken cancellationToken)
    {
        var mapping = Selection.Read(place.Settings, []).Good.Single();
        return await MappingRuntime.BindAsync(
            mapping, connections.Warehouse(mapping.Warehouse.Connection), connections.Crm(mapping.Crm.Connection), cancellationToken);
    }

    private static async Task<IMappingState> OpenAsync(ConfiguredConnections connections, MappingRuntime runtime, CancellationToken cancellationToken) =>
        await connections.State.OpenAsync(
            new StateOpening(runtime.Mapping.Name, runtime.Version, runtime.Mapping.Fields, Holder, Lease, DryRun: false) { Lines = runtime.Lines }, cancellationToken)
        ?? throw new InvalidOperationException("Another process has the lease of the benchmark's mapping.");

    private Pair PairOf(MappingRuntime runtime, WarehouseRow row)
    {
        var id = hot.IdOf(Number(row.Key!));
        var bases = new FieldBase?[runtime.Rules.Count];
        for (var i = 0; i < bases.Length; i++)
        {
            var (rule, value) = (runtime.Rules[i], row.Values[i]);
            var half = Half.HashOf(rule.WarehouseType, value);
            var isSame = !IsSpelledOtherwise && rule.WarehouseType.Canon(value) == rule.CrmType.Canon(value);
            bases[i] = new FieldBase(half, isSame ? half : Half.HashOf(rule.CrmType, IsSpelledOtherwise ? FieldValue.Of($"~{value.Text}") : value), BaseOrigin.Receipt);
        }

        var record = new CrmRecord(id, CrmPresence.Live, hot.At, row.Values) { Key = row.Key };
        return new Pair(row.Key!, id, PairState.Linked, 1, runtime.Print(row), runtime.Print(record, row.Key!), hot.At, bases) { IsOurs = true, RowHash = row.Hash };
    }

    private static long Number(string key) => long.Parse(key.AsSpan(2), CultureInfo.InvariantCulture);
}
