namespace ReverseEtl.Simulation.Models.States;

/// <summary>Where the ids of the state come from. One counter for each kind, over all mappings.</summary>
internal sealed class Sequences
{
    private long _intent;
    private long _conflict;
    private long _reject;
    private long _dirty;
    private long _run;

    public long NextIntent() => ++_intent;

    public long NextConflict() => ++_conflict;

    public long NextReject() => ++_reject;

    public long NextDirty() => ++_dirty;

    public long NextRun() => ++_run;

    public Sequences Copy() => (Sequences)MemberwiseClone();
}
