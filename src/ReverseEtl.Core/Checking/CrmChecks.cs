using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Checking;

/// <summary>The CRM side: object, key field and what a new record needs.</summary>
internal static class CrmChecks
{
    public static IEnumerable<MappingProblem> Check(MappingFacts facts)
    {
        var side = facts.Mapping.Crm;
        return facts.Crm is { } schema
            ? [.. CheckKey(facts.Mapping, schema), .. CheckArchive(facts.Mapping, schema), .. CheckHeir(facts), .. CheckRequired(facts.Mapping, schema)]
            : [MappingProblem.Error(
                "crm.object", $"There is no object '{side.Object}' that connection '{side.Connection}' can see.",
                NearestObject.Find(side.Object, facts.KnownObjects))];
    }

    private static IEnumerable<MappingProblem> CheckKey(Mapping mapping, SideSchema schema)
    {
        var key = mapping.Crm.Key;
        if (schema.Find(key) is not { } field)
        {
            var unknown = UnknownField("crm.key", key, schema, schema.Fields.Values.Where(each => each.Unique).Select(each => each.Name));
            yield return unknown with { Message = $"{unknown.Message} 'retl prepare {mapping.Name}' makes it where the CRM lets it be made, and else says what an admin must do." };
            yield break;
        }

        if (!field.Unique)
        {
            yield return MappingProblem.Error(
                "crm.key", $"'{key}' of {schema.Name} is not unique; the key must be a field that the CRM itself keeps unique (an external id).",
                NearestWord.Find(key, schema.Fields.Values.Where(each => each.Unique && each.Createable).Select(each => each.Name)));
        }

        if (!field.Createable)
        {
            yield return MappingProblem.Error("crm.key", $"'{key}' of {schema.Name} cannot be set when a record is created.");
        }
        else if (!field.Updateable && mapping is { Match.Count: > 0, Records.Mode: not WriteMode.CreateOnly })
        {
            yield return MappingProblem.Error("crm.key", $"'{key}' of {schema.Name} cannot be set later, so matched records cannot be linked.");
        }
    }

    private static IEnumerable<MappingProblem> CheckArchive(Mapping mapping, SideSchema schema)
    {
        if (mapping.Records.Archive is not { } archive)
        {
            yield break;
        }

        if (schema.Find(archive.Field) is not { } field)
        {
            yield return UnknownField("records.archive.field", archive.Field, schema);
            yield break;
        }

        if (!field.Updateable)
        {
            yield return MappingProblem.Error("records.archive.field", $"'{field.Name}' of {schema.Name} can only be read.");
        }

        foreach (var (key, value) in new[] { ("value", archive.Value), ("restore", archive.Restore) })
        {
            if (field.Type.Refuse(FieldValue.Of(value)) is { } problem)
            {
                yield return MappingProblem.Error(
                    $"records.archive.{key}", $"'{field.Name}' of {schema.Name} cannot hold this: the value {problem}.", NearestWord.Find(value!, field.Type.Options ?? []));
            }
        }
    }

    private static IEnumerable<MappingProblem> CheckHeir(MappingFacts facts)
    {
        if (facts.Mapping.Crm.ConvertedTo is not { } heir)
        {
            yield break;
        }

        if (facts.ConvertedTo is not { } schema)
        {
            yield return MappingProblem.Error(
                "crm.converted_to.object", $"There is no object '{heir.Object}' that connection '{facts.Mapping.Crm.Connection}' can see.",
                NearestObject.Find(heir.Object, facts.KnownObjects));
        }
        else if (schema.Find(heir.Key) is not { Updateable: true, Unique: true })
        {
            yield return MappingProblem.Error(
                "crm.converted_to.key", $"{schema.Name} has no unique field '{heir.Key}' that can be written.",
                NearestWord.Find(heir.Key, schema.Fields.Values.Where(each => each is { Unique: true, Updateable: true }).Select(each => each.Name)));
        }
    }

    private static IEnumerable<MappingProblem> CheckRequired(Mapping mapping, SideSchema schema)
    {
        if (mapping.Records is not { NewInWarehouse: NewRecord.Create, Creates: true })
        {
            yield break;
        }

        var given = mapping.Fields.Where(field => field.IsPushed()).Select(field => field.Crm).Append(mapping.Crm.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing = schema.Fields.Values.Where(field => field.Required && field.Createable && !given.Contains(field.Name))
            .Select(field => field.Name).Order(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            yield return MappingProblem.Warning(
                "fields", $"A new {schema.Name} needs {string.Join(", ", missing.Select(name => $"'{name}'"))}, which no field of this mapping gives; creates will be rejected.");
        }
    }

    /// <summary>The preferred candidates are asked first: what is meant is more likely among them.</summary>
    internal static MappingProblem UnknownField(string path, string name, SideSchema schema, IEnumerable<string>? preferred = null) =>
        MappingProblem.Error(
            path, $"{schema.Name} has no field '{name}', or it is hidden from this connection.",
            NearestWord.Find(name, preferred ?? []) ?? NearestWord.Find(name, schema.Fields.Keys) ?? NearestLabel(name, schema));

    // A field that was given another name often keeps what people call it.
    private static string? NearestLabel(string name, SideSchema schema)
    {
        var labels = schema.Fields.Values.Where(field => field.Label is not null).OrderBy(field => field.Name, StringComparer.Ordinal)
            .GroupBy(field => field.Label!, StringComparer.OrdinalIgnoreCase).ToDictionary(same => same.Key, same => same.First().Name, StringComparer.OrdinalIgnoreCase);
        var spoken = (name.EndsWith("__c", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name).Replace('_', ' ');
        return labels.GetValueOrDefault(spoken) ?? (NearestWord.Find(spoken, labels.Keys) is { } label ? labels[label] : null);
    }
}
