using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Daemon.Explaining;

/// <summary>Puts what the state knows and what both sides show into sentences. Pure.</summary>
internal static class RecordExplainer
{
    /// <summary>Explains a record.</summary>
    /// <param name="mapping">Its mapping.</param>
    /// <param name="key">Its warehouse key, if known.</param>
    /// <param name="history">What the state knows; null when nothing.</param>
    /// <param name="live">What both sides show.</param>
    /// <param name="onlyField">A column or CRM field to explain alone; null for all.</param>
    public static RecordExplanation Explain(Mapping mapping, string? key, RecordHistory? history, LiveLook live, string? onlyField)
    {
        var pair = history?.Pair;
        var lines = (history?.Changes ?? []).Select(each => new HistoryLine(
            each.Run.ToString(), each.At, Word(each.Change.Side), each.Change.Action, each.Change.Fields, each.Change.Rules)).ToList();
        var fields = mapping.Fields.Where(field => onlyField is null || Names(field).Contains(onlyField, StringComparer.OrdinalIgnoreCase))
            .Select(field => FieldExplainer.Explain(field, history, live, lines)).ToList();
        return new(
            mapping.Name,
            (pair?.Key ?? key) is { } known ? RecordKey.Display(known) : null,
            pair?.CrmId ?? live.Record?.Id,
            pair is null ? "unlinked" : Words.Of(pair.State),
            [.. RecordSentences(mapping, history, live)],
            fields,
            onlyField is null ? lines : [.. lines.Where(line => fields.Exists(field => line.Fields.Contains(field.Field) || line.Fields.Contains(field.Column)))]);
    }

    private static IEnumerable<string> RecordSentences(Mapping mapping, RecordHistory? history, LiveLook live)
    {
        yield return history switch
        {
            { Pair: { State: PairState.GoneFromCrm }, Changes: var changes } when changes.FirstOrDefault(each => each.Change.Action == "convert").Change is { } change =>
                $"The record was converted: {string.Join("; ", change.Rules)}; the row is no longer kept in step with it.",
            { Pair: { } pair } => StateSentence(mapping, pair),
            _ => "It is not linked: the state knows no pair for it.",
        };
        foreach (var sentence in live.Troubles.Concat(LiveSentences(mapping, live)))
        {
            yield return sentence;
        }

        if (history is null)
        {
            yield break;
        }

        foreach (var sentence in history.Tombstones.Select(each => $"It has been missing from the {Side(each.Side)} since {Time(each.MissingSince)}; the rule for that waits until it is sure.")
            .Concat(history.Rejects.Select(RejectSentence))
            .Concat(history.Intents.Select(each => $"A write to the {Side(each.Side)} ({Words.Of(each.Action)}, prepared {Time(each.PreparedAt)}) has no known outcome yet; the next cycle finds out."))
            .Concat(history.Aliases.Select(alias => $"CRM record {alias} was merged into it."))
            .Concat(history.Conflicts.Where(each => each.Conflict.Field is null && each.ClosedAt is null).Select(each => ConflictSentence(each.Conflict))))
        {
            yield return sentence;
        }
    }

    private static IEnumerable<string> LiveSentences(Mapping mapping, LiveLook live)
    {
        if (live.Rules.Count == 0)
        {
            yield break;
        }

        if (live.Row is null && live.Troubles.Count == 0)
        {
            yield return "The warehouse has no row with this key now.";
        }

        yield return live.Record switch
        {
            null => $"The CRM shows no {mapping.Crm.Object} for it now.",
            { Presence: CrmPresence.Deleted } => $"The CRM record {live.Record.Id} is deleted.",
            { Presence: CrmPresence.Merged } => $"The CRM record {live.Record.Id} was merged into {live.Record.MergedInto}.",
            { LastChangedByUs: true } ours => $"The CRM record was last changed {Time(ours.Version)} by this daemon.",
            { LastChangedBy: { } author } known => $"The CRM record was last changed {Time(known.Version)} by {author}.",
            var record => $"The CRM record was last changed {Time(record.Version)}; the CRM does not say by whom.",
        };
    }

    private static string StateSentence(Mapping mapping, Pair pair) => pair.State switch
    {
        PairState.Linked => $"Warehouse row {RecordKey.Display(pair.Key)} and {mapping.Crm.Object} {pair.CrmId} are linked and kept in step.",
        PairState.CreatingCrm => $"Warehouse row {RecordKey.Display(pair.Key)} is being created in the CRM; its id is not known yet.",
        PairState.GoneFromWarehouse => $"The row has left the warehouse; {mapping.Crm.Object} {pair.CrmId} is no longer kept in step (rule gone_from_warehouse: {Words.Of(mapping.Records.GoneFromWarehouse)}).",
        PairState.GoneFromCrm => $"The record was deleted in the CRM; the row is no longer kept in step (rule gone_from_crm: {Words.Of(mapping.Records.GoneFromCrm)}).",
        _ => $"A merge in the CRM put more than one row on {mapping.Crm.Object} {pair.CrmId}; nothing is written until one of them is chosen.",
    };

    private static string RejectSentence(Reject reject)
    {
        var next = reject.NextAttemptAt is { } at ? $"it is tried again after {Time(at)}" : "it is not tried again by itself";
        return $"The {Side(reject.Side)} refused it ({reject.Class}, {Plural.Of(reject.Attempts, "attempt")}): {reject.Reason}; {next}.";
    }

    /// <summary>An open conflict in words.</summary>
    internal static string ConflictSentence(Conflict conflict) =>
        $"Conflict {conflict.Id} ({Words.Of(conflict.Kind)}) is open since {Time(conflict.OpenedAt)}; "
        + (conflict.Resolution is { } decided ? $"{decided.By} decided {Words.Of(decided.Choice)}, the next cycle carries it out." : "it waits for a person.");

    internal static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    internal static string Side(Side side) => side is Core.Planning.Side.Crm ? "CRM" : "warehouse";

    private static string Word(Side side) => Words.Of(side);

    private static string[] Names(FieldMapping field) => [field.Crm, field.Warehouse];
}
