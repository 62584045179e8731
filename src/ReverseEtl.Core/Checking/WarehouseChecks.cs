using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Checking;

/// <summary>The warehouse side: table, key, changed_at and the table written to.</summary>
internal static class WarehouseChecks
{
    public static IEnumerable<MappingProblem> Check(MappingFacts facts) => [.. CheckModel(facts), .. CheckWriteTo(facts)];

    private static IEnumerable<MappingProblem> CheckModel(MappingFacts facts)
    {
        var side = facts.Mapping.Warehouse;
        if (facts.Warehouse is not { } schema)
        {
            yield return MappingProblem.Error(
                side.SourcePath(), $"There is no table '{side.Source}' that connection '{side.Connection}' can see.",
                NearestWord.Find(side.Source, facts.KnownTables));
            yield break;
        }

        for (var i = 0; i < side.Key.Count; i++)
        {
            if (schema.Find(side.Key[i]) is null)
            {
                yield return UnknownColumn(side.KeyPath(i), side.Key[i], schema);
            }
        }

        if (side.ChangedAt is not { } changedAt)
        {
            yield break;
        }

        if (schema.Find(changedAt) is not { } column)
        {
            yield return UnknownColumn("warehouse.changed_at", changedAt, schema);
        }
        else if (column.Type.Kind is not (FieldKind.Timestamp or FieldKind.Date))
        {
            var times = schema.Fields.Values.Where(field => field.Type.Kind is FieldKind.Timestamp).Select(field => field.Name);
            yield return MappingProblem.Error(
                "warehouse.changed_at", $"Column '{changedAt}' holds {KindFit.Word(column.Type.Kind)}, not a point in time.",
                NearestWord.Find(changedAt, times));
        }
    }

    private static IEnumerable<MappingProblem> CheckWriteTo(MappingFacts facts)
    {
        var side = facts.Mapping.Warehouse;
        if (side.WriteTo is not { } table)
        {
            yield break;
        }

        if (facts.WriteTo is not { } schema)
        {
            yield return MappingProblem.Error(
                "warehouse.write_to", $"There is no table '{table}' that connection '{side.Connection}' can see.", NearestWord.Find(table, facts.KnownTables));
            yield break;
        }

        foreach (var key in side.Key.Where(key => schema.Find(key) is null))
        {
            yield return MappingProblem.Error("warehouse.write_to", $"'{table}' has no key column '{key}', so its rows cannot be found.");
        }

        foreach (var (field, index) in facts.Mapping.Fields.Select((field, index) => (field, index)).Where(each => each.field.IsPulled()))
        {
            var path = FieldTraits.FieldPath(index, "warehouse");
            if (schema.Find(field.Warehouse) is not { } column)
            {
                yield return UnknownColumn(path, field.Warehouse, schema);
            }
            else if (!column.Updateable)
            {
                yield return MappingProblem.Error(path, $"Column '{field.Warehouse}' of '{table}' is computed and cannot be written.");
            }
        }
    }

    internal static MappingProblem UnknownColumn(string path, string column, Schemas.SideSchema schema) =>
        MappingProblem.Error(path, $"'{schema.Name}' has no column '{column}'.", NearestWord.Find(column, schema.Fields.Keys));
}
