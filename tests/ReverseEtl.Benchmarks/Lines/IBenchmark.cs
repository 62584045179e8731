using ReverseEtl.Benchmarks.Measuring;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>One thing that is measured.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called on the command line; its figures begin with it.</summary>
    string Name { get; }

    /// <summary>What it measures, for people.</summary>
    string About { get; }

    /// <summary>Measures.</summary>
    /// <exception cref="Exception">Something broke; a target that is missed is no exception.</exception>
    Task<IReadOnlyList<Figure>> RunAsync(Bench bench);
}
