using System.Globalization;

namespace ReverseEtl.Benchmarks.Processes;

/// <summary>What Linux knows of a living process.</summary>
internal static class ProcessFigures
{
    // USER_HZ: the unit of /proc/PID/stat, the same on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>The most memory that it ever held, in MB of 10^6 bytes; null when it is gone.</summary>
    public static double? PeakMb(int pid) => Field(pid, "VmHWM:");

    /// <summary>The memory that it holds now, in MB of 10^6 bytes; null when it is gone.</summary>
    public static double? ResidentMb(int pid) => Field(pid, "VmRSS:");

    /// <summary>Seconds of processor time; null when it is gone.</summary>
    public static double? Cpu(int pid)
    {
        // The name in brackets may hold blanks; utime and stime are the 12th and 13th field behind it.
        var fields = Read($"/proc/{pid}/stat") is { } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;
        return fields is null ? null : (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    private static double? Field(int pid, string name)
    {
        var line = Read($"/proc/{pid}/status")?.Split('\n').FirstOrDefault(each => each.StartsWith(name, StringComparison.Ordinal));
        return line is null ? null : Number(line[name.Length..].Trim().Split(' ')[0]) * 1024 / 1e6;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // A process that ended has no figures any more; who asks says so.
            return null;
        }
    }
}
