using System.Globalization;

namespace ReverseEtl.Benchmarks.Processes;

/// <summary>What Linux knows of a living process.</summary>
internal static class ProcessFigures
{
    // USER_HZ: the unit of /proc/PID/stat, the same on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // Places in /proc/PID/stat, counted behind the name. The times of ended children follow the own ones.
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int SystemTime = 12;

    /// <summary>The most memory that it ever held, in MB of 10^6 bytes; null when it is gone.</summary>
    public static double? PeakMb(int pid) => Field(pid, "VmHWM:");

    /// <summary>The memory that it holds now, in MB of 10^6 bytes; null when it is gone.</summary>
    public static double? ResidentMb(int pid) => Field(pid, "VmRSS:");

    /// <summary>Seconds of processor time; null when it is gone.</summary>
    public static double? Cpu(int pid) => Stat(pid) is { } stat ? (Number(stat[UserTime]) + Number(stat[SystemTime])) / TicksPerSecond : null;

    /// <summary>Seconds of processor time of a process and all that it ever started, as far as those start nothing themselves.</summary>
    public static double CpuOfFamily(int parent)
    {
        var children = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit))
            .Select(name => Stat(int.Parse(name!, CultureInfo.InvariantCulture)))
            .Where(stat => stat is not null && stat[Parent] == $"{parent}").Sum(stat => Number(stat![UserTime]) + Number(stat[SystemTime]));

        // Those that ended are counted by their parent.
        var own = Stat(parent)!;
        return (children + Number(own[UserTime]) + Number(own[SystemTime]) + Number(own[SystemTime + 1]) + Number(own[SystemTime + 2])) / TicksPerSecond;
    }

    // The fields behind the name, which stands in brackets and may hold blanks.
    private static string[]? Stat(int pid) => Read($"/proc/{pid}/stat") is { } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;

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
