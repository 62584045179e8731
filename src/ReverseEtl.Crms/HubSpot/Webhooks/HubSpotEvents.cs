using System.Text.Json;
using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot.Webhooks;

/// <summary>Reads webhook bodies (reference §7.2). Values in events are never used: by the time they arrive they may be old.</summary>
public static class HubSpotEvents
{
    /// <summary>The records that a body is about, each once, in the order in which they are named.</summary>
    /// <param name="body">The JSON array that HubSpot sent.</param>
    /// <param name="portalId">Only events of this account; null for those of any.</param>
    /// <returns>
    /// Null when the body is no array of events at all. An event of a kind that is not known, or that cannot be read, is passed over: HubSpot
    /// would send the whole call again, ten times, for the sake of one.
    /// </returns>
    public static IReadOnlyList<DirtyRecord>? Parse(string body, string? portalId = null) =>
        HubSpotJson.TryRead<List<JsonElement>>(body)?
            .Select(HubSpotJson.TryRead<WireEvent>)
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

        foreach (var id in new[] { one.PrimaryObjectId, one.NewObjectId, one.ObjectId })
        {
            yield return new DirtyRecord(type, id ?? "");
        }

        // The association tells the types of both its ends; the event may be named after either.
        var (from, to) = Ends(one.AssociationType);
        yield return new DirtyRecord(from ?? type, one.FromObjectId ?? "");
        if (to is not null)
        {
            yield return new DirtyRecord(to, one.ToObjectId ?? "");
        }
    }

    private static string? TypeOf(WireEvent one, string kind) =>
        kind.Split('.') is [var noun, _] ? noun is "object" ? one.ObjectTypeId : HubSpotObject.TypeId(noun) : null;

    // CONTACT_TO_COMPANY
    private static (string? From, string? To) Ends(string? association) => association?.ToLowerInvariant().Split("_to_", StringSplitOptions.None) is [var from, var to]
        ? (HubSpotObject.TypeId(from), HubSpotObject.TypeId(to))
        : (null, null);
}
