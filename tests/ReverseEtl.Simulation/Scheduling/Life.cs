namespace ReverseEtl.Simulation.Scheduling;

/// <summary>Whether a simulated process is still there. Nothing of a dead one runs again: its timers and answers are dropped.</summary>
public sealed class Life
{
    /// <summary>For what cannot die.</summary>
    public static Life Everlasting { get; } = new();

    /// <summary>Whether the process was killed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Kills it.</summary>
    public void End() => IsOver = true;
}
