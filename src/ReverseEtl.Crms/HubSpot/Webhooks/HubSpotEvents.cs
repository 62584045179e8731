using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot.Webhooks;

/// <summary>Reads webhook bodies (reference §7.2). Values in events are never used: by the time they arrive they may be old.</summary>
public static class HubSpotEvents
{
    /// <summary>The records that a body is about, each once, in the order in which they are named.</summary>
    /// <param name="body">The JSON array that HubSpot sent.</param>
    /// <param name="portalId">Only events of this account; null for those of any.</param>
    /// <returns>Null when the body is no array of events at all. An event of a kind that is not known is passed over.</returns>
    public static IReadOnlyList<DirtyRecord>? Parse(string body, string? portalId = null) =>
        HubSpotJson.TryRead<List<WireEvent?>>(body)?
            .OfType<WireEvent>()
            .Where(one => portalId is null || one.PortalId is null || one.PortalId == portalId)
            .SelectMany(Records)
            .Where(record => record.Id.Length > 0)
            .Distinct()
            .ToList();

    private static IEnumerable<DirtyRecord> Records(WireEvent one)
    {
        var kind = one.SubscriptionType ?? one.EventType ?? "";
        if (TypeOf(one, kind) is not { } type)
        {
            yield break;
        }

        // A merge makes a new record and ends two, and it is not known which of them an event names.
        foreach (var id in one.MergedObjectIds ?? [])
        {
            yield return new DirtyRecord(type, id ?? "");
        }

        foreach (var id in new[] { one.PrimaryObjectId, one.NewObjectId, one.ObjectId, one.FromObjectId })
        {
            yield return new DirtyRecord(type, id ?? "");
        }

        if (one.ToObjectId is { } other && OtherType(one.AssociationType) is { } otherType)
        {
            yield return new DirtyRecord(otherType, other);
        }
    }

    private static string? TypeOf(WireEvent one, string kind) =>
        kind.Split('.') is [var noun, _] ? noun is "object" ? one.ObjectTypeId : HubSpotObject.TypeId(noun) : null;

    // CONTACT_TO_COMPANY
    private static string? OtherType(string? association) =>
        association?.Split("_TO_", StringSplitOptions.None) is [_, var noun] ? HubSpotObject.TypeId(noun.ToLowerInvariant()) : null;
}
