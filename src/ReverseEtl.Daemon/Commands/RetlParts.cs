using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;

namespace ReverseEtl.Daemon.Commands;

/// <summary>What the program is put together from; tests give other parts.</summary>
public sealed record RetlParts
{
    /// <summary>Makes the connections of a configuration; nothing is opened yet.</summary>
    public required Func<RetlSettings, TimeProvider, IConnections> Connect { get; init; }

    /// <summary>Makes the runner of cycles over connections.</summary>
    public required Func<RetlSettings, IConnections, TimeProvider, ILoggerFactory, ICycleRunner> Cycles { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The working directory.</summary>
    public required string Folder { get; init; }

    /// <summary>Standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }
}
