using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// What has to be done to one link so that it is as the row wants it. A link may have labels of people, and several lines of a mapping may be
/// about it: it ends only when nothing else is said of it, and labels that are not ours stay.
/// </summary>
internal sealed class LinkChange(string fromId, string toId, CrmLink? present)
{
    // HubSpot gives it to the first company of a record by itself, so it alone keeps no link alive.
    private readonly HashSet<string> _primary = [.. (present?.Kinds ?? []).Where(kind => kind.IsPrimary).Select(kind => kind.Name)];
    private readonly HashSet<string> _before = [.. (present?.Kinds ?? []).Select(kind => kind.Name)];
    private readonly HashSet<string> _after = [.. (present?.Kinds ?? []).Select(kind => kind.Name)];
    private bool _isThere = present is not null;

    /// <summary>The writes that bring the links of a record to one object to what is wanted; none where they are so already.</summary>
    /// <param name="write">The record.</param>
    /// <param name="fields">What is wanted, and what was ours.</param>
    /// <param name="links">What there is.</param>
    public static IEnumerable<CrmLinkWrite> Of(CrmWrite write, IReadOnlyList<(CrmFieldWrite Field, LinkPath Link)> fields, IReadOnlyList<CrmLink> links)
    {
        var changes = new SortedDictionary<string, LinkChange>(StringComparer.Ordinal);
        LinkChange To(string id) => changes.TryGetValue(id, out var change)
            ? change
            : changes[id] = new LinkChange(write.Id!, id, links.FirstOrDefault(link => link.ToId == id));
        foreach (var (field, link) in fields)
        {
            var found = Found(field.Replaces);
            Ids(field.Replaces).Except(Ids(field.Value), StringComparer.Ordinal).ToList().ForEach(id => To(id).LetGo(link, found.Contains(id)));
        }

        foreach (var (field, link) in fields)
        {
            Ids(field.Value).ToList().ForEach(id => To(id).Hold(link));
        }

        // What is let go makes room: a first link has one place.
        return changes.Values.Select(change => change.Write()).OfType<CrmLinkWrite>()
            .OrderBy(change => change.Kind is CrmLinkWriteKind.Link or CrmLinkWriteKind.Label);
    }

    /// <summary>
    /// The links of a line when all is written: a label that was put on a link which somebody else had made before is marked, since only the label
    /// is ours there.
    /// </summary>
    public static FieldValue Stored(CrmFieldWrite field, LinkPath link, IReadOnlyList<CrmLink> links)
    {
        var (before, found) = (Ids(field.Replaces), Found(field.Replaces));
        bool WasThere(string id) => !link.IsPlain && !before.Contains(id, StringComparer.Ordinal) && links.Any(one => one.ToId == id && !one.Kinds.Any(link.Is));
        var ids = Ids(field.Value).Select(id => found.Contains(id) || WasThere(id) ? OwnLinks.Found(id) : id);
        return string.Join(FieldType.ListSeparator, ids) is { Length: > 0 } text ? FieldValue.Of(text) : field.Value;
    }

    private void LetGo(LinkPath link, bool wasFound)
    {
        if (!link.IsPlain)
        {
            _after.RemoveWhere(name => link.Is(new LinkKind(name, _primary.Contains(name))));
        }

        if (_after.IsSubsetOf(_primary) && !wasFound)
        {
            _isThere = false;
            _after.Clear();
        }
    }

    private void Hold(LinkPath link)
    {
        _isThere = true;
        if (!link.IsPlain)
        {
            _after.Add(link.Type == Core.Mappings.Association.Primary ? LinkTypes.Primary : link.Type);
        }
    }

    private CrmLinkWrite? Write() => (present is not null, _isThere) switch
    {
        (false, false) => null,
        (true, false) => new CrmLinkWrite(CrmLinkWriteKind.Unlink, fromId, toId, []),
        (_, true) when present is null && _after.Count == 0 => new CrmLinkWrite(CrmLinkWriteKind.Link, fromId, toId, []),
        (_, true) when present is not null && _after.SetEquals(_before) => null,
        (_, true) when _after.IsProperSubsetOf(_before) => new CrmLinkWrite(
            CrmLinkWriteKind.Unlabel, fromId, toId, [.. _before.Except(_after).Order(StringComparer.Ordinal)]),
        _ => new CrmLinkWrite(CrmLinkWriteKind.Label, fromId, toId, [.. _after.Order(StringComparer.Ordinal)]),
    };

    private static IReadOnlyList<string> Ids(FieldValue value) => [.. Raw(value).Select(OwnLinks.IdOf)];

    private static HashSet<string> Found(FieldValue value) => [.. Raw(value).Where(OwnLinks.IsFound).Select(OwnLinks.IdOf)];

    private static IReadOnlyList<string> Raw(FieldValue value) => value.State is ValueState.Value ? FieldType.SplitList(value.Text!) : [];
}
