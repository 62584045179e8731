using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Sandbox.Postgres;

/// <summary>The folder of a private cluster: <c>data</c> inside it belongs to the server's account, <c>lock</c> to whoever runs the cluster.</summary>
/// <param name="Path">Absolute path.</param>
internal sealed record ClusterFolder(string Path)
{
    private const string MkOwned = "mkdir -m 700 \"$0\" && chown \"$1\" \"$0\"";

    public string Data => System.IO.Path.Combine(Path, "data");

    public string Log => System.IO.Path.Combine(Data, "server.log");

    public string LockFile => System.IO.Path.Combine(Path, "lock");

    private string Unfinished => System.IO.Path.Combine(Path, "data.new");

    private string PidFile => System.IO.Path.Combine(Data, "postmaster.pid");

    /// <summary>The major version that wrote the cluster; null when there is none yet.</summary>
    public string? Version =>
        File.Exists(System.IO.Path.Combine(Data, "PG_VERSION")) ? File.ReadAllText(System.IO.Path.Combine(Data, "PG_VERSION")).Trim() : null;

    /// <summary>The wanted folder, or one below the temporary path when the server's account cannot reach it (as below <c>/root</c>).</summary>
    /// <exception cref="InvalidOperationException">Neither can be used.</exception>
    public static async Task<ClusterFolder> ReachableAsync(string wanted, RunAs server, CancellationToken cancellationToken)
    {
        var folder = System.IO.Path.GetFullPath(wanted);
        Directory.CreateDirectory(folder);
        if (await CanEnterAsync(folder, server, cancellationToken))
        {
            return new(folder);
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12];
        var other = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"retl-postgres-{name}");
        Directory.CreateDirectory(other);

        // Everybody may make folders below the temporary path: one that is not ours could hold traps.
        var (ours, _) = await RunAs.Ourselves.RunAsync(["/bin/sh", "-c", "test -O \"$0\" && ! test -L \"$0\"", other], cancellationToken);
        return ours == 0 && await CanEnterAsync(other, server, cancellationToken)
            ? new(other)
            : throw new InvalidOperationException(
                $"The account '{server.Account}', which runs PostgreSQL, can reach neither {folder} nor {other}. Choose a folder that it can enter.");
    }

    /// <summary>Takes the right to run the cluster; null when somebody else has it. The system gives it back when a process dies.</summary>
    public FileStream? TryLock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(LockFile))
        {
            return null;
        }
    }

    /// <summary>Makes the cluster unless it is there. It appears whole or not at all, so that a killed start leaves no half cluster.</summary>
    /// <exception cref="InvalidOperationException">It could not be made; the message holds what the program said.</exception>
    public async Task CreateClusterAsync(PostgresBinaries binaries, RunAs server, bool durable, CancellationToken cancellationToken)
    {
        if (Version is not null)
        {
            return;
        }

        if (Directory.Exists(Unfinished))
        {
            Directory.Delete(Unfinished, recursive: true);
        }

        if (server.Account is { } account)
        {
            await MustAsync(RunAs.Ourselves.RunAsync(["/bin/sh", "-c", MkOwned, Unfinished, account], cancellationToken));
        }

        string[] command =
        [
            binaries.InitDb, "-D", Unfinished, "-U", PrivatePostgres.User, "--auth=trust", "--encoding=UTF8", "--locale=C",
            durable ? "--data-checksums" : "--no-sync",
        ];
        await MustAsync(server.RunAsync(command, cancellationToken));
        Directory.Move(Unfinished, Data);
    }

    /// <summary>The port of the server that runs here and takes connections; null when there is none.</summary>
    public int? ReadyPort()
    {
        var lines = ReadPidFile();
        return lines.Length >= 8 && lines[7].Trim() == "ready" && IsServing(lines[0]) && int.TryParse(lines[3], out var port) ? port : null;
    }

    /// <summary>Whether a server runs here. A pid file that names a process that is not that server is removed.</summary>
    public bool IsRunning()
    {
        var lines = ReadPidFile();
        if (lines.Length > 0 && IsServing(lines[0]))
        {
            return true;
        }

        // Process ids come round again: pg_ctl would signal, and postgres would wait for, a stranger.
        File.Delete(PidFile);
        return false;
    }

    private string[] ReadPidFile()
    {
        try
        {
            return File.ReadAllLines(PidFile);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    // A server's working folder is its data folder.
    private bool IsServing(string pid)
    {
        if (!Directory.Exists("/proc/self"))
        {
            return int.TryParse(pid, out var number) && IsAlive(number);
        }

        var cwd = new DirectoryInfo($"/proc/{pid.Trim()}/cwd");
        return cwd.Exists && cwd.ResolveLinkTarget(returnFinalTarget: false)?.FullName == Data;
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task<bool> CanEnterAsync(string folder, RunAs server, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows() || (await server.RunAsync(["/bin/sh", "-c", "cd \"$0\"", folder], cancellationToken)).ExitCode == 0;

    private static async Task MustAsync(Task<(int ExitCode, string Output)> run)
    {
        var (code, output) = await run;
        if (code != 0)
        {
            throw new InvalidOperationException($"The private PostgreSQL cluster could not be made: {output}");
        }
    }
}
