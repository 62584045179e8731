namespace ReverseEtl.Benchmarks.Measuring;

/// <summary>One measured number, as machines get it.</summary>
/// <param name="Name">Benchmark and what of it, e.g. <c>unchanged.reader</c>.</param>
/// <param name="Value">The number; null where it could not be measured.</param>
/// <param name="Unit"><c>ratio</c>, <c>s</c>, <c>MB</c> (10^6 bytes), <c>bytes</c>, <c>requests</c>, …</param>
internal sealed record Figure(string Name, double? Value, string Unit)
{
    /// <summary>What it is held against, with its own figures; or how the number came about.</summary>
    public string? Baseline { get; init; }

    /// <summary>Least and most over the pairs.</summary>
    public double[]? Range { get; init; }

    /// <summary>What is aimed at; null where the number is only told.</summary>
    public double? Target { get; init; }

    /// <summary>Whether the target is met; null without a target. What could not be measured is not met.</summary>
    public bool? Met { get; init; }

    /// <summary>The figure with a target that it must not exceed.</summary>
    public Figure AtMost(double target) => this with { Target = target, Met = Value <= target };

    /// <summary>The figure with a target that it must reach.</summary>
    public Figure AtLeast(double target) => this with { Target = target, Met = Value >= target };

    /// <summary>A figure that could not be measured, and why.</summary>
    public static Figure Missing(string name, string unit, string why, double target) =>
        new(name, null, unit) { Baseline = $"not measured: {why}", Target = target, Met = false };
}
