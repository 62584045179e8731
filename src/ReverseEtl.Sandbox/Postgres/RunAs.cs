using System.Diagnostics;

namespace ReverseEtl.Sandbox.Postgres;

/// <summary>
/// Runs programs, as another account where we are root: PostgreSQL refuses to run as root, because a server that may do everything
/// makes every hole in it a hole in the machine.
/// </summary>
/// <param name="Account">The account's name; null to run as ourselves.</param>
internal sealed record RunAs(string? Account)
{
    private static readonly string[] Preferred = ["postgres", "nobody"];

    /// <summary>Ourselves, or when we are root the first account there is of <c>postgres</c> and <c>nobody</c>.</summary>
    /// <exception cref="InvalidOperationException">We are root and there is no such account.</exception>
    public static RunAs Choose()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return Ourselves;
        }

        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        return new(Array.Find(Preferred, accounts.Contains)
            ?? throw new InvalidOperationException("PostgreSQL does not run as root, and there is neither an account 'postgres' nor 'nobody' to run it as."));
    }

    /// <summary>Ourselves, whoever we are.</summary>
    public static RunAs Ourselves { get; } = new((string?)null);

    /// <summary>The whole command that runs a program as the account.</summary>
    public string[] Command(params string[] command)
    {
        if (Account is null)
        {
            return command;
        }

        if (OnPath("setpriv") is { } setpriv)
        {
            return [setpriv, "--reuid", Account, "--regid", Group(Account), "--init-groups", "--", .. command];
        }

        return OnPath("runuser") is { } runuser
            ? [runuser, "-u", Account, "--", .. command]
            : [OnPath("su") ?? "su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", Account, .. command];
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and everything it said.</returns>
    public async Task<(int ExitCode, string Output)> RunAsync(string[] command, CancellationToken cancellationToken)
    {
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, (await output + await errors).Trim());
    }

    /// <summary>Starts a program.</summary>
    public Process Start(params string[] command)
    {
        var whole = Command(command);
        var start = new ProcessStartInfo(whole[0], whole[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,

            // The other account may not be able to enter our working folder.
            WorkingDirectory = OperatingSystem.IsWindows() ? Environment.SystemDirectory : "/",
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started.");
        process.StandardInput.Close();
        return process;
    }

    private static string Group(string account) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(parts => parts[0] == account)[3];

    private static string? OnPath(string program) =>
        ((string[])[.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/sbin", "/usr/bin", "/bin"])
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
