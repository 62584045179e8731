using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Checking;

/// <summary>Checks that need nothing but the mapping itself.</summary>
public static class MappingShape
{
    /// <summary>All problems, in the order of the file.</summary>
    public static IReadOnlyList<MappingProblem> Check(Mapping mapping) =>
    [
        .. CheckKey(mapping.Warehouse),
        .. CheckMatch(mapping),
        .. RecordRuleChecks.Check(mapping),
        .. FieldOwnership.Check(mapping),
        .. mapping.Fields.SelectMany((field, index) => CheckField(mapping, field, index)),
    ];

    private static IEnumerable<MappingProblem> CheckKey(WarehouseSide side)
    {
        for (var i = 0; i < side.Key.Count; i++)
        {
            if (side.Key.Take(i).Contains(side.Key[i]))
            {
                yield return MappingProblem.Error(side.KeyPath(i), $"The key names column '{side.Key[i]}' twice.");
            }
        }
    }

    private static IEnumerable<MappingProblem> CheckMatch(Mapping mapping)
    {
        for (var i = 0; i < mapping.Match.Count; i++)
        {
            var rule = mapping.Match[i];
            if (mapping.Match.Take(i).Contains(rule))
            {
                yield return MappingProblem.Error($"match[{i}]", $"The rule '{rule.Warehouse}' to '{rule.Crm}' stands here a second time.");
            }

            if (rule.Crm.Contains('.', StringComparison.Ordinal))
            {
                yield return MappingProblem.Error(
                    $"match[{i}].crm", $"'{rule.Crm}' belongs to a related record; a match rule needs a field of {mapping.Crm.Object} itself.");
            }
        }
    }

    private static IEnumerable<MappingProblem> CheckField(Mapping mapping, FieldMapping field, int index)
    {
        if (AssociationChecks.Check(mapping, field, index) is { } link)
        {
            yield return link;
        }

        if (field.Owner is FieldOwner.Shared && field.OnConflict is ConflictPolicy.NewestWins && mapping.Warehouse.ChangedAt is null)
        {
            yield return MappingProblem.Error(
                FieldTraits.FieldPath(index, "on_conflict"), "newest_wins needs warehouse.changed_at, a column that says when the row was changed.");
        }

        if (field.Owner is not FieldOwner.Shared && field.OnConflict is not ConflictPolicy.Review)
        {
            yield return MappingProblem.Error(
                FieldTraits.FieldPath(index, "on_conflict"), "on_conflict is for shared fields; a field with one owner has on_drift.", "on_drift");
        }

        if (field.Owner is FieldOwner.Shared && field.OnDrift is not DriftRule.Revert)
        {
            yield return MappingProblem.Error(
                FieldTraits.FieldPath(index, "on_drift"), "on_drift is for fields with one owner; a shared field has on_conflict.", "on_conflict");
        }
    }
}
