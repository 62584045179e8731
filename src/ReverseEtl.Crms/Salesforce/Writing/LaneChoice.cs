using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Which way each write goes: the first lane that takes it and has enough of its kind to be worth its calls.</summary>
internal static class LaneChoice
{
    /// <summary>Deals writes out to lanes; those that no lane takes have none.</summary>
    /// <param name="lanes">The lanes, the widest first.</param>
    /// <param name="writes">The writes.</param>
    /// <param name="size">Writes a request at most; when it is limited, lanes for large sets are out of the question.</param>
    public static IReadOnlyList<(int At, CrmWrite Write, IWriteLane? Lane)> Deal(
        IReadOnlyList<IWriteLane> lanes, IReadOnlyList<(int At, CrmWrite Write)> writes, int size)
    {
        var counts = lanes.ToDictionary(
            lane => lane,
            lane => writes.Where(item => lane.Takes(item.Write)).CountBy(item => Kind(item.Write)).ToDictionary());
        return [.. writes.Select(item => (item.At, item.Write, (IWriteLane?)lanes.FirstOrDefault(lane => Fits(lane, item.Write))))];

        bool Fits(IWriteLane lane, CrmWrite write) =>
            lane.Takes(write)
            && (!lane.IsForSets || lane.IsOnlyWayOf(write) || (size == int.MaxValue && counts[lane][Kind(write)] >= lane.Least));
    }

    /// <summary>What a write does to Salesforce: an archive is a delete there, since a delete goes to the recycle bin.</summary>
    public static CrmWriteKind Kind(CrmWrite write) => write.Kind is CrmWriteKind.Archive ? CrmWriteKind.Delete : write.Kind;
}
