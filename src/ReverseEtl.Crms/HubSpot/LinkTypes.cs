using System.Globalization;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>What links from one object type to another can be, by the names that people see (reference §6).</summary>
internal sealed class LinkTypes(IEnumerable<WireLinkType> types)
{
    /// <summary>The label that HubSpot itself gives to the first link.</summary>
    public const string Primary = "Primary";

    private const string HubSpotDefined = "HUBSPOT_DEFINED";
    private readonly List<WireLinkType> _types = [.. types];

    /// <summary>The kinds, the plain one with an empty name.</summary>
    public IReadOnlyList<LinkKind> Kinds => [.. _types.Select(KindOf)];

    /// <summary>The labels of a link. The plain type is on every link and tells nothing.</summary>
    public static IReadOnlyList<LinkKind> LabelsOf(WireLink link) =>
        [.. (link.AssociationTypes ?? []).Where(type => type.Label is { Length: > 0 }).Select(KindOf)];

    /// <summary>The type of a label as a request names it; null when there is no such label.</summary>
    public WireLinkSpec? Find(string label) => Spec(_types.Find(type => string.Equals(type.Label, label, StringComparison.Ordinal)));

    /// <summary>The plain type; null when the two object types cannot be linked.</summary>
    public WireLinkSpec? Plain => Spec(
        _types.Find(type => string.IsNullOrEmpty(type.Label) && type.Category is HubSpotDefined) ?? _types.Find(type => string.IsNullOrEmpty(type.Label)));

    private static WireLinkSpec? Spec(WireLinkType? type) =>
        type is { Category: { } category } && int.TryParse(type.TypeId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new WireLinkSpec(category, id)
            : null;

    // An account may call a label of its own "Primary" too; only HubSpot's own means the one first record.
    private static LinkKind KindOf(WireLinkType type) => new(type.Label ?? "", type is { Label: Primary, Category: HubSpotDefined });
}
