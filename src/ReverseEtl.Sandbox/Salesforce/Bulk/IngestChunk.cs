using ReverseEtl.Sandbox.Salesforce.Rest;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Saves up to 200 rows as one internal transaction: one locked record fails them all (reference §4, §5.2).</summary>
internal sealed class IngestChunk(RestEngine engine, IngestSpec spec, string userId)
{
    /// <summary>Rows of one internal transaction.</summary>
    public const int Size = 200;

    /// <param name="columns">The bound columns.</param>
    /// <param name="rows">The cells of each row.</param>
    public IEnumerable<RowResult> Save(UploadColumns columns, IReadOnlyList<string[]> rows)
    {
        // A call of its own a chunk: rows made by it are not found by references of its other rows (reference §15.5).
        var write = new WriteCall(userId, IsApi: true) { AutoAssign = spec.AssignmentRuleId is not null };
        var read = rows.Select(cells => Read(columns, cells)).ToList();
        var inputs = read.Where(r => r.Unreadable is null).Select(r => r.Input).ToList();
        var upserts = spec.Key is { } key ? new CollectionUpsert(engine, key, inputs) : null;
        var locked = engine.Locked(inputs.SelectMany(row => upserts?.LockIds(row) ?? RestEngine.LockIds(Normal(row.Id), row)));
        foreach (var (input, unreadable) in read)
        {
            var outcome = (locked ?? unreadable) is { } failure ? engine.Writes.Refuse(LogName, input, write, failure) : Save(input, upserts, write);
            yield return RowResult.Of(outcome.Failure is not null && outcome.Id is null ? outcome with { Id = Normal(input.Id) } : outcome);
        }
    }

    private string LogName => spec.Operation switch
    {
        "insert" => "create",
        "hardDelete" => "delete",
        var same => same,
    };

    private static (RowInput Input, SalesforceException? Unreadable) Read(UploadColumns columns, string[] cells)
    {
        try
        {
            return (columns.Read(cells), null);
        }
        catch (SalesforceException unreadable)
        {
            return (columns.Blank(cells), unreadable);
        }
    }

    private SaveOutcome Save(RowInput input, CollectionUpsert? upserts, WriteCall write) => spec.Operation switch
    {
        "insert" when input.HasId => engine.Writes.Refuse("create", input, write, new SalesforceException(
            "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", "Id")),
        "insert" => engine.Writes.Create(input, write),
        "upsert" => upserts!.Save(input, write),
        "update" => OnRecord(input, write, record => engine.Writes.Update(record, input with { Id = null, HasId = false }, write)),
        _ => OnRecord(input, write, record => Delete(input, record, write)),
    };

    private SaveOutcome Delete(RowInput input, Model.SfRecord record, WriteCall write)
    {
        var outcome = engine.Writes.Delete(record, write);
        if (outcome.Success && spec.Operation == "hardDelete")
        {
            engine.Remover.Purge(record);
        }

        return outcome;
    }

    private SaveOutcome OnRecord(RowInput input, WriteCall write, Func<Model.SfRecord, SaveOutcome> save)
    {
        if (input.Id is null)
        {
            var call = spec.Operation == "update" ? "an update" : "a delete";
            return Refuse(new SalesforceException("MISSING_ARGUMENT", $"Id not specified in {call} call"));
        }

        if (Normal(input.Id) is not { } id || !id.StartsWith(input.Type.KeyPrefix, StringComparison.Ordinal))
        {
            return Refuse(new SalesforceException("MALFORMED_ID", $"{input.Type.Label} ID: id value of incorrect type: {input.Id}", "Id"));
        }

        return engine.Org.Table(input.Type).Find(id) is { } record && record.Committed(engine.Org.Instant) is not null
            ? save(record)
            : Refuse(ReferenceResolver.NoSuchRecord());

        SaveOutcome Refuse(SalesforceException why) => engine.Writes.Refuse(LogName, input, write, why);
    }

    private static string? Normal(string? id) => SalesforceId.TryNormalize(id, out var full) ? full : null;
}
