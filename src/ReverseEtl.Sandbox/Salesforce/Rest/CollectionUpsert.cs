using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>The rows of one Collections upsert: by an external id, by an idLookup field, or by Id (reference §3.1).</summary>
internal sealed class CollectionUpsert
{
    private readonly RestEngine _engine;
    private readonly FieldDefinition _key;
    private readonly HashSet<string> _repeated;

    public CollectionUpsert(RestEngine engine, FieldDefinition key, IReadOnlyList<RowInput> rows)
    {
        _engine = engine;
        _key = key;
        _repeated = [.. rows.Select(KeyText).OfType<string>().GroupBy(key.IndexKey).Where(g => g.Count() > 1).Select(g => g.Key)];
    }

    public IEnumerable<string> LockIds(RowInput row)
    {
        if (_key.Kind == FieldKind.Id)
        {
            return RestEngine.LockIds(SalesforceId.TryNormalize(row.Id, out var id) ? id : null, row);
        }

        var known = KeyText(row) is { } text ? _engine.Writes.FindByKey(row.Type, _key, text) : [];
        return RestEngine.LockIds(known is [var first, ..] ? first.Id : null, row);
    }

    public SaveOutcome Save(RowInput row, WriteCall write)
    {
        var text = KeyText(row);
        if (text is not null && _repeated.Contains(_key.IndexKey(text)))
        {
            return Refuse("DUPLICATE_VALUE", $"Duplicate external id specified: {text}", _key.Name);
        }

        if (_key.Kind == FieldKind.Id)
        {
            return ById(row, write);
        }

        if (row.Id is not null)
        {
            return _engine.Writes.Refuse("upsert", row, write, RecordWrites.IdInBody());
        }

        return text is null
            ? Refuse("MISSING_ARGUMENT", $"{_key.Name} not specified")
            : _engine.Writes.Upsert(_key, text, row, write);

        SaveOutcome Refuse(string code, string message, params string[] fields) =>
            _engine.Writes.Refuse("upsert", row, write, new SalesforceException(code, message, fields));
    }

    /// <summary>A null Id creates, as recorded traffic shows (reference §3.1).</summary>
    private SaveOutcome ById(RowInput row, WriteCall write)
    {
        if (string.IsNullOrEmpty(row.Id))
        {
            return _engine.Writes.Create(row, write);
        }

        return SalesforceId.TryNormalize(row.Id, out var id) && _engine.Org.Table(row.Type).Find(id) is { } record
            ? _engine.Writes.Update(record, row, write)
            : _engine.Writes.Refuse("upsert", row, write, ReferenceResolver.NoSuchRecord());
    }

    private string? KeyText(RowInput row)
    {
        var text = _key.Kind == FieldKind.Id ? row.Id : row.Values.FirstOrDefault(v => v.Field == _key).Value as string;
        text = _engine.Org.Switches.TrimText ? text?.Trim() : text;
        return string.IsNullOrEmpty(text) ? null : text;
    }
}
