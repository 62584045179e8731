using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Planning;

/// <summary>What a cycle is about to do, counted before it does anything.</summary>
/// <param name="Linked">Pairs that are linked.</param>
/// <param name="Changed">Records that look different from when they were last planned, new ones included.</param>
/// <param name="New">Rows that no pair knows.</param>
/// <param name="Missing">Linked pairs whose record is not there any more.</param>
public readonly record struct Turnover(long Linked, long Changed, long New, long Missing);

/// <summary>Every question of the kind "should we stop and ask a person?". Each is small, pure and about the whole plan.</summary>
public static class Guards
{
    /// <summary>Below this many pairs a side that is empty, or a change of all keys, is not remarkable.</summary>
    public const int RemarkablePairs = 5;

    /// <summary>Why the cycle must not go on without approval; null when it may.</summary>
    public static string? Halt(Guard guard, Turnover turnover, bool destroys) =>
        SideEmptied(turnover)
        ?? KeysChanged(turnover)
        ?? TooManyChanges(guard, turnover, destroys)
        ?? (destroys ? TooManyDeletes(guard, turnover) : null);

    private static string? SideEmptied(Turnover t) => t.Linked >= RemarkablePairs && t.Missing >= t.Linked && !LooksRekeyed(t)
        ? $"side emptied: all {t.Linked} linked records are missing at once"
        : null;

    private static string? KeysChanged(Turnover t) => t.Linked >= RemarkablePairs && LooksRekeyed(t)
        ? $"keys changed: {t.Missing} of {t.Linked} linked records are missing and {t.New} new ones came"
        : null;

    // About as many rows gone as come is what a changed key looks like; a few may really have come or gone in the same cycle.
    private static bool LooksRekeyed(Turnover t) => t.Missing >= RemarkablePairs && t.Missing * 2 > t.Linked && t.New * 2 >= t.Missing;

    // While nothing is linked everything is new: the first load. A missing record is a change only where something is done about it.
    private static string? TooManyChanges(Guard guard, Turnover t, bool destroys)
    {
        var changes = t.Changed + (destroys ? t.Missing : 0);
        return t.Linked > 0 && guard.MaxChanges is { } cap && changes > cap.Allows(t.Linked)
            ? $"max_changes: {changes} records would change, {cap} of {t.Linked} allows {cap.Allows(t.Linked)}"
            : null;
    }

    private static string? TooManyDeletes(Guard guard, Turnover t) => t.Missing > guard.MaxDeletes.Allows(t.Linked)
        ? $"max_deletes: {t.Missing} records would be deleted, {guard.MaxDeletes} of {t.Linked} allows {guard.MaxDeletes.Allows(t.Linked)}"
        : null;
}
