using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Links of one kind to records of one object.</summary>
/// <param name="Object">The other object type.</param>
/// <param name="Type">What the links are, in the words of a mapping.</param>
internal sealed record LinkPath(string Object, string Type)
{
    /// <summary>Whether it is about links whatever their labels. Every link is plain besides what else it is.</summary>
    public bool IsPlain => Type == Association.Plain;

    /// <summary>The path as the port names it; null for a property.</summary>
    public static LinkPath? Of(string path) => Association.Read(path) is { } read ? new LinkPath(read.Object, read.Type) : null;

    /// <summary>Whether links of this kind are meant.</summary>
    public bool Is(LinkKind kind) => Type switch
    {
        Association.Plain => kind.Name.Length == 0,
        Association.Primary => kind.IsPrimary,
        _ => string.Equals(kind.Name, Type, StringComparison.Ordinal),
    };

    /// <summary>The ids of the records linked so, in a fixed order.</summary>
    public FieldValue ValueOf(IEnumerable<CrmLink> links)
    {
        var ids = links.Where(link => IsPlain || link.Kinds.Any(Is)).Select(link => link.ToId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return string.Join(FieldType.ListSeparator, ids) is { Length: > 0 } text ? FieldValue.Of(text) : FieldValue.Null;
    }
}
