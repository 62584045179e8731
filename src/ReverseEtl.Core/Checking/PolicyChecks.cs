using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Checking;

/// <summary>Conflict policies that only make sense for some kinds of value.</summary>
internal static class PolicyChecks
{
    public static IEnumerable<MappingProblem> Check(FieldMapping field, FieldSchema? column, FieldSchema crm, int index)
    {
        if (field.Owner is not FieldOwner.Shared)
        {
            return [];
        }

        var kind = crm.Type.Kind;
        var problem = field.OnConflict switch
        {
            ConflictPolicy.Union when kind is not FieldKind.MultiPicklist => "union joins multi-pick-lists",
            ConflictPolicy.Append when kind is not FieldKind.Text || column?.Type.Kind is not (null or FieldKind.Text) => "append joins texts",
            ConflictPolicy.Max or ConflictPolicy.Min when !KindFit.IsOrdered(kind) || (column is not null && !KindFit.IsOrdered(column.Type.Kind)) =>
                $"{field.OnConflict.ToString().ToLowerInvariant()} compares numbers, dates and times",
            _ => null,
        };
        return problem is null
            ? []
            : [MappingProblem.Error(FieldTraits.FieldPath(index, "on_conflict"), $"{problem}; {Describe(column, crm)}.", "review")];
    }

    private static string Describe(FieldSchema? column, FieldSchema crm) =>
        $"'{crm.Name}' holds {KindFit.Word(crm.Type.Kind)}" + (column is null ? "" : $" and '{column.Name}' {KindFit.Word(column.Type.Kind)}");
}
