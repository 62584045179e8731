namespace ReverseEtl.Sandbox.Postgres;

/// <summary>Where PostgreSQL's programs are on this machine.</summary>
/// <param name="Folder">The folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
internal sealed record PostgresBinaries(string Folder)
{
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>Looks along PATH and where the distributions put it.</summary>
    /// <param name="major">The version that wrote the cluster: those programs are preferred; null for a new cluster.</param>
    /// <exception cref="InvalidOperationException">There are none; the message says how to get them.</exception>
    public static PostgresBinaries Find(string? major)
    {
        var found = Candidates().Where(IsComplete).Distinct(StringComparer.Ordinal).ToList();
        var folder = found.Find(candidate => major is not null && Path.GetFileName(Path.GetDirectoryName(candidate)) == major)
            ?? found.FirstOrDefault();
        return folder is not null
            ? new(folder)
            : throw new InvalidOperationException(
                "PostgreSQL's programs (initdb, pg_ctl, postgres) are not on PATH. Install them (Debian and Ubuntu: "
                + "apt-get install postgresql), or name an existing server in ConnectionStrings:State.");
    }

    private static IEnumerable<string> Candidates()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (IsComplete(folder))
            {
                // Distributions put links on PATH; the version shows only in the real place.
                var program = new FileInfo(Path.Combine(folder, "initdb")).ResolveLinkTarget(returnFinalTarget: true);
                yield return Path.GetDirectoryName(program?.FullName) is { } real && IsComplete(real) ? real : Path.GetFullPath(folder);
            }
        }

        (string, string)[] places = [("/usr/lib/postgresql", "*"), ("/usr", "pgsql-*"), ("/opt/homebrew/opt", "postgresql@*"), ("/usr/local", "pgsql")];
        foreach (var (root, pattern) in places)
        {
            var versions = Directory.Exists(root) ? Directory.GetDirectories(root, pattern) : [];
            foreach (var version in versions.OrderByDescending(path => path, StringComparer.Ordinal))
            {
                yield return Path.Combine(version, "bin");
            }
        }
    }

    private static bool IsComplete(string folder) => Needed.All(program => File.Exists(Path.Combine(folder, program)));
}
