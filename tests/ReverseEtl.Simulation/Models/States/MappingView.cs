using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>What a checker sees of one mapping's state: as it was when the view was made. Lists are in a fixed order.</summary>
public sealed class MappingView
{
    internal MappingView(MappingData data)
    {
        Fields = [.. data.Fields.Names];
        Pairs = [.. data.Pairs.All([.. Enumerable.Range(0, Fields.Count)])];
        Intents = [.. data.Intents.All];
        Conflicts = [.. data.Conflicts.All];
        Rejects = [.. data.Rejects.All];
        Aliases = [.. data.Aliases.All];
        Unlinked = data.Unlinked.Ids;
        Dirty = [.. data.Attention.Marks];
        Tombstones = data.Attention.Tombstones;
        Warehouse = data.Attention.Watermark(Side.Warehouse);
        Crm = data.Attention.Watermark(Side.Crm);
        Runs = [.. data.History.Runs];
        Changes = [.. data.History.Changes];
        Losses = [.. data.History.Losses];
        DoubtedThrough = data.DoubtedThrough;
    }

    /// <summary>Every field the mapping ever had, by its warehouse and CRM names.</summary>
    public IReadOnlyList<(string Warehouse, string Crm)> Fields { get; }

    /// <summary>All pairs by key; bases in the order of <see cref="Fields"/>.</summary>
    public IReadOnlyList<Pair> Pairs { get; }

    /// <summary>Writes whose outcome is not known, by id.</summary>
    public IReadOnlyList<Intent> Intents { get; }

    /// <summary>All questions by id, those that were answered too.</summary>
    public IReadOnlyList<ConflictHistory> Conflicts { get; }

    /// <summary>Standing rejects by id.</summary>
    public IReadOnlyList<RejectReport> Rejects { get; }

    /// <summary>Merged-away ids by loser.</summary>
    public IReadOnlyList<(string Loser, string Winner)> Aliases { get; }

    /// <summary>CRM records without a partner, by id.</summary>
    public IReadOnlyList<string> Unlinked { get; }

    /// <summary>Records to look at again, in the order in which they were first marked.</summary>
    public IReadOnlyList<DirtyMark> Dirty { get; }

    /// <summary>Records that are missing on a side, the oldest first.</summary>
    public IReadOnlyList<Tombstone> Tombstones { get; }

    /// <summary>How far the warehouse was read.</summary>
    public Watermark? Warehouse { get; }

    /// <summary>How far the CRM was read.</summary>
    public Watermark? Crm { get; }

    /// <summary>All runs, the oldest first.</summary>
    public IReadOnlyList<RunReport> Runs { get; }

    /// <summary>Everything that was ever done, the oldest first.</summary>
    public IReadOnlyList<(long Run, DateTimeOffset At, Change Change)> Changes { get; }

    /// <summary>Everything that was ever lost, the oldest first.</summary>
    public IReadOnlyList<(long Run, DateTimeOffset At, Loss Loss)> Losses { get; }

    /// <summary>The last run whose records are in doubt; null when none is.</summary>
    public long? DoubtedThrough { get; }

    /// <summary>The base of a field of a pair; null when nothing is agreed.</summary>
    public FieldBase? Base(Pair pair, string warehouse, string crm)
    {
        var at = Fields.Index().FirstOrDefault(field => field.Item == (warehouse, crm), (-1, default)).Index;
        return at < 0 ? null : pair.Bases[at];
    }
}
