namespace ReverseEtl.Crms.HubSpot.Webhooks;

/// <summary>A record of which something was heard. A hint to look at it, and nothing more: events come late, twice and in any order.</summary>
/// <param name="ObjectType">Type id, e.g. <c>0-1</c> or <c>2-3001</c>.</param>
/// <param name="Id">Record id.</param>
public readonly record struct DirtyRecord(string ObjectType, string Id)
{
    /// <summary>
    /// Whether it may be a record of a mapped object, named as mappings name it. Events tell type ids only, so an object by a name that is
    /// none of the standard ones may be of any other type: a look too many does no harm. An id that is no number is nobody's.
    /// </summary>
    /// <param name="mapped">Plural name or type id.</param>
    public bool MayBeOf(string mapped) => Id.Length > 0 && Id.All(char.IsAsciiDigit)
        && (HubSpotObject.TypeId(mapped) is { } known ? ObjectType == known
            : char.IsAsciiDigit(mapped[0]) ? ObjectType == mapped
            : !HubSpotObject.IsStandard(ObjectType));
}
