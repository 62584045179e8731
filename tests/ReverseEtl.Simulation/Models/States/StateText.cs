using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>
/// A state as text, a line a row in a fixed order: for traces and for people. Equal text means that the engine cannot tell the states apart.
/// </summary>
public static class StateText
{
    /// <summary>Everything durable of all mappings.</summary>
    public static IEnumerable<string> Of(StateMemory memory) => memory.Data.Mappings.SelectMany(data => Of(data));

    private static IEnumerable<string> Of(MappingData data)
    {
        var view = new MappingView(data);
        return new[]
        {
            $"mapping {data.Name} version {data.Version?.Bits:x} pending {data.VersionPending} limits {data.Limits?.Bits:x} loaded {data.FirstLoadDone} "
                + $"doubted {data.DoubtedThrough}",
            $"fields {string.Join(", ", view.Fields.Select(field => $"{field.Warehouse}={field.Crm}"))}",
            $"lines {string.Join(", ", data.RememberedLines)}",
            $"read {Time(view.Warehouse?.Through)} {Time(view.Warehouse?.FullAt)} {Time(view.Crm?.Through)} {Time(view.Crm?.FullAt)}",
        }
        .Concat(view.Pairs.Select(Line))
        .Concat(view.Intents.Select(intent =>
            $"intent {intent.Id} {Shown(intent.Key)} {intent.CrmId} {intent.Side} {intent.Action} epoch {intent.Epoch} run {intent.Run} "
            + $"{Time(intent.SeenVersion)} {Time(intent.PreparedAt)} {Time(intent.SendDeadline)} {string.Join(", ", intent.Fields)}"))
        .Concat(view.Conflicts.Select(row => $"conflict {row.Conflict} {row.Outcome} {Time(row.ClosedAt)}"))
        .Concat(view.Rejects.Select(row => $"reject {row}"))
        .Concat(view.Aliases.Select(row => $"alias {row.Loser} {row.Winner}"))
        .Concat(data.Unlinked.All.Select(row => $"unlinked {row.CrmId} {string.Join(' ', row.MatchKeys)}"))
        .Concat(view.Dirty.Select(mark => $"dirty {mark}"))
        .Concat(view.Tombstones.Select(row => $"tombstone {row}"))
        .Concat(view.Runs.Select(run => $"run {run}"))
        .Concat(view.Changes.Select(row =>
            $"change {row.Run} {Time(row.At)} {Shown(row.Change.Key)} {row.Change.CrmId} {row.Change.Side} {row.Change.Action} "
            + $"{string.Join(',', row.Change.Fields)} {string.Join(',', row.Change.Rules)}"))
        .Concat(view.Losses.Select(row => $"loss {row.Run} {Time(row.At)} {row.Loss}"));
    }

    private static string Line(Pair pair) =>
        $"pair {Shown(pair.Key)} {pair.CrmId} {pair.State} epoch {pair.Epoch} {pair.WarehousePrint.Bits:x} {pair.CrmPrint.Bits:x} "
        + $"{Time(pair.CrmVersion)} {string.Join(", ", pair.Bases.Select(Text))}";

    private static string Text(FieldBase? value) =>
        value is { } known ? $"{known.Origin} {Text(known.Warehouse)}~{Text(known.Crm)} {known.Landed} {known.Turns}" : "-";

    private static string Text(Half half) => half.IsHash ? $"#{half.Hash:x}" : half.Value.ToString();

    private static string Shown(string key) => RecordKey.Display(key);

    private static string Time(DateTimeOffset? time) => time is { } known ? Instants.Format(known) : "-";
}
