using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Recovery;

/// <summary>One value that a CRM field had, from its history.</summary>
/// <param name="Value">The value.</param>
/// <param name="At">When it got it, by the CRM's clock.</param>
/// <param name="ByUs">Whether this connection gave it.</param>
/// <param name="Author">Who gave it, for people.</param>
public readonly record struct HistoryEntry(FieldValue Value, DateTimeOffset At, bool ByUs, string? Author);

/// <summary>What the history of one field tells of a write of ours. Pure.</summary>
/// <param name="Own">The latest entry that the write made; null when it made none: it did not land, or changed nothing.</param>
/// <param name="Overwritten">
/// Edits of others that stood when the write landed and that its decision had not seen, latest first. More than one only when the write
/// landed more than once.
/// </param>
public sealed record WriteTrace(HistoryEntry? Own, IReadOnlyList<HistoryEntry> Overwritten)
{
    /// <summary>
    /// Reads it off the history. An edit that another edit replaced before us is not ours to answer for; nor is one that had the value that
    /// we wrote.
    /// </summary>
    /// <param name="type">The field's type.</param>
    /// <param name="entries">The history, newest first.</param>
    /// <param name="seen">
    /// The version of the record that the decision saw; everything later was not seen. Null for the creation of a record that turned out to
    /// be there: nothing of it was seen, and only our latest entry is surely this write's.
    /// </param>
    public static WriteTrace Of(FieldType type, IReadOnlyList<HistoryEntry> entries, DateTimeOffset? seen)
    {
        HistoryEntry? own = null;
        var overwritten = new List<HistoryEntry>();
        for (var i = 0; i < entries.Count && IsNews(entries[i], seen) && (seen is not null || own is null); i++)
        {
            if (!entries[i].ByUs)
            {
                continue;
            }

            own ??= entries[i];
            if (i + 1 < entries.Count && entries[i + 1] is { ByUs: false } before && IsNews(before, seen)
                && !type.Same(before.Value, entries[i].Value))
            {
                overwritten.Add(before);
            }
        }

        return new WriteTrace(own, overwritten);
    }

    private static bool IsNews(HistoryEntry entry, DateTimeOffset? seen) => !(entry.At <= seen);
}
