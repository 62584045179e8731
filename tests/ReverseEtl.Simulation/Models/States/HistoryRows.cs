using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>Runs, what was done and what was lost. Nothing is ever removed: checkers want all of it.</summary>
internal sealed class HistoryRows(Sequences sequences)
{
    private readonly List<RunReport> _runs = [];
    private readonly List<(long Run, DateTimeOffset At, Change Change)> _changes = [];
    private readonly List<(long Run, DateTimeOffset At, Loss Loss)> _losses = [];

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<RunReport> Runs => _runs;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<(long Run, DateTimeOffset At, Change Change)> Changes => _changes;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<(long Run, DateTimeOffset At, Loss Loss)> Losses => _losses;

    /// <summary>0 before the first.</summary>
    public long LastRun => _runs.Count == 0 ? 0 : _runs[^1].Run;

    public long StartRun(string mapping, string reason, DateTimeOffset at)
    {
        var run = new RunReport(sequences.NextRun(), mapping, reason, Micros.Stored(at), null, null);
        _runs.Add(run);
        return run.Run;
    }

    public void FinishRun(long run, RunResult result, DateTimeOffset at)
    {
        var started = _runs.FindLastIndex(row => row.Run == run);
        if (started >= 0)
        {
            _runs[started] = _runs[started] with { FinishedAt = Micros.Stored(at), Result = result };
        }
    }

    public void Add(long run, DateTimeOffset at, IEnumerable<Loss> losses) => _losses.AddRange(losses.Select(loss =>
        (run, Micros.Stored(at), loss with { ValueAt = loss.ValueAt is { } valueAt ? Micros.Stored(valueAt) : null })));

    public void Add(long run, DateTimeOffset at, IEnumerable<Change> changes) => _changes.AddRange(changes.Select(change =>
        (run, Micros.Stored(at), change with { Fields = [.. change.Fields], Rules = [.. change.Rules] })));

    public HistoryRows Copy(Sequences copied)
    {
        var copy = new HistoryRows(copied);
        copy._runs.AddRange(_runs);
        copy._changes.AddRange(_changes);
        copy._losses.AddRange(_losses);
        return copy;
    }
}
