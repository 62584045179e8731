using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>The living records by the newest value of one text or reference field.</summary>
internal sealed class ValueIndex(FieldDefinition field)
{
    private readonly Dictionary<string, List<SfRecord>> _records = new(StringComparer.Ordinal);

    public FieldDefinition Field { get; } = field;

    public IReadOnlyList<SfRecord> Find(string value) => _records.GetValueOrDefault(Field.IndexKey(value)) ?? [];

    public void Add(SfRecord record, RowVersion version)
    {
        if (Key(record, version) is not { } key)
        {
            return;
        }

        if (!_records.TryGetValue(key, out var list))
        {
            _records[key] = list = new List<SfRecord>(1);
        }

        list.Add(record);
    }

    public void Remove(SfRecord record, RowVersion version)
    {
        if (Key(record, version) is not { } key || !_records.TryGetValue(key, out var list))
        {
            return;
        }

        list.Remove(record);
        if (list.Count == 0)
        {
            _records.Remove(key);
        }
    }

    /// <summary>Whether a change of state moves the record in this index.</summary>
    public bool Same(SfRecord record, RowVersion before, RowVersion after) => Key(record, before) == Key(record, after);

    private string? Key(SfRecord record, RowVersion version) =>
        !version.IsDeleted(record.Type) && version[Field] is string value ? Field.IndexKey(value) : null;
}
