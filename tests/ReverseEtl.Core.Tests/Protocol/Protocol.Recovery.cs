using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Protocol;

/// <content>What the daemon makes of a write whose answer never came.</content>
internal sealed partial class Protocol
{
    private IEnumerable<(string, Situation)> Recovered(Situation s)
    {
        var write = s.Journal!.Value;
        var sight = s.Crm.Version == write.Seen.Version ? Sight.SameVersion : s.Crm.IsOurs ? Sight.ChangedByUs : Sight.ChangedByOthers;
        var fence = variant.HasFence && s.UnderWay.Count > 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        var step = Recover.Judge(Noon, Noon, fence, sight);
        return step is RecoveryStep.Wait ? [] : sight is Sight.SameVersion ? [("recover: nothing happened", Forgotten(s))] : [Moved(s, write, step)];
    }

    private (string, Situation) Moved(Situation s, OpenWrite write, RecoveryStep step)
    {
        var stored = variant.Recovery switch
        {
            RecoverBy.Author => step is RecoveryStep.Receipt ? s.Crm.Value : null,
            RecoverBy.Stamp => s.Crm.Stamp != write.Number ? null : s.Crm.IsOurs ? s.Crm.Value : Own(s, write),
            _ when variant.HasHistory => Trace(s, write).Own?.Value.Text ?? Shown(s, write),
            _ => Shown(s, write),
        };
        return stored is null
            ? ("recover: not proven, plan again", Forgotten(s) with { Named = IsLost(s, write) ? Add(s.Named, write.Seen.Value) : s.Named })
            : ($"recover: receipt {stored}", Receipt(s, write, stored, BaseOrigin.Receipt));
    }

    // The stamp tells that the write happened; what it stored is in the history, or not known, and then equals nothing.
    private string Own(Situation s, OpenWrite write) =>
        variant.HasHistory ? s.History.Last(h => h.Stamp == write.Number).Value : "?";

    private string? Shown(Situation s, OpenWrite write) =>
        _rule.CrmType.Same(FieldValue.Of(s.Crm.Value), FieldValue.Of(write.Sent)) ? s.Crm.Value : null;

    // Where nothing tells whether the write replaced a value that it was to replace, the value is named: it is not there any more.
    private static bool IsLost(Situation s, OpenWrite write) => write.Decision.Loses && s.Crm.Value != write.Seen.Value;

    private WriteTrace Trace(Situation s, OpenWrite write) => WriteTrace.Of(
        _rule.CrmType,
        [.. s.History.Reverse().Select(h => new HistoryEntry(FieldValue.Of(h.Value), At(h.Version), h.IsOurs, h.IsOurs ? "us" : "somebody"))],
        At(write.Seen.Version));

    // What the write replaced is named whether or not it is proven: it is not there any more.
    private (string, Situation) RecoveredRow(Situation s)
    {
        var write = s.Journal!.Value;
        var next = Forgotten(s) with { Named = write.Decision.Loses && s.Warehouse != write.Source ? Add(s.Named, write.Source) : s.Named };
        return variant.RecoversRows && _rule.WarehouseType.Same(FieldValue.Of(s.Warehouse), write.Decision.Value)
            ? ("recover: the row shows it", next with { Base = Base(s.Warehouse, write.Seen.Value, BaseOrigin.Receipt) })
            : ("recover: look at the row again", next);
    }
}
