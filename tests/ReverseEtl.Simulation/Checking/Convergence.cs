using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I1, and with it I14: at rest every field of every pair is agreed, or in an open question that shows the present values, or blocked with a
/// reason; and every record without a partner is one by rule. A question about one field excuses that field only.
/// </summary>
public sealed class Convergence() : Checker("I1")
{
    /// <inheritdoc />
    public override void AtRest(Stand stand, Ledger ledger)
    {
        foreach (var pair in stand.Pairs)
        {
            Pair(stand, pair, ledger);
        }

        var keys = stand.Pairs.Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var row in stand.Rows.Values.Where(r => !keys.Contains(r.Key) && !ledger.IsDecided(stand.Mapping.Name, r.Key)))
        {
            Row(stand, row);
        }

        var ids = stand.Pairs.Select(p => p.CrmId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var record in stand.Records.Values.Where(r => r.IsLive && !ids.Contains(r.Id) && !ledger.IsDecided(stand.Mapping.Name, r.Id, r.Key)))
        {
            Record(stand, record);
        }
    }

    private void Pair(Stand stand, Pair pair, Ledger ledger)
    {
        var (row, record) = (stand.Rows.GetValueOrDefault(pair.Key), pair.CrmId is { } id ? stand.Records.GetValueOrDefault(id) : null);
        var trouble = (pair.State, row is not null, record is { IsLive: true }) switch
        {
            (PairState.Linked, true, true) => null,
            (PairState.GoneFromCrm, _, false) or (PairState.GoneFromWarehouse, false, _) => null,
            (PairState.Linked, _, _) => $"linked, but the row is {Presence(row is not null)} and the record {Presence(record is { IsLive: true })}",
            (PairState.Duplicate, _, _) => "a duplicate that nobody is asked about",
            var (state, _, _) => $"the pair is {state}, but the row is {Presence(row is not null)} and the record {Presence(record is { IsLive: true })}",
        };
        if (trouble is not null)
        {
            if (!stand.IsBlocked(pair.Key, pair.CrmId))
            {
                Report(trouble, stand.Mapping.Name, pair.Key, pair.CrmId);
            }
        }
        else if (pair.State is PairState.Linked && !ledger.IsTouchedByOurUser(stand.Mapping.Name, pair.CrmId))
        {
            for (var i = 0; i < stand.Rules.Count; i++)
            {
                if (Complaint(stand, pair, i, stand.Warehouse(row!, i), stand.InCrm(record!, i)) is { } complaint)
                {
                    Report(complaint, stand.Mapping.Name, pair.Key, pair.CrmId);
                }
            }
        }
    }

    /// <summary>What is wrong with a field of a linked pair; null when it is agreed, asked about or blocked.</summary>
    public static string? Complaint(Stand stand, Pair pair, int field, string? warehouse, string? crm)
    {
        if (stand.Correspond(field, warehouse, crm) || IsAccepted(stand, pair, field, warehouse, crm) || stand.IsBlocked(pair.Key, pair.CrmId))
        {
            return null;
        }

        var rule = stand.Rules[field];
        return stand.Question(pair, field) switch
        {
            { Kind: not ConflictKind.Overwritten } question when IsShown(stand, field, question, warehouse, crm) => null,
            { Kind: not ConflictKind.Overwritten } question =>
                $"{rule.Mapping.Crm} is {warehouse ?? "∅"} | {crm ?? "∅"}, and the open question shows {question.Warehouse} | {question.Crm}",

            // A value that refers to a record which has no partner cannot be translated.
            _ when rule.Mapping.References is not null && warehouse is not null && !stand.Parents.Values.Contains(warehouse, StringComparer.Ordinal) => null,
            _ => $"{rule.Mapping.Crm} ({rule.Owner}) is {warehouse ?? "∅"} | {crm ?? "∅"}, and nothing is open about it",
        };
    }

    // A rule or a person took the two as they are, and neither has moved since; or the CRM's value lies in the landing table, and the model
    // does not make it its own.
    private static bool IsAccepted(Stand stand, Pair pair, int field, string? warehouse, string? crm) =>
        (pair.Bases[field]?.Landed is { } landed && landed.Is(stand.Rules[field].CrmType, FieldValue.Of(crm)))
        || (pair.Bases[field] is { Origin: BaseOrigin.Adopted or BaseOrigin.Resolved } agreed
        && agreed.Warehouse.Is(stand.Rules[field].WarehouseType, FieldValue.Of(warehouse))
        && agreed.Crm.Is(stand.Rules[field].CrmType, FieldValue.Of(crm)));

    private static bool IsShown(Stand stand, int field, Conflict question, string? warehouse, string? crm) =>
        (stand.Rules[field].Mapping.References is not null || Lineage.Same(question.Warehouse.Text, warehouse)) && Lineage.Same(question.Crm.Text, crm);

    private void Row(Stand stand, RowSight row)
    {
        if (stand.Mapping.Records.NewInWarehouse is NewRecord.Create && !stand.IsBlocked(row.Key, null) && !WaitsForParent(stand, row) && !IsClaimedTwice(stand, row))
        {
            Report("a row has no record, and nothing is open about it", stand.Mapping.Name, row.Key);
        }
    }

    private static bool WaitsForParent(Stand stand, RowSight row) => stand.Rules.Index().Any(r =>
        r.Item.Mapping.References is not null && stand.Warehouse(row, r.Index) is { } parent && !stand.Parents.Values.Contains(parent, StringComparer.Ordinal));

    // Left alone by rule: ambiguous_match: ignore.
    private static bool IsClaimedTwice(Stand stand, RowSight row) =>
        stand.Mapping.Records.AmbiguousMatch is AmbiguousMatch.Ignore && stand.Rows.Values.Count(r => r.Values[0] == row.Values[0]) > 1;

    private void Record(Stand stand, CrmSight record)
    {
        if (stand.Mapping.Records.NewInCrm is NewRecord.Create && !stand.IsBlocked(record.Key, record.Id) && !IsMeant(stand, record) && !IsCopy(stand, record))
        {
            Report("a record has no row, and nothing is open about it", stand.Mapping.Name, record.Id, record.Key);
        }
    }

    // A row that somebody has to decide about may mean this record, by the match rule.
    private static bool IsMeant(Stand stand, CrmSight record) =>
        stand.Rows.Values.Any(r => r.Values[0] is not null && r.Values[0] == record.Values[0] && stand.IsBlocked(r.Key, null));

    // It carries the key of a row that was given up.
    private static bool IsCopy(Stand stand, CrmSight record) => stand.Pairs.Any(p => p.State is not PairState.Linked && p.Key == record.Key);

    private static string Presence(bool isThere) => isThere ? "there" : "gone";
}
