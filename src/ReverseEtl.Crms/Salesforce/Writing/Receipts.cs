using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Reads what Salesforce made of the values of guarded writes.</summary>
/// <remarks>
/// A record is read after its write, so somebody may have edited it in between: taken for the receipt, that edit would become the base and
/// never reach the warehouse (sync-engine §0.3). So the record counts only if we changed it last and its stamp is that of our request.
/// </remarks>
internal sealed class Receipts(SalesforceReader reader)
{
    public async Task ReadAsync(WriteRun run, CancellationToken cancellationToken)
    {
        var written = run.ConfirmedUnderCondition();
        if (written.Count == 0)
        {
            return;
        }

        var read = new CrmRead(run.Batch.Object, run.Batch.KeyField, Fields(run.Batch, written));
        try
        {
            var found = await reader.AtThisMomentAsync(read, written.Select(item => run.Result(item.At).Id!), cancellationToken);
            foreach (var (at, write) in written)
            {
                if (found.GetValueOrDefault(run.Result(at).Id!) is { } record && IsOurs(record, write, run.Window(at)))
                {
                    run.Replace(at, run.Result(at) with { Stored = Stored(read, record, write), Version = record.Version });
                }
            }
        }
        catch (PortException)
        {
            // The writes are confirmed all the same. What they became is not told, as for every record that was edited meanwhile.
        }
    }

    private static bool IsOurs(CrmRecord record, CrmWrite write, StampWindow? window) =>
        record is { Presence: CrmPresence.Live, LastChangedByUs: true }
        && record.Version > write.IfVersion && window is { } stored && stored.Holds(record.Version);

    private static List<FieldSchema> Fields(CrmWriteBatch batch, IEnumerable<(int At, CrmWrite Write)> written) =>
    [
        .. written.SelectMany(item => item.Write.Fields.Select(field => field.Field)).Append(batch.KeyField)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => batch.Schema.Find(name) ?? new FieldSchema(name, new FieldType(FieldKind.Text))),
    ];

    private static Dictionary<string, FieldValue> Stored(CrmRead read, CrmRecord record, CrmWrite write)
    {
        var names = write.Fields.Select(field => field.Field).Concat(write.Key is null ? [] : [read.KeyField])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return read.Fields.Zip(record.Values)
            .Where(pair => names.Contains(pair.First.Name) && pair.Second.IsSeen)
            .ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.OrdinalIgnoreCase);
    }
}
