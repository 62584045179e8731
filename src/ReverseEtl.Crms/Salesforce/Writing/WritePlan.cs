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
    /// refused, nor twice in one wave, where the order would be open; children of one parent never stand in two requests of one wave, where
    /// they would fight for the parent's lock; and a record that names another one of the batch by its key goes in a later wave than that one,
    /// since Salesforce does not find what the same request makes (§15.5).
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="writes">The writes to deal out, each with the lane that takes it.</param>
    /// <param name="size">Writes a request at most, where the lane takes as many.</param>
    public static IEnumerable<IReadOnlyList<WriteSlice>> Waves(
        CrmWriteBatch batch, IEnumerable<(int At, CrmWrite Write, IWriteLane Lane)> writes, int size)
    {
        var items = writes.ToList();
        var depths = new FamilyDepth(batch, items.ConvertAll(item => item.Write));
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return items
            .Select(item => (Item: item, Wave: seen[Identity(item.Write)] =
                Math.Max(seen.GetValueOrDefault(Identity(item.Write)) + 1, depths.Of(item.Write))))
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

    // By id, or by a column of the relation and its value.
    private static IEnumerable<string> Parents(CrmWriteBatch batch, CrmWrite write) => write.Fields
        .Where(field => field.Value.State is ValueState.Value)
        .Select(field => field.Field.Contains('.', StringComparison.Ordinal) ? $"{field.Field.ToUpperInvariant()} {field.Value.Text!.Trim()}"
            : batch.Schema.Find(field.Field) is { Type.Kind: FieldKind.Reference } reference && !reference.ReferenceTo.Any(NoParents.Contains)
                ? SalesforceId.NormalizeOrKeep(field.Value.Text!)
                : null)
        .OfType<string>();
}
