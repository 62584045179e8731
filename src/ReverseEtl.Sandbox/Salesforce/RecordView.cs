using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>A record as it truly is at one moment: hidden fields, deleted records and open transactions included.</summary>
public sealed class RecordView
{
    private readonly SfRecord _record;
    private readonly RowVersion _version;
    private readonly RowReader _reader;

    internal RecordView(SfRecord record, RowReader reader)
    {
        _record = record;
        _version = record.Latest;
        _reader = reader;
    }

    /// <summary>18 characters.</summary>
    public string Id => _record.Id;

    /// <summary>The object's API name.</summary>
    public string Type => _record.Type.Name;

    /// <summary>Whether it is in the recycle bin.</summary>
    public bool IsDeleted => _version.IsDeleted(_record.Type);

    /// <summary>The winner this record was merged into, or null.</summary>
    public string? MasterRecordId => _record.Type.MasterRecordId is { } master ? (string?)_version[master] : null;

    /// <summary>Last change by a person or program; whole seconds, UTC.</summary>
    public DateTimeOffset LastModifiedDate => (DateTimeOffset)_version[_record.Type.LastModifiedDate]!;

    /// <summary>Last change by anything; whole seconds, UTC.</summary>
    public DateTimeOffset SystemModstamp => (DateTimeOffset)_version[_record.Type.SystemModstamp]!;

    /// <summary>A field's value: string, bool, decimal, DateOnly, DateTimeOffset or null. Throws for an unknown field.</summary>
    public object? this[string field] => _reader.Read(_record, _version, _record.Type[field]);

    internal SfRecord Record => _record;
}
