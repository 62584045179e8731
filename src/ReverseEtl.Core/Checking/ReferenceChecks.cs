using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Checking;

/// <summary>A field that refers to records of another mapping. Unknown mappings are <see cref="MappingSetChecker"/>'s matter.</summary>
internal static class ReferenceChecks
{
    public static IEnumerable<MappingProblem> Check(MappingFacts facts, FieldMapping field, FieldSchema crm, int index)
    {
        if (field.Association is not null)
        {
            return [];
        }

        if (field.References is not { } name)
        {
            return field.IsPushed() && crm.Type.Kind is FieldKind.Reference
                ? [MappingProblem.Warning(
                    FieldTraits.FieldPath(index, "crm"), $"'{crm.Name}' is a reference; without references: the column must hold record ids of the CRM.")]
                : [];
        }

        var path = FieldTraits.FieldPath(index, "references");
        if (crm.Type.Kind is not FieldKind.Reference)
        {
            return [MappingProblem.Error(path, $"'{crm.Name}' holds {KindFit.Word(crm.Type.Kind)}, not a reference to another record.")];
        }

        var target = facts.Others.Append(facts.Mapping).FirstOrDefault(other => other.Name == name);
        return target is null || crm.ReferenceTo.Count == 0 || crm.ReferenceTo.Contains(target.Crm.Object, StringComparer.OrdinalIgnoreCase)
            ? []
            : [MappingProblem.Error(
                path, $"'{crm.Name}' refers to {string.Join(" or ", crm.ReferenceTo)}, but mapping '{name}' maps {target.Crm.Object}.",
                FirstMappingOf(facts, crm.ReferenceTo))];
    }

    private static string? FirstMappingOf(MappingFacts facts, IReadOnlyList<string> objects) =>
        facts.Others.Append(facts.Mapping)
            .Where(other => other.Crm.Connection == facts.Mapping.Crm.Connection && objects.Contains(other.Crm.Object, StringComparer.OrdinalIgnoreCase))
            .Select(other => other.Name).Order(StringComparer.Ordinal).FirstOrDefault();
}
