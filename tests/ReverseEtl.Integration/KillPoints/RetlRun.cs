using System.Diagnostics;

namespace ReverseEtl.Integration.KillPoints;

/// <summary>The built program as a process of its own.</summary>
internal sealed class RetlRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private RetlRun(Process process)
    {
        _process = process;
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>Starts it. Neither the runtime nor the system writes a dump when it dies: that would take longer than the story.</summary>
    public static RetlRun Start(string folder, IEnumerable<(string Variable, string Value)> environment, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "retl.dll");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "ulimit -c 0; exec dotnet \"$0\" \"$@\"", program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_DbgEnableMiniDump"] = "0", ["DOTNET_TieredPGO"] = "0" },
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        return new RetlRun(Process.Start(start)!);
    }

    /// <summary>Ends it with SIGKILL, and is back when it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to end with SIGTERM.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<Ended> EndAsync()
    {
        using (_process)
        {
            using var patience = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(patience.Token);
            return new Ended(_process.ExitCode, await _output, await _error);
        }
    }
}

/// <summary>How a process ended.</summary>
internal sealed record Ended(int Exit, string Output, string Error)
{
    /// <summary>The exit code of a process that ended by SIGABRT, which is how the runtime fails fast.</summary>
    public const int Aborted = 128 + 6;

    /// <summary>The exit code of a process that SIGKILL ended.</summary>
    public const int Killed = 128 + 9;

    /// <summary>The exit code of a process that SIGTERM ended because it did not listen.</summary>
    public const int Terminated = 128 + 15;

    /// <summary>Clean, or with something left for a person.</summary>
    public bool IsGood => Exit is 0 or 3;
}
