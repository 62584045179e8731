using System.Text;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Deals writes out to requests.</summary>
internal static class WritePlan
{
    // Nearly every record has one of these, and writing a child does not lock it.
    private static readonly HashSet<string> NoParents =
        new(StringComparer.OrdinalIgnoreCase) { "User", "Group", "RecordType", "Profile", "UserRole" };

    /// <summary>
    /// Requests in waves: those of one wave may run side by side. The same record never stands twice in one request, where both would be
    /// refused, nor twice in one wave, where the order would be open; and children of one parent never stand in two requests of one wave,
    /// where they would fight for the parent's lock.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="writes">The writes to deal out, each with the lane that takes it.</param>
    /// <param name="size">Writes a request at most, where the lane takes as many.</param>
    public static IEnumerable<IReadOnlyList<WriteSlice>> Waves(
        CrmWriteBatch batch, IEnumerable<(int At, CrmWrite Write, IWriteLane Lane)> writes, int size)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return writes
            .Select(item => (Item: item, Wave: seen[Identity(item.Write)] = seen.GetValueOrDefault(Identity(item.Write)) + 1))
            .GroupBy(item => item.Wave, item => item.Item)
            .OrderBy(wave => wave.Key)
            .SelectMany(wave => Apart(batch, Slices(batch, wave, size)));
    }

    private static IEnumerable<WriteSlice> Slices(
        CrmWriteBatch batch, IEnumerable<(int At, CrmWrite Write, IWriteLane Lane)> wave, int size)
    {
        foreach (var group in wave.GroupBy(item => (item.Lane, Kind: LaneChoice.Kind(item.Write), item.Write.OnlyNew)))
        {
            var (lane, kind, onlyNew) = group.Key;
            var slice = new List<(int, CrmWrite)>();
            var bytes = 0;

            // Children of one parent go together, so that few requests share one.
            foreach (var item in group.OrderBy(item => Parents(batch, item.Write).FirstOrDefault(""), StringComparer.Ordinal))
            {
                var length = item.Write.Fields.Sum(field => field.Field.Length + Encoding.UTF8.GetByteCount(field.Value.Text ?? ""));
                if (slice.Count == Math.Min(size, lane.Size) || (slice.Count > 0 && bytes + length > lane.MostBytes))
                {
                    yield return new WriteSlice(lane, kind, slice) { OnlyNew = onlyNew };
                    slice = [];
                    bytes = 0;
                }

                slice.Add((item.At, item.Write));
                bytes += length;
            }

            yield return new WriteSlice(lane, kind, slice) { OnlyNew = onlyNew };
        }
    }

    // Each request goes into the first wave in which no other has a parent of its own.
    private static IReadOnlyList<IReadOnlyList<WriteSlice>> Apart(CrmWriteBatch batch, IEnumerable<WriteSlice> slices)
    {
        var waves = new List<(List<WriteSlice> Slices, HashSet<string> Parents)>();
        foreach (var slice in slices)
        {
            var parents = slice.Items.SelectMany(item => Parents(batch, item.Write)).ToHashSet(StringComparer.Ordinal);
            var (wave, taken) = waves.Find(wave => !wave.Parents.Overlaps(parents));
            if (wave is null)
            {
                waves.Add((wave, taken) = ([], new HashSet<string>(StringComparer.Ordinal)));
            }

            wave.Add(slice);
            taken.UnionWith(parents);
        }

        return [.. waves.Select(wave => wave.Slices)];
    }

    // Keys that differ by case or blanks alone may be one key to Salesforce.
    private static string Identity(CrmWrite write) =>
        write.Id is { } id ? "id " + SalesforceId.NormalizeOrKeep(id) : "key " + write.Key?.Trim().ToUpperInvariant();

    private static IEnumerable<string> Parents(CrmWriteBatch batch, CrmWrite write) => write.Fields
        .Where(field => field.Value.State is ValueState.Value && batch.Schema.Find(field.Field) is { Type.Kind: FieldKind.Reference } reference
            && !reference.ReferenceTo.Any(NoParents.Contains))
        .Select(field => SalesforceId.NormalizeOrKeep(field.Value.Text!));
}
