using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Checking;

/// <summary>One mapped field: both names exist, may be written as the owner demands, and can hold each other's values.</summary>
internal static class FieldChecks
{
    public static IEnumerable<MappingProblem> Check(MappingFacts facts, int index)
    {
        var field = facts.Mapping.Fields[index];
        var column = Column(facts, field);
        var crm = field.IsPath() ? facts.Paths.GetValueOrDefault(field.Crm) : facts.Crm?.Find(field.Crm);
        var found = new List<MappingProblem>();
        found.AddRange(CheckColumn(facts, field, index));
        found.AddRange(CheckCrmField(facts, field, crm, index));
        if (crm is not null)
        {
            found.AddRange(CheckWritable(field, crm, facts.Crm!, index));
            found.AddRange(ReferenceChecks.Check(facts, field, crm, index));
            found.AddRange(PolicyChecks.Check(field, column, crm, index));
            if (column is not null && field.References is null)
            {
                found.AddRange(CheckKinds(field, column, crm, index));
            }
        }

        return found;
    }

    // Pulled values go to write_to where there is one, so its column is the one that must hold them.
    private static FieldSchema? Column(MappingFacts facts, FieldMapping field) =>
        facts.Warehouse?.Find(field.Warehouse) ?? facts.WriteTo?.Find(field.Warehouse);

    private static IEnumerable<MappingProblem> CheckColumn(MappingFacts facts, FieldMapping field, int index)
    {
        if (facts.Warehouse is not { } schema || schema.Find(field.Warehouse) is not null)
        {
            yield break;
        }

        // A pulled value counts as arrived when it is seen in the model, so the model needs the column even while it is still empty.
        var remedy = field.Owner is FieldOwner.Crm ? $"'{schema.Name}' has no column '{field.Warehouse}'; the model needs it, empty until the first value has landed." : null;
        var unknown = WarehouseChecks.UnknownColumn(FieldTraits.FieldPath(index, "warehouse"), field.Warehouse, schema);
        if (!IsToldForWriteTo(facts, field))
        {
            yield return remedy is null ? unknown : unknown with { Message = remedy };
        }
    }

    private static bool IsToldForWriteTo(MappingFacts facts, FieldMapping field) =>
        field.IsPulled() && facts.WriteTo is { } table && table.Find(field.Warehouse) is null;

    private static IEnumerable<MappingProblem> CheckCrmField(MappingFacts facts, FieldMapping field, FieldSchema? crm, int index)
    {
        if (crm is not null || facts.Crm is not { } schema)
        {
            yield break;
        }

        if (field.Association is not null)
        {
            if (AssociationChecks.Missing(facts, field, index) is { } missing)
            {
                yield return missing;
            }

            yield break;
        }

        var path = FieldTraits.FieldPath(index, "crm");
        yield return field.IsPath()
            ? MappingProblem.Error(path, $"The path '{field.Crm}' of {schema.Name} leads nowhere.", NearestPath(field.Crm, schema))
            : CrmChecks.UnknownField(path, field.Crm, schema, FreeFields(facts, schema));
    }

    // What another line has is less likely to be meant.
    private static IEnumerable<string> FreeFields(MappingFacts facts, SideSchema schema)
    {
        var taken = facts.Mapping.Fields.Select(field => field.Crm).Append(facts.Mapping.Crm.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return schema.Fields.Keys.Where(name => !taken.Contains(name));
    }

    private static string? NearestPath(string path, SideSchema schema)
    {
        var (first, rest) = (path[..path.IndexOf('.')], path[path.IndexOf('.')..]);
        var relations = schema.Fields.Values.Where(field => field.ReferenceTo.Count > 0)
            .Select(field => field.Name.EndsWith("Id", StringComparison.Ordinal) ? field.Name[..^2] : field.Name.Replace("__c", "__r", StringComparison.Ordinal));
        return NearestWord.Find(first, relations) is { } nearest ? nearest + rest : null;
    }

    private static IEnumerable<MappingProblem> CheckWritable(FieldMapping field, FieldSchema crm, SideSchema schema, int index)
    {
        var path = FieldTraits.FieldPath(index, "owner");
        if (field.IsPath() && field.IsPushed() && !crm.Updateable)
        {
            yield return MappingProblem.Error(
                path, $"'{field.Crm}' belongs to a related record that {schema.Name} cannot be tied to by this field, so it can only be read; its owner must be crm.", "crm");
        }
        else if (field.IsPath())
        {
            yield break;
        }
        else if (field.IsPushed() && !crm.Createable && !crm.Updateable)
        {
            yield return MappingProblem.Error(path, $"'{crm.Name}' of {schema.Name} can only be read; its owner must be crm.", "crm");
        }
        else if (field.IsPushed() && !crm.Updateable)
        {
            yield return MappingProblem.Warning(path, $"'{crm.Name}' of {schema.Name} can be set when a record is created, not later; changes will be rejected.");
        }
        else if (!field.IsPushed() && field.FirstMatch is FirstMatch.WarehouseWins && !crm.Updateable)
        {
            yield return MappingProblem.Error(FieldTraits.FieldPath(index, "first_match"), $"'{crm.Name}' of {schema.Name} can only be read, so the warehouse cannot win.", "crm_wins");
        }
    }

    private static IEnumerable<MappingProblem> CheckKinds(FieldMapping field, FieldSchema column, FieldSchema crm, int index)
    {
        if (field.IsPushed() && Judge(column.Name, column.Type, crm.Name, crm.Type, FieldTraits.FieldPath(index, "crm")) is { } push)
        {
            yield return push;
        }

        if (field.IsPulled() && Judge(crm.Name, crm.Type, column.Name, column.Type, FieldTraits.FieldPath(index, "warehouse")) is { } pull)
        {
            yield return pull;
        }
    }

    private static MappingProblem? Judge(string fromName, FieldType from, string toName, FieldType to, string path) =>
        KindFit.Judge(from.Kind, to.Kind) switch
        {
            Fit.Never => MappingProblem.Error(
                path, $"'{fromName}' holds {KindFit.Word(from.Kind)} and '{toName}' {KindFit.Word(to.Kind)}; no value can go from one to the other."),
            Fit.Sometimes => MappingProblem.Warning(
                path, $"'{fromName}' holds {KindFit.Word(from.Kind)} and '{toName}' {KindFit.Word(to.Kind)}; values that do not fit will be rejected."),
            _ when from.MaxLength > to.MaxLength => MappingProblem.Warning(
                path, $"'{fromName}' holds up to {from.MaxLength} characters and '{toName}' {to.MaxLength}; longer values will be rejected."),
            _ => null,
        };
}
