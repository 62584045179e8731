using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>The records of one object, with indexes over keys and over references to other modelled objects.</summary>
internal sealed class Table
{
    private readonly Dictionary<string, SfRecord> _byId = new(StringComparer.Ordinal);
    private readonly List<SfRecord> _rows = [];
    private readonly Dictionary<FieldDefinition, ValueIndex> _indexes = [];
    private readonly HashSet<SfRecord> _unsettled = [];

    public Table(ObjectType type, Func<string, bool> isModelled)
    {
        Type = type;
        foreach (var field in type.Fields)
        {
            EnsureIndex(field, isModelled);
        }
    }

    public ObjectType Type { get; }

    /// <summary>In the order of creation, which is the order of ids.</summary>
    public IReadOnlyList<SfRecord> Rows => _rows;

    public SfRecord? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The living records by a key, or null when the field has no index.</summary>
    public ValueIndex? Index(FieldDefinition field) => _indexes.GetValueOrDefault(field);

    /// <summary>Records whose newest state is not yet visible to queries: indexes do not know their visible one.</summary>
    public IEnumerable<SfRecord> Unsettled(DateTimeOffset now)
    {
        _unsettled.RemoveWhere(r => r.Latest.VisibleAt <= now || !_byId.ContainsKey(r.Id));
        return _unsettled;
    }

    public void EnsureIndex(FieldDefinition field, Func<string, bool> isModelled)
    {
        // Owners and authors are left out: a handful of users have all records, so an index would only cost.
        var reference = field.Kind == FieldKind.Reference && field.ReferenceTo.Any(t => t != "User" && isModelled(t));
        if (!field.IsLookupKey && !field.Unique && !reference)
        {
            return;
        }

        AddIndex(field);
    }

    /// <summary>Indexes a field whatever it is; values that are no text have no place in an index.</summary>
    public void AddIndex(FieldDefinition field)
    {
        var index = new ValueIndex(field);
        foreach (var record in _rows)
        {
            index.Add(record, record.Latest);
        }

        _indexes[field] = index;
    }

    public void DropIndex(FieldDefinition field) => _indexes.Remove(field);

    public void Add(SfRecord record)
    {
        _byId.Add(record.Id, record);
        _rows.Add(record);
        IndexNew(record);
    }

    public void Replace(SfRecord record, RowVersion version)
    {
        var before = record.Latest;
        record.Latest = version;
        foreach (var index in _indexes.Values)
        {
            if (!index.Same(record, before, version))
            {
                index.Remove(record, before);
                index.Add(record, version);
            }
        }

        NoteUnsettled(record, version);
    }

    public void Remove(SfRecord record)
    {
        _byId.Remove(record.Id);
        foreach (var index in _indexes.Values)
        {
            index.Remove(record, record.Latest);
        }

        if (_rows[^1] == record)
        {
            _rows.RemoveAt(_rows.Count - 1);
        }
        else
        {
            _rows.RemoveAt(Position(record.Id));
        }
    }

    /// <summary>Puts a removed record back where its id belongs.</summary>
    public void Restore(SfRecord record)
    {
        _byId.Add(record.Id, record);
        _rows.Insert(~Position(record.Id), record);
        IndexNew(record);
    }

    private int Position(string id)
    {
        var (low, high) = (0, _rows.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_rows[middle].Id, id);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    private void IndexNew(SfRecord record)
    {
        foreach (var index in _indexes.Values)
        {
            index.Add(record, record.Latest);
        }

        NoteUnsettled(record, record.Latest);
    }

    private void NoteUnsettled(SfRecord record, RowVersion version)
    {
        if (version.Older is not null || version.VisibleAt > DateTimeOffset.MinValue)
        {
            _unsettled.Add(record);
        }
    }
}
