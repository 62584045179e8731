namespace ReverseEtl.Benchmarks.Stage;

/// <summary>Where <c>psql</c> is.</summary>
internal static class Psql
{
    /// <summary>The program itself rather than a distribution's wrapper, which takes its own time to start.</summary>
    public static string Path { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => System.IO.Path.Combine(version, "bin", "psql"))
            .FirstOrDefault(File.Exists) ?? "psql"
        : "psql";
}
