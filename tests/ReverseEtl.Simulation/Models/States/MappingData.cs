using ReverseEtl.Engine.State;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>Everything that is durable of one mapping.</summary>
internal sealed class MappingData(string name, Sequences sequences)
{
    public string Name { get; } = name;

    /// <summary>As last opened; null when it was only marked so far.</summary>
    public Fingerprint? Version { get; private set; }

    /// <summary>The version changed and no run has finished since.</summary>
    public bool VersionPending { get; private set; }

    /// <summary>What the fields can hold, as last told; null before.</summary>
    public Fingerprint? Limits { get; private set; }

    public bool FirstLoadDone { get; private set; }

    /// <summary>The last run whose records are in doubt; null when none is.</summary>
    public long? DoubtedThrough { get; private set; }

    public FieldNumbers Fields { get; private init; } = new();

    public LineRows Lines { get; private init; } = new();

    /// <summary>The lines that ever ran, in the order of field numbers, each with the open question about it.</summary>
    public IReadOnlyList<LineMemory> RememberedLines => Lines.Of(Fields, Conflicts.Open);

    public PairRows Pairs { get; private init; } = new();

    public IntentRows Intents { get; private init; } = new(sequences);

    public ConflictRows Conflicts { get; private init; } = new(sequences);

    public RejectRows Rejects { get; private init; } = new(sequences);

    public AliasRows Aliases { get; private init; } = new();

    public UnlinkedRows Unlinked { get; private init; } = new();

    public AttentionRows Attention { get; private init; } = new(sequences);

    public HistoryRows History { get; private init; } = new(sequences);

    public void Open(Fingerprint version, Fingerprint limits, DateTimeOffset now)
    {
        VersionPending |= Version is { } last && last != version;
        Version = version;
        if (limits != Fingerprint.None && Limits is { } before && before != limits)
        {
            Rejects.Due(now);
        }

        Limits = limits == Fingerprint.None ? Limits : limits;
    }

    public void FinishFirstLoad() => FirstLoadDone = true;

    public void Doubt(long through) => DoubtedThrough = through;

    public void FinishRun(long run, RunResult result, DateTimeOffset at)
    {
        History.FinishRun(run, result, at);
        if (result.Outcome != "failed")
        {
            VersionPending = false;
            DoubtedThrough = null;
        }
    }

    public MappingData Copy(Sequences copied) => new(Name, copied)
    {
        Version = Version,
        VersionPending = VersionPending,
        Limits = Limits,
        FirstLoadDone = FirstLoadDone,
        DoubtedThrough = DoubtedThrough,
        Fields = Fields.Copy(),
        Lines = Lines.Copy(),
        Pairs = Pairs.Copy(),
        Intents = Intents.Copy(copied),
        Conflicts = Conflicts.Copy(copied),
        Rejects = Rejects.Copy(copied),
        Aliases = Aliases.Copy(),
        Unlinked = Unlinked.Copy(),
        Attention = Attention.Copy(copied),
        History = History.Copy(copied),
    };
}
