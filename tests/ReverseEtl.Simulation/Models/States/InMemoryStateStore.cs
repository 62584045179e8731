using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>One process's way to a <see cref="StateMemory"/>. Everything it asks passes its gate; the memory outlives it.</summary>
/// <param name="memory">What is durable.</param>
/// <param name="gate">What lies between; null for nothing.</param>
public sealed class InMemoryStateStore(StateMemory memory, IIoGate? gate = null) : IStateStore
{
    private readonly GatedIo _io = new(gate ?? OpenGate.Instance);
    private readonly List<Connection> _connections = [];

    /// <inheritdoc />
    public IStateReports Reports { get; } = new InMemoryStateReports(memory, new(gate ?? OpenGate.Instance));

    /// <inheritdoc />
    public Task MigrateAsync(CancellationToken cancellationToken) => _io.RunAsync("state.migrate", () => 0, cancellationToken);

    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken) => _io.RunAsync("state.check", () => 0, cancellationToken);

    /// <inheritdoc />
    public Task<IMappingState?> OpenAsync(StateOpening opening, CancellationToken cancellationToken) =>
        _io.RunAsync<IMappingState?>("state.open", () => Open(opening), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<LineMemory>> LinesAsync(string mapping, CancellationToken cancellationToken) =>
        _io.RunAsync<IReadOnlyList<LineMemory>>("state.lines", () => memory.Data.Find(mapping)?.RememberedLines ?? [], cancellationToken);

    /// <summary>The database notices that this process is gone: its leases may be taken at once. Until then they last as long as they do.</summary>
    public void Disconnect()
    {
        _connections.ForEach(connection => connection.End());
        _connections.Clear();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Disconnect();
        return ValueTask.CompletedTask;
    }

    private InMemoryMappingState? Open(StateOpening opening)
    {
        if (memory.Leases.TryTake(opening) is not { } connection)
        {
            return null;
        }

        _connections.Add(connection);
        return new InMemoryMappingState(memory, opening, connection, _io);
    }
}
