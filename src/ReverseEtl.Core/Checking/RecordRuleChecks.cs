using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Checking;

/// <summary>Rules for whole records that contradict each other, by the mapping alone.</summary>
internal static class RecordRuleChecks
{
    public static IEnumerable<MappingProblem> Check(Mapping mapping) =>
        [.. CheckMode(mapping), .. CheckArchive(mapping), .. CheckPurge(mapping)];

    private static IEnumerable<MappingProblem> CheckMode(Mapping mapping)
    {
        var rules = mapping.Records;
        if (rules is { Mode: WriteMode.UpdateOnly, NewInWarehouse: NewRecord.Create })
        {
            yield return MappingProblem.Error("records.new_in_warehouse", "crm.mode update_only never creates a record in the CRM.", "ignore");
        }

        if (rules is { Mode: WriteMode.UpdateOnly, GoneFromCrm: GoneFromCrm.Recreate })
        {
            yield return MappingProblem.Error("records.gone_from_crm", "crm.mode update_only never creates a record in the CRM, also not again.", "keep");
        }

        if (rules is { Mode: WriteMode.Mirror, GoneFromWarehouse: GoneFromWarehouse.Keep })
        {
            yield return MappingProblem.Error(
                "records.gone_from_warehouse", "crm.mode mirror removes what we created when its row has left; to keep it, use crm.mode upsert.", "delete");
        }

        if (rules is { Mode: WriteMode.CreateOnly, NewInCrm: NewRecord.Create })
        {
            yield return MappingProblem.Error(
                "records.new_in_crm", "crm.mode create_only never updates a record, so the key of a new row cannot be written to the record it comes from.", "ignore");
        }

        for (var i = 0; i < mapping.Fields.Count && rules.Mode is WriteMode.CreateOnly; i++)
        {
            if (mapping.Fields[i].Owner is FieldOwner.Shared)
            {
                yield return MappingProblem.Error(
                    FieldTraits.FieldPath(i, "owner"), "crm.mode create_only never updates a record, so a field of it can be the warehouse's or the CRM's, not shared.");
            }
        }
    }

    private static IEnumerable<MappingProblem> CheckArchive(Mapping mapping)
    {
        if (mapping.Records.Archive is not { } archive)
        {
            yield break;
        }

        if (mapping.Records.GoneFromWarehouse is not GoneFromWarehouse.Archive)
        {
            yield return MappingProblem.Error("records.archive", "archive says how gone_from_warehouse: archive is done; that rule is not there.");
        }

        if (mapping.Records.Mode is WriteMode.CreateOnly)
        {
            yield return MappingProblem.Error("records.archive", "crm.mode create_only never updates a record, so no field of it can say that it is out of use.");
        }

        if (mapping.Fields.Any(field => field.IsPushed() && Same(field.Crm, archive.Field)) || Same(mapping.Crm.Key, archive.Field))
        {
            yield return MappingProblem.Error("records.archive.field", $"'{archive.Field}' has two owners: it is written from the warehouse too.");
        }

        if (archive.Restore == archive.Value)
        {
            yield return MappingProblem.Error("records.archive.restore", $"restore and value are both '{archive.Value}'; a record that comes back would stay out of use.");
        }
    }

    // A share of a table is no number that anybody has thought about.
    private static IEnumerable<MappingProblem> CheckPurge(Mapping mapping) =>
        mapping is { Records.GoneFromWarehouse: GoneFromWarehouse.PurgeIrrecoverably, Guard.MaxDeletes.IsPercent: true }
            ? [MappingProblem.Error(
                "records.gone_from_warehouse", "purge_irrecoverably cannot be undone; it needs guard.max_deletes as a number of records, not a share.", "delete")]
            : [];

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
