using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// Tells our links of a record from those that people made, which are nobody's business here: ours are those that the row names and those
/// that were ours when the sides last corresponded. Values are record ids, joined by <see cref="FieldType.ListSeparator"/>.
/// </summary>
/// <remarks>
/// A label of ours may stand on a link that somebody else had made. Such an id is marked in the base, as the connector told it when the label was
/// written: when the row drops it, the label goes and the link stays.
/// </remarks>
public static class OwnLinks
{
    private const string Mark = " (found)";

    /// <summary>The id with the mark of a link that was there before us.</summary>
    public static string Found(string id) => IsFound(id) ? id : id + Mark;

    /// <summary>Whether the id carries the mark.</summary>
    public static bool IsFound(string id) => id.EndsWith(Mark, StringComparison.Ordinal);

    /// <summary>The id without the mark.</summary>
    public static string IdOf(string id) => IsFound(id) ? id[..^Mark.Length] : id;

    /// <summary>What a record shows of our links.</summary>
    /// <param name="rule">The association.</param>
    /// <param name="agreed">The base.</param>
    /// <param name="wanted">What the row names; not seen when the row was not read or names a record that is not linked yet.</param>
    /// <param name="shown">All links of the type that the record has.</param>
    /// <returns>With the marks of the base, so that what did not change is the same.</returns>
    public static FieldValue Of(FieldRule rule, FieldBase? agreed, FieldValue wanted, FieldValue shown)
    {
        if (shown.State is not ValueState.Value)
        {
            return shown;
        }

        // There is one first link only. Where the row has something to say of it, whoever else's link stands there is in its place.
        var before = Ids(agreed?.Crm.Value ?? default);
        if (rule.Mapping.Association!.IsExclusive && (wanted.State is ValueState.Value || (!wanted.IsSeen && before.Count > 0)))
        {
            return Marked(Ids(shown), agreed);
        }

        return Marked(Ids(shown).Where(id => before.Contains(id, StringComparer.Ordinal) || Ids(wanted).Contains(id, StringComparer.Ordinal)), agreed);
    }

    /// <summary>
    /// What a write takes from somebody: only a first link has a single place, and only a link that was not ours is lost there.
    /// </summary>
    public static FieldValue Lost(FieldRule rule, FieldBase? agreed, FieldValue replaced) =>
        rule.Mapping.Association!.IsExclusive && replaced.State is ValueState.Value
        && Ids(replaced).Except(Ids(agreed?.Crm.Value ?? default), StringComparer.Ordinal).Any()
            ? replaced
            : FieldValue.NotObserved;

    /// <summary>
    /// The base after a write that may have come about in part: whatever it was to link may be ours now, and nothing corresponds to the row.
    /// </summary>
    public static FieldBase Attempted(FieldBase? agreed, FieldValue sent) => new(
        Half.Keep(FieldValue.NotObserved), Half.Keep(Marked(Ids(agreed?.Crm.Value ?? default).Union(Ids(sent), StringComparer.Ordinal), agreed)),
        BaseOrigin.Adopted);

    private static FieldValue Marked(IEnumerable<string> ids, FieldBase? agreed)
    {
        var found = Raw(agreed?.Crm.Value ?? default).Where(IsFound).Select(IdOf).ToHashSet(StringComparer.Ordinal);
        return Join(ids.Select(id => found.Contains(id) ? Found(id) : id));
    }

    private static IReadOnlyList<string> Ids(FieldValue value) => [.. Raw(value).Select(IdOf)];

    private static IReadOnlyList<string> Raw(FieldValue value) => value.State is ValueState.Value ? FieldType.SplitList(value.Text!) : [];

    private static FieldValue Join(IEnumerable<string> ids) =>
        string.Join(FieldType.ListSeparator, ids.Order(StringComparer.Ordinal)) is { Length: > 0 } text ? FieldValue.Of(text) : FieldValue.Null;
}
