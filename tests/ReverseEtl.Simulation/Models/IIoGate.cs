namespace ReverseEtl.Simulation.Models;

/// <summary>Where an operation stands when it passes a gate.</summary>
public enum IoMoment
{
    /// <summary>It was asked for and has had no effect.</summary>
    Before,

    /// <summary>It had its effect, and the answer is on its way.</summary>
    After,
}

/// <summary>
/// What lies between a process and a simulated side. Every operation passes twice. A gate may let it through at once or later, throw
/// <see cref="Engine.Ports.PortException"/> (before: nothing happened; after: it happened and the answer is lost), or never complete:
/// then the process was killed there.
/// </summary>
public interface IIoGate
{
    /// <summary>Lets one operation pass.</summary>
    /// <param name="operation">Its name, e.g. <c>state.settle</c> or <c>warehouse.write</c>.</param>
    /// <param name="moment">Where it stands.</param>
    /// <param name="cancellationToken">The caller's.</param>
    Task PassAsync(string operation, IoMoment moment, CancellationToken cancellationToken);
}

/// <summary>Lets everything through at once.</summary>
public sealed class OpenGate : IIoGate
{
    /// <summary>The only one.</summary>
    public static OpenGate Instance { get; } = new();

    /// <inheritdoc />
    public Task PassAsync(string operation, IoMoment moment, CancellationToken cancellationToken) => Task.CompletedTask;
}
