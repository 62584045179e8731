using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.Tests;

/// <summary>A gate that remembers what passed and does what it is told at one of them.</summary>
internal sealed class ScriptedGate : IIoGate
{
    private (string Operation, IoMoment Moment, Func<Task> Do)? _next;

    public List<string> Passed { get; } = [];

    /// <summary>The next time, this is what happens there.</summary>
    public void At(string operation, IoMoment moment, Func<Task> act) => _next = (operation, moment, act);

    /// <summary>The next time, the connection breaks there.</summary>
    public void BreakAt(string operation, IoMoment moment) =>
        At(operation, moment, () => throw new PortException(PortTrouble.Unavailable, "the connection broke"));

    /// <summary>The next time, the process is killed there.</summary>
    public void KillAt(string operation, IoMoment moment) => At(operation, moment, () => new TaskCompletionSource().Task);

    public Task PassAsync(string operation, IoMoment moment, CancellationToken cancellationToken)
    {
        Passed.Add($"{operation} {moment}");
        if (_next is not { } next || next.Operation != operation || next.Moment != moment)
        {
            return Task.CompletedTask;
        }

        _next = null;
        return next.Do();
    }
}
