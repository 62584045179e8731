namespace ReverseEtl.Daemon.Commands;

/// <summary>Who takes a lease, for the person who finds it taken.</summary>
internal static class Holder
{
    /// <summary>Machine and process.</summary>
    public static string Name { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";
}
