using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Recovery;

/// <summary>Since when a CRM field has its value, from its history. Pure.</summary>
public static class FieldAge
{
    /// <summary>
    /// When the field took the value. What only repeats a value (a workflow, a write of the same) makes it no younger, and neither does a merge
    /// that brought it along: nobody chose it then. Where the history goes on beyond the value, somebody edited the field since it was read, and
    /// the latest edit counts.
    /// </summary>
    /// <param name="type">The field's type.</param>
    /// <param name="entries">The history, newest first: a value, when it was given by the CRM's clock, and whether a merge gave it.</param>
    /// <param name="value">The value that was read.</param>
    /// <returns>The moment; null when the history tells of no moment at which somebody chose the value.</returns>
    public static DateTimeOffset? Of(FieldType type, IReadOnlyList<(FieldValue Value, DateTimeOffset At, bool ByMerge)> entries, FieldValue value)
    {
        var stand = entries.TakeWhile(entry => type.Same(entry.Value, value)).ToList();
        return stand.Count == 0 && entries.Count > 0
            ? entries[0].At
            : stand.Where(entry => !entry.ByMerge).Select(entry => (DateTimeOffset?)entry.At).LastOrDefault();
    }
}
