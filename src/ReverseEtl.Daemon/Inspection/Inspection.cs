using ReverseEtl.Core.Checking;

namespace ReverseEtl.Daemon.Inspection;

/// <summary>What a mapping's two sides say about it.</summary>
/// <param name="Problems">What does not fit.</param>
/// <param name="Outages">Sides that could not be asked, as problems of their connection keys; empty when both answered.</param>
public sealed record InspectionResult(IReadOnlyList<MappingProblem> Problems, IReadOnlyList<MappingProblem> Outages)
{
    /// <summary>
    /// Those of <see cref="Problems"/> that are about lines which ran before just as they stand: a side drifted, and only that line waits.
    /// </summary>
    public IReadOnlyList<MappingProblem> Parked { get; init; } = [];

    /// <summary>Whether the sides were asked and something is an error that the mapping cannot run with.</summary>
    public bool IsRefused => Problems.Except(Parked).Any(problem => problem.Severity is Severity.Error);

    /// <summary>Whether at least one side could not be asked.</summary>
    public bool IsUncertain => Outages.Count > 0;
}
