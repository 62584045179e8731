namespace ReverseEtl.Core.Checking;

/// <summary>The match rules: both names exist.</summary>
internal static class MatchChecks
{
    public static IEnumerable<MappingProblem> Check(MappingFacts facts)
    {
        for (var i = 0; i < facts.Mapping.Match.Count; i++)
        {
            var rule = facts.Mapping.Match[i];
            if (facts.Warehouse is { } warehouse && warehouse.Find(rule.Warehouse) is null)
            {
                yield return WarehouseChecks.UnknownColumn($"match[{i}].warehouse", rule.Warehouse, warehouse);
            }

            if (facts.Crm is { } crm && !rule.Crm.Contains('.', StringComparison.Ordinal) && crm.Find(rule.Crm) is null)
            {
                yield return CrmChecks.UnknownField($"match[{i}].crm", rule.Crm, crm);
            }
        }
    }
}
