namespace ReverseEtl.Sandbox.Postgres;

/// <summary>How a private cluster is run.</summary>
/// <param name="Folder">Where it lives, e.g. <c>.retl/postgres</c>; made when it is not there, kept when the cluster stops.</param>
/// <param name="Port">TCP port on the loopback address; null for any free one.</param>
/// <param name="Durable">False switches off everything that makes data survive a power cut: for tests, several times faster.</param>
/// <param name="SharedBuffersMb">Memory for pages, in megabytes.</param>
public sealed record PrivatePostgresOptions(string Folder, int? Port = null, bool Durable = true, int SharedBuffersMb = 64)
{
    /// <summary>How long starting and stopping may take each; at least a second.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Measures the waiting.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
