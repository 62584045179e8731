using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>The whole state of a simulated org, and the only place where records are exchanged for newer states.</summary>
internal sealed class Org
{
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Table> _tables = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _typeByPrefix = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeleteLog> _deleteLogs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _nextNumber = new(StringComparer.Ordinal);
    private readonly RecycleBin _bin = new();
    private readonly Dictionary<string, HashSet<string>> _tracked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DuplicateRule>> _duplicateRules = new(StringComparer.Ordinal);
    private readonly List<(DateTimeOffset Start, DateTimeOffset End)> _openTransactions = [];

    public Org(TimeProvider time, SalesforceOptions options)
    {
        _time = time;
        Options = options;
        Random = new Random(options.Seed);
        Schema = new OrgSchema(Now, options.PersonAccounts);
        WriteLog = new WriteLog(options.WriteLogCapacity);
        foreach (var type in Schema.Types)
        {
            _typeByPrefix[type.KeyPrefix] = type.Name;
            _deleteLogs[type.Name] = new DeleteLog();
        }

        foreach (var type in Schema.Types)
        {
            _tables[type.Name] = new Table(type, name => Schema.Find(name) is not null);
        }
    }

    public SalesforceOptions Options { get; }

    public SalesforceSwitches Switches { get; set; } = new();

    public OrgSchema Schema { get; }

    public Random Random { get; }

    public UndoLog Undo { get; } = new();

    public RowLocks Locks { get; } = new();

    public WriteLog WriteLog { get; }

    public SaveHooks Hooks { get; } = new();

    public OrgUsers Users { get; } = new();

    /// <summary>The instant, for everything that is not stored.</summary>
    public DateTimeOffset Instant => _time.GetUtcNow();

    /// <summary>The stamp of a write made now: whole seconds, as the platform stores them.</summary>
    public DateTimeOffset Now => Instant is var now ? now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)) : default;

    public Table Table(ObjectType type) => _tables[type.Name];

    public Table? Table(string type) => _tables.GetValueOrDefault(type);

    public DeleteLog DeleteLog(ObjectType type) => _deleteLogs[type.Name];

    /// <summary>The record with this 18-character id, of whatever object, or null.</summary>
    public SfRecord? Find(string id) => _typeByPrefix.TryGetValue(id[..3], out var type) ? _tables[type].Find(id) : null;

    public string NextId(ObjectType type)
    {
        // Far enough from zero that ids hold letters of both cases and so all kinds of checksums.
        const long First = 38_193_207_651L;
        var number = _nextNumber.GetValueOrDefault(type.KeyPrefix, First);
        _nextNumber[type.KeyPrefix] = number + 1;
        return SalesforceId.Make(type.KeyPrefix, number);
    }

    public FieldDefinition AddField(ObjectType type, FieldSpec spec)
    {
        if (spec.RollUp is { } rollUp)
        {
            var child = Schema.Get(rollUp.Child);
            _ = Table(child).Index(child[rollUp.Reference]) ?? throw new ArgumentException($"{rollUp.Reference} points at no object.", nameof(spec));
            _ = rollUp.Function is "sum" or "min" or "max" ? child[rollUp.Field ?? ""] : null;
            _ = rollUp.Function is "count" or "sum" or "min" or "max" ? true
                : throw new ArgumentException($"No roll-up function {rollUp.Function}.", nameof(spec));
        }

        var field = Schema.Add(type, spec, Now);
        Table(type).EnsureIndex(field, name => Schema.Find(name) is not null);
        return field;
    }

    /// <summary>Adds an object to the org, with the fields its describe has.</summary>
    public ObjectType AddObject(JsonObject describe)
    {
        if (Schema.Find(describe["name"]!.ToString()) is { } known)
        {
            throw new ArgumentException($"The org has an object {known.Name} already.", nameof(describe));
        }

        var type = Schema.Add(new ObjectEnvelope(describe), Now);
        _typeByPrefix.TryAdd(type.KeyPrefix, type.Name);
        _deleteLogs[type.Name] = new DeleteLog();
        _tables[type.Name] = new Table(type, name => Schema.Find(name) is not null);
        return type;
    }

    /// <summary>The fields of an object whose history is kept, or null.</summary>
    public IReadOnlyList<FieldDefinition>? Tracked(ObjectType type) =>
        _tracked.TryGetValue(type.Name, out var names) ? [.. type.Fields.Where(f => names.Contains(f.Name))] : null;

    public void Track(ObjectType type, IEnumerable<string> fields)
    {
        if (!_tracked.TryGetValue(type.Name, out var names))
        {
            AddObject(CustomObject.History(type));
            _tracked[type.Name] = names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        }

        names.UnionWith(fields.Select(f => type[f].Name));
    }

    public FieldDefinition ReplaceField(ObjectType type, FieldDefinition before, JsonObject describe)
    {
        var after = Schema.Replace(type, before, describe, Now);
        var table = Table(type);
        var indexed = table.Index(before) is not null;
        table.DropIndex(before);
        if (indexed && after.Kind == before.Kind)
        {
            table.AddIndex(after);
        }
        else
        {
            table.EnsureIndex(after, name => Schema.Find(name) is not null);
        }

        return after;
    }

    public void DeleteField(ObjectType type, FieldDefinition field)
    {
        Schema.Delete(type, field, Now);
        Table(type).DropIndex(field);
        _ = _duplicateRules.TryGetValue(type.Name, out var rules) ? rules.RemoveAll(r => r.Field == field.Name) : 0;
    }

    public IReadOnlyList<DuplicateRule> DuplicateRules(ObjectType type) => _duplicateRules.GetValueOrDefault(type.Name) ?? [];

    public void AddDuplicateRule(ObjectType type, DuplicateRule rule)
    {
        var field = type[rule.Field];
        if (Table(type).Index(field) is null)
        {
            Table(type).AddIndex(field);
        }

        if (!_duplicateRules.TryGetValue(type.Name, out var rules))
        {
            _duplicateRules[type.Name] = rules = [];
        }

        rules.Add(rule);
    }

    /// <summary>Removes everything that lies in the recycle bin for good.</summary>
    public void EmptyBin()
    {
        foreach (var record in _bin.TakeAll())
        {
            Table(record.Type).Remove(record);
        }
    }

    public SfRecord Add(ObjectType type, string id, object?[] values, TimeSpan commitDelay)
    {
        var record = new SfRecord(type, id, Version(values, 1, null, commitDelay));
        var table = Table(type);
        table.Add(record);
        Undo.Add(() => table.Remove(record));
        return record;
    }

    public void Replace(SfRecord record, object?[] values, TimeSpan commitDelay)
    {
        var before = record.Latest;
        var table = Table(record.Type);
        table.Replace(record, Version(values, before.Number + 1, Needed(before), commitDelay));
        Undo.Add(() => table.Replace(record, before));
    }

    public void Remove(SfRecord record)
    {
        var table = Table(record.Type);
        table.Remove(record);
        Undo.Add(() => table.Restore(record));
        if (_bin.Take(record) is { } entry)
        {
            Undo.Add(() => _bin.Add(entry));
        }
    }

    /// <summary>Puts a record, already marked deleted, into the bin and the delete log.</summary>
    public void Recycle(RecycledRecord entry)
    {
        var log = DeleteLog(entry.Record.Type);
        _bin.Add(entry);
        log.Add(entry.Record.Id, entry.DeletedAt);
        Undo.Add(() =>
        {
            _bin.Take(entry.Record);
            log.Remove(entry.Record.Id);
        });
    }

    /// <summary>Takes a record out of the bin and the delete log; null when it is not there.</summary>
    public RecycledRecord? TakeFromBin(SfRecord record)
    {
        var entry = _bin.Take(record);
        if (entry is not null)
        {
            var log = DeleteLog(record.Type);
            log.Remove(record.Id);
            Undo.Add(() =>
            {
                _bin.Add(entry);
                log.Add(record.Id, entry.DeletedAt);
            });
        }

        return entry;
    }

    public void OpenTransaction(TimeSpan length) => _openTransactions.Add((Now, Instant + length));

    /// <summary>The start of the oldest transaction still open, or null (reference §6.3).</summary>
    public DateTimeOffset? OldestOpenTransaction()
    {
        var now = Instant;
        _openTransactions.RemoveAll(t => t.End <= now);
        var starts = _openTransactions.Select(t => t.Start)
            .Concat(_tables.Values.SelectMany(t => t.Unsettled(now))
                .Where(r => r.Latest.CommittedAt > now)
                .Select(r => (DateTimeOffset)r.Latest[r.Type.SystemModstamp]!))
            .ToList();
        return starts.Count == 0 ? null : starts.Min();
    }

    /// <summary>Empties the bin of what has lain there for 15 days.</summary>
    public void ExpireBin()
    {
        foreach (var record in _bin.TakeExpired(Instant))
        {
            Table(record.Type).Remove(record);
        }
    }

    private RowVersion Version(object?[] values, int number, RowVersion? older, TimeSpan commitDelay)
    {
        var least = Switches.VisibilityDelayMinMs;
        var most = Switches.VisibilityDelayMaxMs;
        if (commitDelay == TimeSpan.Zero && most <= 0)
        {
            return new RowVersion(values, number, DateTimeOffset.MinValue, DateTimeOffset.MinValue, null);
        }

        var committed = Instant + commitDelay;
        var visible = most <= 0 ? committed : committed.AddMilliseconds(Random.Next(Math.Min(least, most), most + 1));
        return new RowVersion(values, number, committed, visible, older);
    }

    /// <summary>The part of a record's past that somebody may still see.</summary>
    private RowVersion? Needed(RowVersion version) =>
        version with { Older = version.VisibleAt > Instant && version.Older is { } older ? Needed(older) : null };
}
