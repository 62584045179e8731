using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Single records by id: create, read, update, delete (reference §2.1).</summary>
internal sealed class RowsResource(RestEngine engine)
{
    public SandboxResponse Create(RestCall call, ObjectType type)
    {
        var input = engine.Parser.Parse(type, call.ReadObject(), RestEngine.WriteCall(call));
        var writeCall = RestEngine.WriteCall(call);
        var outcome = engine.Locked(RestEngine.LockIds(null, input)) is { } locked
            ? engine.Writes.Refuse("create", input, writeCall, locked)
            : engine.Writes.Create(input, writeCall);
        return Saved(call, type, outcome, withCreated: false);
    }

    public SandboxResponse ById(RestCall call, ObjectType type, string text)
    {
        var record = Find(type, text);
        return call.Method switch
        {
            "GET" or "HEAD" => Get(call, record),
            "PATCH" => Update(call, record),
            "DELETE" => Delete(call, record),
            _ => call.NotAllowed("DELETE,GET,HEAD,PATCH"),
        };
    }

    public SandboxResponse Get(RestCall call, SfRecord record)
    {
        var version = Readable(record);
        if (Preconditions.Check(call.Http, record, version, false, engine.Org.Switches) is { } early)
        {
            return early;
        }

        var fields = engine.Fields(record.Type, call.Http.Query("fields")?.Split(','));
        return Preconditions.Marked(
            JsonText.Answer(200, json => engine.Json.Record(json, record, version, call.Version, fields)), record, version);
    }

    public SandboxResponse Update(RestCall call, SfRecord record)
    {
        var version = Readable(record);
        var writeCall = RestEngine.WriteCall(call);
        if (Preconditions.Check(call.Http, record, version, true, engine.Org.Switches) is { } early)
        {
            return early;
        }

        var input = engine.Parser.Parse(record.Type, call.ReadObject(), writeCall);
        if (input.HasId)
        {
            throw RecordWrites.IdInBody();
        }

        var outcome = engine.Locked(RestEngine.LockIds(record.Id, input)) is { } locked
            ? engine.Writes.Refuse("update", input, writeCall, locked)
            : engine.Writes.Update(record, input, writeCall);
        if (outcome.Failure is { } failure)
        {
            return Errors.Answer(failure);
        }

        var answer = SandboxResponse.Empty(204);
        return record.Type.Name == "Account" ? answer.With("ETag", Preconditions.ETag(record, record.Latest)) : answer;
    }

    /// <summary>Conditional headers do nothing on DELETE (reference §2.4), unless a switch says so.</summary>
    public SandboxResponse Delete(RestCall call, SfRecord record)
    {
        var version = Readable(record);
        if (engine.Org.Switches.ConditionalDelete && Preconditions.Check(call.Http, record, version, true, engine.Org.Switches) is { } early)
        {
            return early;
        }

        if (engine.Locked([record.Id]) is { } locked)
        {
            return Errors.Answer(locked);
        }

        var outcome = engine.Writes.Delete(record, RestEngine.WriteCall(call));
        return outcome.Failure is { } failure ? Errors.Answer(failure) : SandboxResponse.Empty(204);
    }

    public static SandboxResponse Saved(RestCall call, ObjectType type, SaveOutcome outcome, bool withCreated)
    {
        if (outcome.Failure is { } failure)
        {
            return Errors.Answer(failure);
        }

        var body = new JsonObject { ["id"] = outcome.Id, ["success"] = true, ["errors"] = new JsonArray() };
        if (withCreated)
        {
            body["created"] = outcome.Created;
        }

        var answer = JsonText.Answer(outcome.Created ? 201 : 200, body);
        return outcome.Created ? answer.With("Location", $"/services/data/{call.Version}/sobjects/{type.Name}/{outcome.Id}") : answer;
    }

    /// <summary>A path segment that is no id is taken for an external id field (reference §2.1).</summary>
    private SfRecord Find(ObjectType type, string text)
    {
        if (text.Length is not (15 or 18) || !text.All(char.IsAsciiLetterOrDigit))
        {
            throw SalesforceException.NotFound($"Provided external ID field does not exist or is not accessible: {text}");
        }

        if (!SalesforceId.TryNormalize(text, out var id) || !id.StartsWith(type.KeyPrefix, StringComparison.Ordinal))
        {
            throw new SalesforceException("MALFORMED_ID", $"{type.Label} ID: id value of incorrect type: {text}", "Id");
        }

        return engine.Org.Table(type).Find(id) ?? throw SalesforceException.NotFound();
    }

    private RowVersion Readable(SfRecord record)
    {
        var version = record.Committed(engine.Org.Instant) ?? throw SalesforceException.NotFound();
        return version.IsDeleted(record.Type) ? throw ReferenceResolver.EntityIsDeleted() : version;
    }
}
