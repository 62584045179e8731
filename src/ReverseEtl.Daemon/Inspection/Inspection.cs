using ReverseEtl.Core.Checking;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Inspection;

/// <summary>What a mapping's two sides say about it.</summary>
/// <param name="Problems">What does not fit.</param>
/// <param name="Outages">Sides that could not be asked; empty when both answered.</param>
public sealed record InspectionResult(IReadOnlyList<MappingProblem> Problems, IReadOnlyList<Outage> Outages)
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

/// <summary>A side that could not be asked: nothing is wrong with the file.</summary>
/// <param name="Problem">The same as a problem of the connection's key, for lists of problems.</param>
/// <param name="Cause">Why.</param>
public sealed record Outage(MappingProblem Problem, PortException Cause);
