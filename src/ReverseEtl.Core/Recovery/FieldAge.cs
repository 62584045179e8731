using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Recovery;

/// <summary>Since when a CRM field has its value, from its history. Pure.</summary>
public static class FieldAge
{
    /// <summary>
    /// When the field took the value. What only repeats a value (a merge, a workflow, a write of the same) makes it no younger. Where the
    /// history goes on beyond the value, somebody edited the field since it was read, and the latest edit counts.
    /// </summary>
    /// <param name="type">The field's type.</param>
    /// <param name="entries">The history, newest first.</param>
    /// <param name="value">The value that was read.</param>
    /// <returns>The moment by the CRM's clock; null when the history tells nothing.</returns>
    public static DateTimeOffset? Of(FieldType type, IReadOnlyList<HistoryEntry> entries, FieldValue value)
    {
        if (entries.Count == 0)
        {
            return null;
        }

        var repeats = entries.TakeWhile(entry => type.Same(entry.Value, value)).Count();
        return entries[Math.Max(0, repeats - 1)].At;
    }
}
