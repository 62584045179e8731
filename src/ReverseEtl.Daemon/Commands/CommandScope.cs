using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Daemon.Inspection;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Commands;

/// <summary>What one run of a command works with. Connections are made only when asked for.</summary>
public sealed class CommandScope : IAsyncDisposable
{
    private readonly Lazy<IConnections> _connections;
    private readonly Lazy<ICycleRunner> _cycles;
    private readonly Lazy<ILoggerFactory> _loggers;

    /// <summary>Makes one.</summary>
    public CommandScope(RetlParts parts, RetlSettings settings, Ui ui)
    {
        (Parts, Settings, Ui, Time) = (parts, settings, ui, parts.Time);
        _connections = new(() => parts.Connect(settings, parts.Time));
        _loggers = new(() => LoggerFactory.Create(logging => StandardErrorLog.Add(logging, "text", ui.Verbose ? LogLevel.Information : LogLevel.Error)));
        _cycles = new(() => parts.Cycles(settings, _connections.Value, parts.Time, _loggers.Value));
    }

    /// <summary>What the program is put together from.</summary>
    public RetlParts Parts { get; }

    /// <summary>The configuration.</summary>
    public RetlSettings Settings { get; }

    /// <summary>Where to write.</summary>
    public Ui Ui { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The connections.</summary>
    public IConnections Connections => _connections.Value;

    /// <summary>The runner of cycles.</summary>
    public ICycleRunner Cycles => _cycles.Value;

    /// <summary>The live checks.</summary>
    public MappingInspector Inspector => new(Connections);

    /// <summary>The reports of the state, its schema brought up to date.</summary>
    public async Task<IStateReports> OpenReportsAsync(CancellationToken cancellationToken)
    {
        await Connections.State.MigrateAsync(cancellationToken);
        return Connections.State.Reports;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connections.IsValueCreated)
        {
            await _connections.Value.DisposeAsync();
        }

        if (_loggers.IsValueCreated)
        {
            _loggers.Value.Dispose();
        }
    }
}
