using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Reads what Salesforce made of the values of guarded writes.</summary>
/// <remarks>
/// <para>
/// A record is read after its write, so somebody may have edited it in between: taken for the receipt, that edit would become the base and
/// never reach the warehouse (sync-engine §0.3). So the record counts only if we changed it last and its stamp is that of our request.
/// </para>
/// <para>
/// A write that was refused because the record had moved may have been moved by itself: a request can arrive twice on its way, and only the
/// answer to the second come back. When the record shows that, the first is what happened.
/// </para>
/// </remarks>
internal sealed class Receipts(SalesforceReader reader)
{
    public async Task ReadAsync(WriteRun run, CancellationToken cancellationToken)
    {
        var written = run.AnsweredUnderCondition();
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
                    Settle(run, at, write, Stored(read, record, write), record.Version);
                }
            }
        }
        catch (PortException)
        {
            // What was confirmed is so all the same; what it became is not told, as for every record that was edited meanwhile. What was
            // refused stays open, since nobody could look who had moved it.
            foreach (var (at, _) in written.Where(item => run.Result(item.At).Outcome is WriteOutcome.Moved))
            {
                run.Replace(at, run.Result(at) with { Outcome = WriteOutcome.Unknown });
            }
        }
    }

    // Moved by us, but not to what was sent: that was another write of ours, and this one comes again.
    private static void Settle(WriteRun run, int at, CrmWrite write, Dictionary<string, FieldValue> stored, DateTimeOffset version)
    {
        var result = run.Result(at);
        if (result.Outcome is WriteOutcome.Confirmed || write.Fields.All(field => IsAsSent(run.Batch, field, stored)))
        {
            run.Replace(at, result with { Outcome = WriteOutcome.Confirmed, Stored = stored, Version = version });
        }
    }

    private static bool IsAsSent(CrmWriteBatch batch, CrmFieldWrite field, Dictionary<string, FieldValue> stored) =>
        stored.TryGetValue(field.Field, out var value)
        && (batch.Schema.Find(field.Field)?.Type ?? new FieldType(FieldKind.Text)).Same(field.Value, value);

    private static bool IsOurs(CrmRecord record, CrmWrite write, StampWindow? window) =>
        record is { Presence: CrmPresence.Live, LastChangedByUs: true }
        && record.Version > write.IfVersion && window is { } stored && stored.Holds(record.Version);

    private static List<FieldSchema> Fields(CrmWriteBatch batch, IEnumerable<(int At, CrmWrite Write)> written) =>
    [
        // A column of a relation is no field of the record itself, and only those can be read at this moment.
        .. written.SelectMany(item => item.Write.Fields.Select(field => field.Field)).Append(batch.KeyField)
            .Where(name => !name.Contains('.', StringComparison.Ordinal))
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
