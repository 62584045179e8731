namespace ReverseEtl.Core.Checking;

/// <summary>Checks a mapping against what its two sides say of themselves. Pure; see <see cref="MappingShape"/> for what needs no sides.</summary>
public static class MappingChecker
{
    /// <summary>All problems, in the order of the file.</summary>
    public static IReadOnlyList<MappingProblem> Check(MappingFacts facts) =>
    [
        .. WarehouseChecks.Check(facts),
        .. CrmChecks.Check(facts),
        .. MatchChecks.Check(facts),
        .. facts.Mapping.Fields.SelectMany((_, index) => FieldChecks.Check(facts, index)),
    ];
}
