using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Checking;

/// <summary>Every field has one owner, and the keys belong to the daemon and the warehouse alone.</summary>
/// <remarks>A conflict and a base are known by their CRM field, so a CRM field may stand in one line only, whoever owns it.</remarks>
internal static class FieldOwnership
{
    public static IEnumerable<MappingProblem> Check(Mapping mapping)
    {
        for (var i = 0; i < mapping.Fields.Count; i++)
        {
            var problem = CheckKeys(mapping, i) ?? CheckCrmField(mapping.Fields, i) ?? CheckColumn(mapping.Fields, i);
            if (problem is not null)
            {
                yield return problem;
            }
        }
    }

    private static MappingProblem? CheckKeys(Mapping mapping, int index)
    {
        var field = mapping.Fields[index];
        if (SameCrmField(field.Crm, mapping.Crm.Key))
        {
            return MappingProblem.Error(
                FieldTraits.FieldPath(index, "crm"), $"'{field.Crm}' is crm.key, which only the daemon writes; take this line out.");
        }

        if (field.IsPulled() && mapping.Warehouse.Key.Contains(field.Warehouse))
        {
            return MappingProblem.Error(
                FieldTraits.FieldPath(index, "warehouse"), $"'{field.Warehouse}' is part of warehouse.key and cannot be changed from the CRM.");
        }

        return field.IsPulled() && field.Warehouse == mapping.Warehouse.ChangedAt
            ? MappingProblem.Error(
                FieldTraits.FieldPath(index, "warehouse"), $"'{field.Warehouse}' is warehouse.changed_at and cannot be changed from the CRM.")
            : null;
    }

    private static MappingProblem? CheckCrmField(IReadOnlyList<FieldMapping> fields, int index)
    {
        var field = fields[index];
        var first = fields.Take(index).FirstOrDefault(other => SameCrmField(other.Crm, field.Crm));
        if (first is null)
        {
            return null;
        }

        var what = first.Warehouse == field.Warehouse
            ? $"'{field.Warehouse}' to '{field.Crm}' is mapped twice."
            : first.IsPushed() || field.IsPushed()
                ? $"'{field.Crm}' has two owners: it is mapped to '{first.Warehouse}' and to '{field.Warehouse}'."
                : $"'{field.Crm}' is mapped twice, to '{first.Warehouse}' and to '{field.Warehouse}'.";
        return MappingProblem.Error(FieldTraits.FieldPath(index, "crm"), what);
    }

    private static MappingProblem? CheckColumn(IReadOnlyList<FieldMapping> fields, int index)
    {
        var field = fields[index];
        var rival = fields.Take(index).FirstOrDefault(other => other.Warehouse == field.Warehouse && AreRivals(other, field));
        return rival is null
            ? null
            : MappingProblem.Error(
                FieldTraits.FieldPath(index, "warehouse"),
                $"Column '{field.Warehouse}' has two owners: it is mapped to '{rival.Crm}' (owner {Word(rival)}) and to '{field.Crm}' (owner {Word(field)}).");
    }

    // A column may feed several CRM fields, but at most one CRM field may feed a column, and a column that the CRM owns is not the
    // warehouse's to push.
    private static bool AreRivals(FieldMapping a, FieldMapping b) =>
        (a.IsPulled() && b.IsPulled()) || a.Owner is FieldOwner.Crm || b.Owner is FieldOwner.Crm;

    private static bool SameCrmField(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static string Word(FieldMapping field) => field.Owner.ToString().ToLowerInvariant();
}
