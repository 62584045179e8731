namespace ReverseEtl.Benchmarks.Measuring;

/// <summary>One run of a candidate or a baseline.</summary>
/// <param name="Wall">Seconds by the clock.</param>
/// <param name="Cpu">Seconds of processor time of its own process.</param>
/// <param name="PeakMb">The most memory that the process ever held, in MB of 10^6 bytes (VmHWM).</param>
internal sealed record Sample(double Wall, double Cpu, double PeakMb)
{
    /// <summary>Seconds of processor time that the database server took meanwhile; 0 where that was not looked at.</summary>
    public double DatabaseCpu { get; init; }

    /// <summary>CRM requests, where any were made and counted.</summary>
    public long Requests { get; init; }

    /// <summary>What runs of one kind took as a rule: the median of each number by itself.</summary>
    public static Sample Median(IReadOnlyList<Sample> runs) => new(
        Middle(runs.Select(r => r.Wall)), Middle(runs.Select(r => r.Cpu)), runs.Max(r => r.PeakMb))
    {
        DatabaseCpu = Middle(runs.Select(r => r.DatabaseCpu)),
        Requests = runs.Max(r => r.Requests),
    };

    /// <summary>The middle one of some numbers; the mean of the two in the middle where there are two.</summary>
    public static double Middle(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Wall:0.00} s, {Cpu:0.00} + {DatabaseCpu:0.00} CPU s, {PeakMb:0} MB";
}
