using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Collects what a batch learnt.</summary>
internal sealed class SettlementBuilder
{
    public List<Pair> Pairs { get; } = [];

    public List<string> ForgottenPairs { get; } = [];

    public List<long> ClosedIntents { get; } = [];

    public List<Conflict> Conflicts { get; } = [];

    public List<ConflictClosing> ClosedConflicts { get; } = [];

    public List<Reject> Rejects { get; } = [];

    public List<(string Key, Side Side)> ClearedRejects { get; } = [];

    public List<Loss> Losses { get; } = [];

    public List<Change> Changes { get; } = [];

    public List<Tombstone> Tombstones { get; } = [];

    public List<(string Key, Side Side)> ClearedTombstones { get; } = [];

    public List<UnlinkedRecord> Unlinked { get; } = [];

    public List<string> ForgottenUnlinked { get; } = [];

    public List<DirtyMark> Dirty { get; } = [];

    public List<long> ClearedDirty { get; } = [];

    public Settlement Build(CycleContext context) => context.Settlement() with
    {
        Pairs = Pairs,
        ForgottenPairs = ForgottenPairs,
        ClosedIntents = ClosedIntents,
        Conflicts = Conflicts,
        ClosedConflicts = ClosedConflicts,
        Rejects = Rejects,
        ClearedRejects = ClearedRejects,
        Losses = Losses,
        Changes = Changes,
        Tombstones = Tombstones,
        ClearedTombstones = ClearedTombstones,
        Unlinked = Unlinked,
        ForgottenUnlinked = ForgottenUnlinked,
        Dirty = Dirty,
        ClearedDirty = ClearedDirty,
    };
}
