using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Reads the real CRM and only pretends to write: every write is confirmed as sent, with the calls that it would cost, and what is read
/// afterwards shows it. The list of changes is not rehearsed, because a cycle reads it before it writes.
/// </summary>
internal sealed class RehearsedCrm(ICrm crm) : ICrm
{
    private const string Planned = "new:";

    private readonly Dictionary<string, Dictionary<string, FieldValue>> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Writes, long Calls)> _lanes = new(StringComparer.Ordinal);

    public CrmTraits Traits => crm.Traits;

    public ICrmAssociations? Associations { get; } = crm.Associations is { } links ? new RehearsedAssociations(links) : null;

    public long Calls => crm.Calls + _lanes.Values.Sum(lane => lane.Calls);

    public CrmUse? Use => crm.Use;

    /// <summary>The ways that the pretended writes would go, and the calls that they would cost.</summary>
    public IReadOnlyList<PlannedLane> Lanes => [.. _lanes.Select(lane => new PlannedLane(lane.Key, lane.Value.Writes, lane.Value.Calls))];

    public string IdOf(string typed) => crm.IdOf(typed);

    public IReadOnlyList<string> TakeWarnings() => crm.TakeWarnings();

    public Task<KeyPreparation> PrepareAsync(string objectType, string keyField, bool creates, CancellationToken cancellationToken) =>
        crm.PrepareAsync(objectType, keyField, creates: false, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => crm.CheckAsync(cancellationToken);

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => crm.NowAsync(cancellationToken);

    public Task<DateTimeOffset> ReadableThroughAsync(string objectType, CancellationToken cancellationToken) =>
        crm.ReadableThroughAsync(objectType, cancellationToken);

    public Task<SideSchema?> DescribeAsync(string objectType, CancellationToken cancellationToken) => crm.DescribeAsync(objectType, cancellationToken);

    public Task<IReadOnlyList<ObjectName>> ListObjectsAsync(CancellationToken cancellationToken) => crm.ListObjectsAsync(cancellationToken);

    public Task<FieldSchema?> DescribePathAsync(string objectType, string path, CancellationToken cancellationToken) =>
        crm.DescribePathAsync(objectType, path, cancellationToken);

    public bool OwesFullRead(CrmRead read) => crm.OwesFullRead(read);

    public IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadChangesAsync(CrmRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        crm.ReadChangesAsync(read, since, cancellationToken);

    public async Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        // A record that is only planned cannot be asked for.
        var real = ids.Where(id => !id.StartsWith(Planned, StringComparison.Ordinal)).ToList();
        var records = real.Count == 0 ? new Dictionary<string, CrmRecord>() : new(await crm.ReadAsync(read, real, cancellationToken), StringComparer.Ordinal);
        foreach (var id in ids.Where(id => id.StartsWith(Planned, StringComparison.Ordinal)))
        {
            records[id] = new CrmRecord(id, CrmPresence.Live, DateTimeOffset.MinValue, [.. read.Fields.Select(_ => FieldValue.Null)]);
        }

        foreach (var (id, record) in records.ToList())
        {
            records[id] = Shown(read, record);
        }

        return records;
    }

    public Task<ILookup<string, CrmRecord>> FindByKeyAsync(CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        crm.FindByKeyAsync(read, keys, cancellationToken);

    // To bring work to rest is to call it off. What comes of a cycle is shown as if it had been.
    public Task<bool> RestAsync(string objectType, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> ReadHistoryAsync(
        CrmRead read, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken) =>
        crm.ReadHistoryAsync(read, ids, fields, cancellationToken);

    public Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        foreach (var group in batch.Writes.GroupBy(w => (w.Kind, IsGuarded: w.IfVersion is not null)))
        {
            var lane = Traits.LaneOf(group.Key.IsGuarded, group.Count());
            var (writes, calls) = _lanes.GetValueOrDefault(lane.Name);
            _lanes[lane.Name] = (writes + group.Count(), calls + lane.Calls(group.Count()));
        }

        return Task.FromResult<IReadOnlyList<CrmWriteResult>>([.. batch.Writes.Select(Pretend)]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private CrmWriteResult Pretend(CrmWrite write)
    {
        var id = write.Id ?? Planned + write.Key;
        if (write.Kind is CrmWriteKind.Archive or CrmWriteKind.Delete or CrmWriteKind.Purge)
        {
            _removed.Add(id);
        }

        if (write.Key is { } key)
        {
            _keys[id] = key;
        }

        if (!_written.TryGetValue(id, out var fields))
        {
            _written.Add(id, fields = new Dictionary<string, FieldValue>(StringComparer.OrdinalIgnoreCase));
        }

        foreach (var field in write.Fields)
        {
            fields[field.Field] = field.Value;
        }

        return new CrmWriteResult(WriteOutcome.Confirmed, id) { Created = write.Kind is CrmWriteKind.Upsert };
    }

    private CrmRecord Shown(CrmRead read, CrmRecord record)
    {
        if (!_written.TryGetValue(record.Id, out var fields))
        {
            return record;
        }

        return record with
        {
            Presence = _removed.Contains(record.Id) ? CrmPresence.Deleted : record.Presence,
            Key = _keys.GetValueOrDefault(record.Id, record.Key!),
            Values = [.. read.Fields.Select((f, i) => fields.TryGetValue(f.Name, out var written) ? written : record.Values[i])],
            LastChangedByUs = true,
        };
    }
}
