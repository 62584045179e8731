using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>Gathers everything known about one record.</summary>
internal static class Explanation
{
    private const int LatestChanges = 1_000;

    /// <summary>By key (as stored or as people type it) or CRM id, also one that was merged away; null when nothing is known.</summary>
    public static RecordHistory? Of(MappingData data, string keyOrCrmId)
    {
        string[] keys = [keyOrCrmId, RecordKey.Parse(keyOrCrmId, int.MaxValue)];
        string[] ids = [keyOrCrmId, data.Aliases.WinnerOf(keyOrCrmId)];
        var numbers = Enumerable.Range(0, data.Fields.Names.Count).ToArray();

        // A key is meant before a CRM id that happens to be spelt like it.
        var pair = data.Pairs.All(numbers).Where(pair => keys.Contains(pair.Key) || (pair.CrmId is { } id && ids.Contains(id)))
            .OrderByDescending(pair => keys.Contains(pair.Key)).FirstOrDefault();
        var history = pair is null
            ? Rest(data, null, keys, ids, byKeyOnly: false)
            : Rest(data, pair, [pair.Key], pair.CrmId is { } crmId ? [crmId] : [], byKeyOnly: true);
        var isKnown = pair is not null || history.Changes.Count + history.Conflicts.Count + history.Rejects.Count + history.Losses.Count
            + history.Aliases.Count + history.Tombstones.Count + history.Intents.Count > 0;
        return isKnown ? history : null;
    }

    private static RecordHistory Rest(MappingData data, Pair? pair, string[] keys, string[] ids, bool byKeyOnly)
    {
        bool IsMine(string? key, string? id) => (key is not null && keys.Contains(key)) || (id is not null && ids.Contains(id));
        return new(
            pair,
            [.. data.Fields.Names],
            [.. data.History.Changes.Where(row => byKeyOnly ? keys.Contains(row.Change.Key) : IsMine(row.Change.Key, row.Change.CrmId))
                .Reverse().OrderByDescending(row => row.At).Take(LatestChanges)],
            [.. data.Conflicts.All.Where(row => IsMine(row.Conflict.Key, row.Conflict.CrmId)).Select(row => (row.Conflict, row.Outcome, row.ClosedAt))],
            [.. data.Rejects.All.Select(row => row.Reject).Where(row => IsMine(row.Key, row.CrmId))],
            [.. data.History.Losses.Where(row => IsMine(row.Loss.Key, row.Loss.CrmId)).Select(row => (row.At, row.Loss)).OrderBy(row => row.At)],
            data.Aliases.LosersOf(ids),
            [.. data.Attention.Tombstones.Where(row => keys.Contains(row.Key)).OrderBy(row => row.Side)],
            [.. data.Intents.All.Where(row => IsMine(row.Key, row.CrmId))]);
    }
}
