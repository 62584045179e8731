using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Reads what happened to properties (reference §5.4). HubSpot keeps a bounded number of entries a property.</summary>
internal sealed class HubSpotHistory(HubSpotReader reader, OwnSource own, OwnWrites writes)
{
    /// <summary>See <see cref="ICrm.ReadHistoryAsync"/>.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> ReadAsync(
        HubSpotObject type, CrmRead read, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var asked = ids.Where(id => id.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (asked.Count == 0 || fields.Count == 0)
        {
            return new Dictionary<string, IReadOnlyList<FieldEvent>>();
        }

        var trouble = await own.AskAsync(cancellationToken);
        IReadOnlyList<string> wanted = own.IsKnown ? fields : [.. fields.Union([read.KeyField], StringComparer.OrdinalIgnoreCase)];
        var records = await FindAsync(type, asked, wanted, cancellationToken);
        Learn(type, read, records.Values);
        if (!own.IsKnown && records.Values.Any(record => record.PropertiesWithHistory is { Count: > 0 }))
        {
            if (trouble is not null)
            {
                throw trouble;
            }

            own.TellUnknown();
        }

        return records.ToDictionary(
            pair => pair.Key,
            pair => (IReadOnlyList<FieldEvent>)[.. fields
                .SelectMany(field => Events(field, TypeOf(read, field), pair.Value))
                .OrderByDescending(one => one.At)],
            StringComparer.Ordinal);
    }

    // What our own writes left there is proof. Where none is at hand, as after a restart, the key tells: nobody but this connection has cause to
    // write it through the API. Several who did leave it open which of them we are.
    private void Learn(HubSpotObject type, CrmRead read, IReadOnlyCollection<WireRecord> records)
    {
        records.SelectMany(record => writes.In(type, record, field => TypeOf(read, field))).ToList().ForEach(own.Learn);
        if (own.IsKnown || type.IsEmailKey(read.KeyField))
        {
            return;
        }

        var writers = records.SelectMany(record => record.History(read.KeyField)).Where(entry => entry.IsByApi)
            .DistinctBy(entry => (entry.SourceType, entry.SourceId)).ToList();
        if (writers is [var only])
        {
            own.Learn(only);
        }
    }

    // By the id asked for: live records, then archived ones. One that went into another has no history of its own any more: the survivor's
    // tells of writes to both, and nobody can say which of ours was to whom.
    private async Task<Dictionary<string, WireRecord>> FindAsync(
        HubSpotObject type, IReadOnlyList<string> asked, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, WireRecord>(StringComparer.Ordinal);
        await TakeAsync(asked, archived: false);
        await TakeAsync([.. asked.Where(id => !found.ContainsKey(id))], archived: true);
        return found;

        // A survivor may stand where an id that went into it was asked for: ids decide, never positions.
        async Task TakeAsync(IReadOnlyList<string> wanted, bool archived)
        {
            var set = wanted.ToHashSet(StringComparer.Ordinal);
            foreach (var record in await reader.HistoryAsync(type, fields, wanted, archived, cancellationToken))
            {
                if (set.Contains(record.Id))
                {
                    found[record.Id] = record;
                }
            }
        }
    }

    private IEnumerable<FieldEvent> Events(string field, FieldType type, WireRecord record) =>
        record.History(field).Select(version => new FieldEvent(
            field, HubSpotValues.Read(type, version.Value), At(version), own.IsOurs(version), Author(version))
        {
            ByMerge = version.IsByMerge,
        });

    // Without its time an entry cannot be placed before or behind a write of ours, and leaving it out could hide a loss.
    private static DateTimeOffset At(WireVersion version) => HubSpotValues.TryInstant(version.Timestamp, out var at)
        ? at
        : throw new PortException(PortTrouble.Unavailable, "HubSpot's answer to reading a property's history cannot be read: an entry has no time.");

    private static string? Author(WireVersion version) => version switch
    {
        { IsByMerge: true } => version.SourceType,
        { UpdatedByUserId: { Length: > 0 } user } => user,
        { IsByPerson: true, SourceId: { } source } => source[WireVersion.PersonPrefix.Length..],
        { SourceId: { Length: > 0 } source } => $"{version.SourceType} {source}",
        _ => version.SourceType,
    };

    private static FieldType TypeOf(CrmRead read, string field) =>
        read.Fields.FirstOrDefault(one => HubSpotObject.Same(one.Name, field))?.Type ?? new FieldType(FieldKind.Text);
}
