using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>sObject Collections (reference §3.1): up to 200 records a call, one result each, in their order.</summary>
internal sealed class CollectionsResource(RestEngine engine, CollectionReads reads)
{
    private const int MostRecords = 200;
    private const int MostChunks = 10;

    /// <param name="call">The call.</param>
    /// <param name="path">The segments after <c>composite/sobjects</c>.</param>
    /// <param name="atomic">An outer composite with allOrNone makes every collection atomic (reference §3.3).</param>
    public SandboxResponse Handle(RestCall call, IReadOnlyList<string> path, bool atomic = false) => (call.Method, path.Count) switch
    {
        ("POST", 0) => Create(call, atomic),
        ("PATCH", 0) => Update(call, atomic),
        ("PATCH", 2) => Upsert(call, path[0], path[1], atomic),
        ("DELETE", 0) => Delete(call, atomic),
        ("GET" or "POST", 1) => reads.Handle(call, engine.Type(path[0])),
        (_, 0) => call.NotAllowed("DELETE,PATCH,POST"),
        (_, 1) => call.NotAllowed("GET,POST"),
        (_, 2) => call.NotAllowed("PATCH"),
        _ => throw SalesforceException.NotFound(),
    };

    private SandboxResponse Create(RestCall call, bool atomic)
    {
        var (rows, allOrNone) = Read(call, null);
        return Run(call, rows, allOrNone || atomic, withCreated: false, "create", Locks, (row, write) => engine.Writes.Create(row, write));

        static IEnumerable<string> Locks(RowInput row) => RestEngine.LockIds(null, row);
    }

    private SandboxResponse Update(RestCall call, bool atomic)
    {
        var (rows, allOrNone) = Read(call, null);
        return Run(call, rows, allOrNone || atomic, withCreated: false, "update", Locks, (row, write) =>
        {
            try
            {
                return engine.Writes.Update(Find(row.Type, row.Id), row, write);
            }
            catch (SalesforceException missing)
            {
                return engine.Writes.Refuse("update", row, write, missing);
            }
        });

        static IEnumerable<string> Locks(RowInput row) => RestEngine.LockIds(SalesforceId.TryNormalize(row.Id, out var id) ? id : null, row);
    }

    private SandboxResponse Upsert(RestCall call, string typeName, string keyName, bool atomic)
    {
        var type = engine.Type(typeName);
        var key = type.Field(keyName);
        if (key is null || !(key.Kind == FieldKind.Id || key.IsLookupKey) || !engine.Org.Schema.Visible(type, key))
        {
            throw SalesforceException.NotFound($"Provided external ID field does not exist or is not accessible: {keyName}");
        }

        var (rows, allOrNone) = Read(call, type);
        var upserts = new CollectionUpsert(engine, key, rows);
        return Run(call, rows, allOrNone || atomic, withCreated: true, "upsert", upserts.LockIds, upserts.Save);
    }

    private SandboxResponse Delete(RestCall call, bool atomic)
    {
        var ids = (call.Http.Query("ids") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        RequireCount(ids.Length);
        var allOrNone = "true".Equals(call.Http.Query("allOrNone"), StringComparison.OrdinalIgnoreCase);
        var rows = ids.Select(id => new RowInput(TypeOf(id), () => [], [], [], id, true)).ToList();
        return Run(call, rows, allOrNone || atomic, withCreated: false, "delete", Locks, (row, write) =>
        {
            try
            {
                return engine.Writes.Delete(Find(row.Type, row.Id), write);
            }
            catch (SalesforceException missing)
            {
                return engine.Writes.Refuse("delete", row, write, missing);
            }
        });

        static IEnumerable<string> Locks(RowInput row) => SalesforceId.TryNormalize(row.Id, out var id) ? [id] : [];
    }

    /// <summary>Runs the rows chunk by chunk; a locked row fails its whole chunk (reference §4).</summary>
    private SandboxResponse Run(
        RestCall call,
        List<RowInput> rows,
        bool allOrNone,
        bool withCreated,
        string operation,
        Func<RowInput, IEnumerable<string>> locks,
        Func<RowInput, WriteCall, SaveOutcome> save)
    {
        var (undo, log) = (engine.Org.Undo.Mark, engine.Org.WriteLog.Mark);
        var write = RestEngine.WriteCall(call);
        var outcomes = new List<SaveOutcome>(rows.Count);
        foreach (var chunk in Chunks(rows))
        {
            var locked = engine.Locked(chunk.SelectMany(locks));
            outcomes.AddRange(chunk.Select(row => (locked ?? row.Unreadable) is { } failure
                ? engine.Writes.Refuse(operation, row, write, failure)
                : save(row, write)));
        }

        var rolledBack = allOrNone && outcomes.Exists(o => !o.Success);
        if (rolledBack)
        {
            engine.Org.Undo.RollBack(undo);
            engine.Org.WriteLog.RolledBackSince(log);
        }

        return JsonText.Answer(200, json => CollectionJson.Write(json, outcomes, rolledBack, withCreated, engine.Org.Switches));
    }

    private (List<RowInput> Rows, bool AllOrNone) Read(RestCall call, ObjectType? expected)
    {
        var body = call.ReadObject();
        if (body["records"] is not JsonArray records)
        {
            throw SalesforceException.Unreadable("JSON_PARSER_ERROR", "Missing required field 'records' at [line:1, column:1]");
        }

        RequireCount(records.Count);
        var write = RestEngine.WriteCall(call);
        var rows = records.Select(r => Row(RecordType(r, expected), r!.AsObject(), write)).ToList();
        if (Chunks(rows).Count() > MostChunks)
        {
            throw SalesforceException.Unreadable(
                "LIMIT_EXCEEDED", "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking.");
        }

        return (rows, body["allOrNone"] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True);
    }

    /// <summary>What the body parser cannot take fails the whole call, unless a switch says otherwise; what is out of range its own row.</summary>
    private RowInput Row(ObjectType type, JsonObject body, WriteCall write)
    {
        try
        {
            return engine.Parser.Parse(type, body, write);
        }
        catch (SalesforceException unreadable) when (!unreadable.FailsWholeCall || engine.Org.Switches.UnreadableRecordsFailAlone)
        {
            return new RowInput(type, () => body, [], [], null, false) { Unreadable = unreadable };
        }
    }

    private ObjectType RecordType(JsonNode? record, ObjectType? expected)
    {
        var name = record is JsonObject && record["attributes"] is JsonObject attributes ? attributes["type"]?.ToString() : null;
        if (name is null)
        {
            throw SalesforceException.Unreadable("INVALID_INPUT", "Every record needs attributes with a type");
        }

        var type = engine.Org.Schema.Find(name);
        return type is not null && (expected is null || expected == type)
            ? type
            : throw SalesforceException.Unreadable("INVALID_TYPE", $"sObject type '{name}' is not supported.");
    }

    private static void RequireCount(int count)
    {
        if (count > MostRecords)
        {
            throw SalesforceException.Unreadable(
                "EXCEEDED_ID_LIMIT", $"record limit reached. cannot submit more than {MostRecords} records into this call");
        }

        if (count == 0)
        {
            throw SalesforceException.Unreadable("INVALID_INPUT", "At least one record is required");
        }
    }

    /// <summary>Consecutive records of one object (reference §3.1).</summary>
    private static IEnumerable<List<RowInput>> Chunks(List<RowInput> rows)
    {
        for (var start = 0; start < rows.Count;)
        {
            var end = start + 1;
            while (end < rows.Count && rows[end].Type == rows[start].Type)
            {
                end++;
            }

            yield return rows.GetRange(start, end - start);
            start = end;
        }
    }

    /// <summary>The object an id belongs to by its prefix; ids of no object are refused later, as that row's error.</summary>
    private ObjectType TypeOf(string id) =>
        engine.Org.Schema.Types.FirstOrDefault(t => id.StartsWith(t.KeyPrefix, StringComparison.Ordinal)) ?? engine.Org.Schema.Types.First();

    private SfRecord Find(ObjectType type, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw new SalesforceException("MISSING_ARGUMENT", "Id not specified in an update call");
        }

        if (!SalesforceId.TryNormalize(text, out var id) || !id.StartsWith(type.KeyPrefix, StringComparison.Ordinal))
        {
            throw new SalesforceException("MALFORMED_ID", $"{type.Label} ID: id value of incorrect type: {text}", "Id");
        }

        return engine.Org.Table(type).Find(id) is { } record && record.Committed(engine.Org.Instant) is not null
            ? record
            : throw ReferenceResolver.NoSuchRecord();
    }
}
