using System.Data.Common;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Tests.Support;

/// <summary>Connections whose sides say what the sample mapping needs, or fail on demand.</summary>
internal sealed class FakeConnections : IConnections
{
    public FakeWarehouse Main { get; } = new();

    public FakeCrm Salesforce { get; } = new();

    public FakeState States { get; } = new();

    public IStateStore State => States;

    public IWarehouse Warehouse(string name) => Main;

    /// <summary>A CRM in the place of the fake one.</summary>
    public ICrm? Replacement { get; set; }

    public ICrm Crm(string name) => Replacement ?? Salesforce;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A side that can be made to fail.</summary>
internal abstract class FakeSide
{
    public PortException? Failure { get; set; }

    public int Checks { get; private set; }

    public Task CheckAsync(CancellationToken cancellationToken)
    {
        Checks++;
        return Answer(0);
    }

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected Task<T> Answer<T>(T value) => Failure is null ? Task.FromResult(value) : Task.FromException<T>(Failure);
}

internal sealed class FakeWarehouse : FakeSide, IWarehouse
{
    public SideSchema? Model { get; set; } = Schemas.Of(
        "analytics.accounts", ("account_id", FieldKind.Text), ("name", FieldKind.Text), ("phone", FieldKind.Text), ("csm", FieldKind.Text),
        ("domain", FieldKind.Text), ("updated_at", FieldKind.Timestamp));

    /// <summary>The rows that are found by key; null for none.</summary>
    public Func<WarehouseRead, string, WarehouseRow>? Row { get; set; }

    public IReadOnlyList<string> Duplicates { get; set; } = [];

    public IReadOnlyList<string> Tables { get; set; } = ["analytics.accounts"];

    public Task<string?> DatabaseAsync(CancellationToken cancellationToken) => Answer<string?>(null);

    public Task<StateAnchor?> ReadAnchorAsync(string mapping, CancellationToken cancellationToken) => Answer<StateAnchor?>(null);

    public Task WriteAnchorAsync(string mapping, StateAnchor anchor, CancellationToken cancellationToken) => Answer(0);

    public Task<SideSchema?> DescribeAsync(WarehouseSide side, CancellationToken cancellationToken) => Answer(Model);

    public Task<SideSchema?> DescribeTableAsync(string table, CancellationToken cancellationToken) => Answer(Model);

    public Task<IReadOnlyList<string>> FindDuplicateKeysAsync(WarehouseSide side, CancellationToken cancellationToken) => Answer(Duplicates);

    public async IAsyncEnumerable<WarehouseRow> ReadAsync(
        WarehouseRead read, DateTimeOffset? since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var table in await Answer(Tables))
        {
            yield return new WarehouseRow(table, [FieldValue.Of(table)], null);
        }
    }

    public Task<IReadOnlyList<WarehouseRow>> FindAsync(WarehouseRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<WarehouseRow>>(Row is null ? [] : [.. keys.Select(key => Row(read, key))]);

    public Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(
        WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, DbTransaction? within, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

internal sealed class FakeCrm : FakeSide, ICrm
{
    public SideSchema? Schema { get; set; } = Schemas.Account;

    public CrmTraits Traits => new(200, EditGuard.None);

    /// <summary>What links there can be; null for a CRM that has none.</summary>
    public FakeLinks? Links { get; set; }

    public ICrmAssociations? Associations => Links;

    /// <summary>The records that are found by id; null for none.</summary>
    public Func<CrmRead, string, CrmRecord>? Record { get; set; }

    /// <summary>What the key needs; null for what the schema tells.</summary>
    public Func<bool, KeyPreparation>? Key { get; set; }

    public Task<KeyPreparation> PrepareAsync(string objectType, string keyField, bool creates, CancellationToken cancellationToken) =>
        Answer(Key is null ? KeyPreparation.Of(Schema, objectType, keyField) : Key(creates));

    public long Calls => 0;

    public Task<SideSchema?> DescribeAsync(string objectType, CancellationToken cancellationToken) => Answer(Schema);

    /// <summary>The objects that it lists.</summary>
    public IReadOnlyList<ObjectName> Objects { get; set; } = [];

    public Task<IReadOnlyList<ObjectName>> ListObjectsAsync(CancellationToken cancellationToken) => Answer(Objects);

    public Task<FieldSchema?> DescribePathAsync(string objectType, string path, CancellationToken cancellationToken) =>
        Answer(Association.Read(path) is { } link
            ? Links?.Kinds.Any(kind => link.Type == Word(kind)) is true ? new FieldSchema(path, new FieldType(FieldKind.MultiPicklist)) : null
            : new FieldSchema(path, new FieldType(FieldKind.Email)) { Createable = false, Updateable = false });

    public IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadChangesAsync(CrmRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Answer<IReadOnlyDictionary<string, CrmRecord>>(ids.Where(_ => Record is not null).ToDictionary(id => id, id => Record!(read, id)));

    public Task<ILookup<string, CrmRecord>> FindByKeyAsync(CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        Answer(Array.Empty<CrmRecord>().ToLookup(record => record.Id));

    public Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> ReadHistoryAsync(
        CrmRead read, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static string Word(LinkKind kind) => kind.IsPrimary ? Association.Primary : kind.Name.Length == 0 ? Association.Plain : kind.Name;
}

internal static class Schemas
{
    public static SideSchema Account
    {
        get
        {
            var schema = Of("Account", ("Warehouse_Id__c", FieldKind.Text), ("Name", FieldKind.Text), ("Phone", FieldKind.Text), ("Website", FieldKind.Text));
            var fields = schema.Fields.ToDictionary(StringComparer.OrdinalIgnoreCase);
            fields["Warehouse_Id__c"] = fields["Warehouse_Id__c"] with { Unique = true };
            return schema with { Fields = fields };
        }
    }

    public static SideSchema Of(string name, params (string Name, FieldKind Kind)[] fields) =>
        new(name, fields.ToDictionary(field => field.Name, field => new FieldSchema(field.Name, new FieldType(field.Kind)), StringComparer.OrdinalIgnoreCase));
}
