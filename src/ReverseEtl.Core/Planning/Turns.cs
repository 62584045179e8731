using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// The memory of a fight over a field. A write is a turn when it takes back what somebody else keeps changing: the value that it writes
/// has not moved from the base, or it is the one that the last write, in the other direction, replaced. What only one side changes, be it
/// to and fro, is no fight. For a value that was landed it also tells since when its echo is awaited.
/// </summary>
/// <param name="Count">Turns one after the other; 0 while there is only a value to recognise the first one by.</param>
/// <param name="Written">The side that was written last.</param>
/// <param name="Before">Hash of the warehouse value that was agreed before that write.</param>
/// <param name="Minute">When that was, in minutes since 1970.</param>
public readonly record struct Turns(int Count, Side Written, ulong Before, uint Minute)
{
    /// <summary>Whether so many turns were counted that the next one is left to a person.</summary>
    /// <param name="limit">How many are allowed.</param>
    /// <param name="within">How long ago the last one may be; older ones are forgotten.</param>
    /// <param name="now">The time.</param>
    public bool IsSpent(int limit, TimeSpan within, DateTimeOffset now) => Count >= limit && IsFresh(within, now);

    /// <summary>What is to be remembered after a decision was carried out and confirmed; null for nothing.</summary>
    public static Turns? After(FieldRule rule, in FieldView view, in FieldDecision decision, TimeSpan within, DateTimeOffset now)
    {
        // What a person decided, and what neither side had before, begins anew.
        if ((view.Base ?? view.InDoubt) is not { } agreed || view.Question is { Answer: not null } || decision.Step is not (FieldStep.Push or FieldStep.Pull))
        {
            return null;
        }

        var isTurn = Takes(rule, view, decision);
        var lands = rule.Lands && decision.Step is FieldStep.Pull;
        if (!isTurn && !lands && rule.Owner is not FieldOwner.Shared)
        {
            return null;
        }

        var count = isTurn ? (agreed.Turns is { } last && last.IsFresh(within, now) ? last.Count : 0) + 1 : 0;
        return new(count, WrittenBy(decision), HashOf(rule, agreed.Warehouse), (uint)(now.ToUnixTimeSeconds() / 60));
    }

    /// <summary>What stays of this when both values are taken as agreed: a fight is not over by that, an echo that was awaited is.</summary>
    public Turns? Kept(FieldRule rule) => Count > 0 || rule.Owner is FieldOwner.Shared ? this : null;

    /// <summary>When the last write was.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeSeconds(Minute * 60L);

    /// <summary>Whether a decision, once carried out, would be a turn.</summary>
    internal static bool Takes(FieldRule rule, in FieldView view, in FieldDecision decision)
    {
        if ((view.Base ?? view.InDoubt) is not { } agreed || decision.Step is not (FieldStep.Push or FieldStep.Pull))
        {
            return false;
        }

        var (hasNotMoved, value) = decision.Step is FieldStep.Push
            ? (agreed.Warehouse.Is(rule.WarehouseType, view.Warehouse), view.Warehouse)
            : (agreed.Crm.Is(rule.CrmType, view.Crm), decision.Value);
        return hasNotMoved
            || (rule.Owner is FieldOwner.Shared && agreed.Turns is { } last && last.Written != WrittenBy(decision)
                && last.Before == Fingerprint.OfValue(rule.WarehouseType, value));
    }

    private bool IsFresh(TimeSpan within, DateTimeOffset now) => now - At <= within;

    private static Side WrittenBy(in FieldDecision decision) => decision.Step is FieldStep.Push ? Side.Crm : Side.Warehouse;

    private static ulong HashOf(FieldRule rule, Half half) => half.IsHash ? half.Hash : Fingerprint.OfValue(rule.WarehouseType, half.Value);
}
