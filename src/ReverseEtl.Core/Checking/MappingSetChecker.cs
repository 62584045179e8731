using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Checking;

/// <summary>A problem and the mapping that has it.</summary>
/// <param name="Mapping">Name of the mapping.</param>
/// <param name="Problem">The problem.</param>
public sealed record SetProblem(string Mapping, MappingProblem Problem);

/// <summary>Checks that need all mappings: references between them and fields that two of them write.</summary>
public static class MappingSetChecker
{
    /// <summary>All problems, mapping by mapping. Names are taken to be unique.</summary>
    public static IReadOnlyList<SetProblem> Check(IReadOnlyList<Mapping> mappings) =>
        [.. mappings.SelectMany(mapping => CheckReferences(mapping, mappings)), .. CheckCircles(mappings), .. CheckWriters(mappings)];

    private static IEnumerable<SetProblem> CheckReferences(Mapping mapping, IReadOnlyList<Mapping> mappings)
    {
        for (var i = 0; i < mapping.Fields.Count; i++)
        {
            if (mapping.Fields[i].References is not { } name)
            {
                continue;
            }

            var path = FieldTraits.FieldPath(i, "references");
            var target = mappings.FirstOrDefault(other => other.Name == name);
            if (target is null)
            {
                yield return new(mapping.Name, MappingProblem.Error(
                    path, $"There is no mapping '{name}'.", NearestWord.Find(name, mappings.Select(other => other.Name))));
            }
            else if (target.Crm.Connection != mapping.Crm.Connection)
            {
                yield return new(mapping.Name, MappingProblem.Error(
                    path, $"Mapping '{name}' belongs to connection '{target.Crm.Connection}', this one to '{mapping.Crm.Connection}'; records of another CRM cannot be referred to."));
            }
        }
    }

    private static IEnumerable<SetProblem> CheckCircles(IReadOnlyList<Mapping> mappings)
    {
        foreach (var circle in MappingOrder.FindCircles(mappings))
        {
            foreach (var mapping in mappings.Where(mapping => circle.Contains(mapping.Name)).OrderBy(mapping => mapping.Name, StringComparer.Ordinal))
            {
                var index = mapping.Fields.Select((field, at) => (field, at))
                    .First(each => each.field is { Association: null, References: { } name } && name != mapping.Name && circle.Contains(name)).at;
                yield return new(mapping.Name, MappingProblem.Error(
                    FieldTraits.FieldPath(index, "references"), $"The references go in a circle: {string.Join(" → ", circle.Append(circle[0]))}."));
            }
        }
    }

    private static IEnumerable<SetProblem> CheckWriters(IReadOnlyList<Mapping> mappings)
    {
        var taken = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var mapping in mappings)
        {
            foreach (var (place, path, what) in Written(mapping))
            {
                if (!taken.TryAdd(place, mapping.Name) && taken[place] != mapping.Name)
                {
                    yield return new(mapping.Name, MappingProblem.Error(path, $"{what} has two owners: mapping '{taken[place]}' writes it too."));
                }
            }
        }
    }

    private static IEnumerable<(string Place, string Path, string What)> Written(Mapping mapping)
    {
        var crm = mapping.Crm;
        yield return (Place("crm", crm.Connection, crm.Object, crm.Key), "crm.key", $"'{crm.Key}' of {crm.Object}");
        for (var i = 0; i < mapping.Fields.Count; i++)
        {
            var field = mapping.Fields[i];
            if (field.IsPushed())
            {
                yield return (Place("crm", crm.Connection, crm.Object, field.Crm), FieldTraits.FieldPath(i, "crm"), $"'{field.Crm}' of {crm.Object}");
            }

            if (field.IsPulled() && mapping.Warehouse.WriteTo is { } table)
            {
                yield return (Place("warehouse", mapping.Warehouse.Connection, table, field.Warehouse), FieldTraits.FieldPath(i, "warehouse"), $"Column '{field.Warehouse}' of '{table}'");
            }
        }
    }

    private static string Place(params string[] parts) => string.Join('\u001f', parts);
}
