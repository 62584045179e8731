using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Daemon.Explaining;

/// <summary>Explains one field of a record. Pure.</summary>
internal static class FieldExplainer
{
    /// <summary>Explains it.</summary>
    public static FieldExplanation Explain(FieldMapping field, RecordHistory? history, LiveLook live, IReadOnlyList<HistoryLine> lines)
    {
        var rule = live.Rules.FirstOrDefault(each => each.Mapping == field);
        var agreed = BaseOf(field, history);
        var warehouse = live.Row?.GetValueOrDefault(field.Warehouse) ?? FieldValue.NotObserved;
        var crm = live.CrmValues?.GetValueOrDefault(field.Crm) ?? FieldValue.NotObserved;
        if (field.Association is not null && rule is not null)
        {
            crm = OwnLinks.Of(rule, agreed, FieldValue.Unmoved, crm);
        }

        var last = lines.FirstOrDefault(line => Touches(line, field));
        var sentences = new List<string> { OwnerSentence(field), $"Now: warehouse {Quote(warehouse)}, CRM {Quote(crm)}." };
        sentences.AddRange(RuleSentences(field, rule));
        if (rule is { IsParked: true })
        {
            sentences.Add("Its line is parked: a side cannot follow it now. Nothing of it is written or believed until it can; what was agreed stays.");
        }

        sentences.AddRange(BaseSentences(rule, agreed, warehouse, crm));
        if (last is not null)
        {
            sentences.Add($"Last written to the {(last.Side == "crm" ? "CRM" : "warehouse")} by run {last.Run} at {RecordExplainer.Time(last.At)}: {RuleOf(last, field)}.");
        }

        sentences.AddRange(Troubles(field, history));
        return new(
            field.Crm, field.Warehouse, Words.Of(field.Owner),
            agreed is { Warehouse.IsHash: false, Crm.IsHash: false } known ? new BaseValues(known.Warehouse.Value.OrNull(), known.Crm.Value.OrNull()) : null,
            warehouse.OrNull(), crm.OrNull(), last, sentences);
    }

    private static FieldBase? BaseOf(FieldMapping field, RecordHistory? history)
    {
        var place = history?.FieldNames.ToList().FindIndex(name => name.Warehouse == field.Warehouse && name.Crm == field.Crm) ?? -1;
        return place < 0 || history!.Pair is not { } pair || place >= pair.Bases.Length ? null : pair.Bases[place];
    }

    private static string OwnerSentence(FieldMapping field) => field.Owner switch
    {
        _ when field.Association is not null => "The warehouse owns the links that it names; those that people make are left alone and not shown.",
        FieldOwner.Shared => $"Both sides may change it; when both do, {Words.Of(field.OnConflict)}.",
        FieldOwner.Crm => $"The CRM owns it; when the warehouse changes it, {Words.Of(field.OnDrift)}.",
        _ => $"The warehouse owns it; when the CRM changes it, {Words.Of(field.OnDrift)}.",
    };

    private static IEnumerable<string> RuleSentences(FieldMapping field, FieldRule? rule)
    {
        if (rule is { IsCreateOnly: true })
        {
            yield return "It is written when the record is made and never again (mode: create_only).";
        }

        if (field.Nulls.ToCrm is NullRule.Skip && field.Owner is not FieldOwner.Crm)
        {
            yield return "A blank column has nothing to say to the CRM (nulls: skip).";
        }

        if (field.Nulls.ToWarehouse is NullRule.Skip && field.Owner is not FieldOwner.Warehouse)
        {
            yield return "A blank field has nothing to say to the warehouse (nulls: skip).";
        }
    }

    private static IEnumerable<string> BaseSentences(FieldRule? rule, FieldBase? agreed, FieldValue warehouse, FieldValue crm)
    {
        if (agreed is not { } known)
        {
            yield return "Nothing is agreed between the two sides yet.";
            yield break;
        }

        // What may have been linked is ours, and corresponds to no value of the row.
        if (rule is { IsLink: true } && known is { Warehouse: { IsHash: false, Value.IsSeen: false }, Origin: BaseOrigin.Adopted })
        {
            yield return $"The last write of its links was not carried out whole; {Quote(known.Crm.Value)} count as ours until one is.";
            yield break;
        }

        var halves = known.Warehouse.IsHash ? "(kept as hashes)" : $"warehouse {Quote(known.Warehouse.Value)}, CRM {Quote(known.Crm.Value)}";
        yield return $"Last agreed: {halves}, because {Because(known.Origin)}.";
        if (known.Landed is not null)
        {
            yield return "The CRM's value was landed and has not come back through the model yet; the field waits for it.";
        }

        if (rule is null || !warehouse.IsSeen || !crm.IsSeen)
        {
            yield break;
        }

        yield return (known.Warehouse.Is(rule.WarehouseType, warehouse), known.Crm.Is(rule.CrmType, crm)) switch
        {
            (true, true) => "Neither side has changed since: the field is in step.",
            (false, true) => "The warehouse has changed since.",
            (true, false) => "The CRM has changed since.",
            _ => "Both sides have changed since.",
        };
    }

    private static IEnumerable<string> Troubles(FieldMapping field, RecordHistory? history)
    {
        foreach (var (conflict, outcome, closedAt) in (history?.Conflicts ?? []).Where(each => IsOf(each.Conflict.Field, field)))
        {
            yield return closedAt is null
                ? (conflict.Kind is ConflictKind.Overwritten ? "A write replaced an edit that it had not seen. " : "The field is frozen. ") + RecordExplainer.ConflictSentence(conflict)
                : $"Conflict {conflict.Id} was closed {RecordExplainer.Time(closedAt.Value)}: {outcome}.";
        }

        foreach (var (at, loss) in (history?.Losses ?? []).Where(each => IsOf(each.Loss.Field, field) || each.Loss.Field == field.Warehouse))
        {
            var author = loss.Author is null ? "" : $" by {loss.Author}";
            yield return $"The value {Quote(loss.Value)}{author} in the {RecordExplainer.Side(loss.Side)} was replaced {RecordExplainer.Time(at)}: {loss.Rule}.";
        }
    }

    private static bool Touches(HistoryLine line, FieldMapping field) =>
        line.Action is "create" or "update" or "link" && line.Fields.Contains(line.Side == "crm" ? field.Crm : field.Warehouse, StringComparer.OrdinalIgnoreCase);

    private static string RuleOf(HistoryLine line, FieldMapping field)
    {
        var name = line.Side == "crm" ? field.Crm : field.Warehouse;
        var place = line.Fields.ToList().FindIndex(each => each.Equals(name, StringComparison.OrdinalIgnoreCase));
        return line.Rules.Count == 0 ? line.Action : line.Rules[Math.Min(place, line.Rules.Count - 1)];
    }

    private static bool IsOf(string? name, FieldMapping field) => field.Crm.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string Because(BaseOrigin origin) => origin switch
    {
        BaseOrigin.Receipt => "one was written for the other and its storing was confirmed",
        BaseOrigin.Equal => "they mean the same",
        BaseOrigin.Adopted => "a rule took them as they were",
        BaseOrigin.Resolved => "a person decided",
        _ => "the one was sent for the other and accepted",
    };

    private static string Quote(FieldValue value) => value.State is ValueState.Value ? $"'{value.Text}'" : value.ForPeople();
}
