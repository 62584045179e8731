using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Deals writes out to requests.</summary>
internal static class WritePlan
{
    // Salesforce takes bodies of 50 MB; far smaller ones keep a transaction inside its time limits.
    private const int MostCharacters = 4_000_000;

    /// <summary>
    /// Requests in waves: those of one wave may run side by side. The same record never stands twice in one request, where both would be
    /// refused, nor twice in one wave, where the order would be open.
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
            .Select(wave => (IReadOnlyList<WriteSlice>)[.. Slices(batch, wave, size)]);
    }

    private static IEnumerable<WriteSlice> Slices(
        CrmWriteBatch batch, IEnumerable<(int At, CrmWrite Write, IWriteLane Lane)> wave, int size)
    {
        foreach (var group in wave.GroupBy(item => (item.Lane, Kind: Kind(item.Write))))
        {
            var (lane, kind) = group.Key;
            var slice = new List<(int, CrmWrite)>();
            var characters = 0;

            // Children of one parent go together: side by side they would fight for the parent's lock.
            foreach (var item in group.OrderBy(item => Parent(batch, item.Write), StringComparer.Ordinal))
            {
                var length = item.Write.Fields.Sum(field => field.Field.Length + (field.Value.Text?.Length ?? 0));
                if (slice.Count == Math.Min(size, lane.Size) || (slice.Count > 0 && characters + length > MostCharacters))
                {
                    yield return new WriteSlice(lane, kind, slice);
                    slice = [];
                    characters = 0;
                }

                slice.Add((item.At, item.Write));
                characters += length;
            }

            yield return new WriteSlice(lane, kind, slice);
        }
    }

    private static CrmWriteKind Kind(CrmWrite write) => write.Kind is CrmWriteKind.Archive ? CrmWriteKind.Delete : write.Kind;

    // Keys that differ by case or blanks alone may be one key to Salesforce.
    private static string Identity(CrmWrite write) =>
        write.Id is { } id ? "id " + SalesforceId.NormalizeOrKeep(id) : "key " + write.Key?.Trim().ToUpperInvariant();

    private static string Parent(CrmWriteBatch batch, CrmWrite write) =>
        write.Fields.FirstOrDefault(field => field.Value.State is ValueState.Value
            && batch.Schema.Find(field.Field)?.Type.Kind is FieldKind.Reference)?.Value.Text ?? "";
}
