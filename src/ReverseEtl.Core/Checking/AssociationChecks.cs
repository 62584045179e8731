using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Checking;

/// <summary>Lines under <c>associations:</c>. Problems go by the field that the line counts as; see <see cref="FilePath"/>.</summary>
public static class AssociationChecks
{
    /// <summary>
    /// A problem's path in the words of the file: the field that a line under <c>associations:</c> counts as stands there by another number
    /// and with other keys.
    /// </summary>
    public static string FilePath(Mapping? mapping, string path)
    {
        const string Fields = "fields[";
        if (mapping is null || !path.StartsWith(Fields, StringComparison.Ordinal)
            || path.IndexOf(']', StringComparison.Ordinal) is not (> 0 and var end)
            || !int.TryParse(path.AsSpan(Fields.Length, end - Fields.Length), out var index)
            || index >= mapping.Fields.Count || mapping.Fields[index].Association is null)
        {
            return path;
        }

        var key = path[(end + 1)..] switch
        {
            ".crm" => ".type",
            ".references" => ".to",
            var other => other,
        };
        return $"associations[{mapping.Fields.Take(index).Count(field => field.Association is not null)}]{key}";
    }

    /// <summary>What needs nothing but the mapping.</summary>
    internal static MappingProblem? Check(Mapping mapping, FieldMapping field, int index) => field switch
    {
        { Association: null } when Association.Read(field.Crm) is not null => MappingProblem.Error(
            FieldTraits.FieldPath(index, "crm"), "Links are declared under associations:, not as a field.", "associations"),
        { Association: { IsExclusive: true, Many: true } } => MappingProblem.Error(
            FieldTraits.FieldPath(index, "many"), "A record has one primary link only; the other ones need a line of their own.", Association.Plain),
        { Association: not null } when mapping.Records.Mode is WriteMode.CreateOnly => MappingProblem.Error(
            FieldTraits.FieldPath(index, "warehouse"),
            "Links are made after their record and follow the row, but crm.mode create_only never writes a record again."),
        _ => null,
    };

    /// <summary>What the CRM must have for it; null when it has.</summary>
    internal static MappingProblem? Missing(MappingFacts facts, FieldMapping field, int index)
    {
        var path = FieldTraits.FieldPath(index, "crm");
        if (facts.Links is null)
        {
            return MappingProblem.Error(
                path,
                $"CRM '{facts.Mapping.Crm.Connection}' keeps no associations beside its fields; "
                + "map the field that refers to the other record, with references.",
                "references");
        }

        // A mapping that is not there is told of already.
        if (Association.Read(field.Crm) is not { } link || !facts.Others.Append(facts.Mapping).Any(other => other.Name == field.References))
        {
            return null;
        }

        var words = facts.Links.GetValueOrDefault(field.Crm) ?? [];
        return words.Count == 0
            ? MappingProblem.Error(path, $"{facts.Crm!.Name} cannot be associated with {link.Object}.")
            : MappingProblem.Error(
                path, $"Between {facts.Crm!.Name} and {link.Object} there is no association type '{link.Type}'; there is {string.Join(", ", words)}.",
                NearestWord.Find(link.Type, words));
    }
}
