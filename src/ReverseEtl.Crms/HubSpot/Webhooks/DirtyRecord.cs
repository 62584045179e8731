namespace ReverseEtl.Crms.HubSpot.Webhooks;

/// <summary>A record of which something was heard. A hint to look at it, and nothing more: events come late, twice and in any order.</summary>
/// <param name="ObjectType">Type id, e.g. <c>0-1</c> or <c>2-3001</c>.</param>
/// <param name="Id">Record id.</param>
public readonly record struct DirtyRecord(string ObjectType, string Id);
