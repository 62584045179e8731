using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Deals writes out to requests.</summary>
internal static class WritePlan
{
    /// <summary>Records that a Collections request takes at most.</summary>
    public const int CallSize = 200;

    // Salesforce takes bodies of 50 MB; far smaller ones keep a transaction inside its time limits.
    private const int MostCharacters = 4_000_000;

    /// <summary>
    /// Requests in waves: those of one wave may run side by side. The same record never stands twice in one request, where both would be
    /// refused, nor twice in one wave, where the order would be open.
    /// </summary>
    public static IEnumerable<IReadOnlyList<WriteSlice>> Waves(CrmWriteBatch batch, IEnumerable<(int At, CrmWrite Write)> writes, int size)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return writes
            .Select(item => (Item: item, Wave: seen[Identity(item.Write)] = seen.GetValueOrDefault(Identity(item.Write)) + 1))
            .GroupBy(item => item.Wave, item => item.Item)
            .OrderBy(wave => wave.Key)
            .Select(wave => (IReadOnlyList<WriteSlice>)[.. Slices(batch, wave, size)]);
    }

    private static IEnumerable<WriteSlice> Slices(CrmWriteBatch batch, IEnumerable<(int At, CrmWrite Write)> wave, int size)
    {
        foreach (var kind in wave.GroupBy(item => item.Write.Kind is CrmWriteKind.Archive ? CrmWriteKind.Delete : item.Write.Kind))
        {
            var slice = new List<(int, CrmWrite)>();
            var characters = 0;

            // Children of one parent go together: side by side they would fight for the parent's lock.
            foreach (var item in kind.OrderBy(item => Parent(batch, item.Write), StringComparer.Ordinal))
            {
                var length = item.Write.Fields.Sum(field => field.Field.Length + (field.Value.Text?.Length ?? 0));
                if (slice.Count == size || (slice.Count > 0 && characters + length > MostCharacters))
                {
                    yield return new WriteSlice(kind.Key, slice);
                    slice = [];
                    characters = 0;
                }

                slice.Add(item);
                characters += length;
            }

            yield return new WriteSlice(kind.Key, slice);
        }
    }

    // Keys that differ by case or blanks alone may be one key to Salesforce.
    private static string Identity(CrmWrite write) =>
        write.Id is { } id ? "id " + SalesforceId.NormalizeOrKeep(id) : "key " + write.Key?.Trim().ToUpperInvariant();

    private static string Parent(CrmWriteBatch batch, CrmWrite write) =>
        write.Fields.FirstOrDefault(field => field.Value.State is ValueState.Value
            && batch.Schema.Find(field.Field)?.Type.Kind is FieldKind.Reference)?.Value.Text ?? "";
}
