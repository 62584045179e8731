namespace ReverseEtl.Daemon.MappingFiles.Yaml;

/// <summary>A place in a text file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public readonly record struct Position(int Line, int Column)
{
    /// <summary>The beginning of the file.</summary>
    public static Position Start { get; } = new(1, 1);
}
