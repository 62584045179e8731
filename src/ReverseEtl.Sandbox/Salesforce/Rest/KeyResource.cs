using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Single records by external id: upsert, read, delete (reference §2.1). Conditional headers mean nothing here (§2.4).</summary>
internal sealed class KeyResource(RestEngine engine, RowsResource rows)
{
    private const double UpsertAnswersBodySince = 46;

    public SandboxResponse Handle(RestCall call, ObjectType type, string field, string value)
    {
        if (field.Equals("Id", StringComparison.OrdinalIgnoreCase))
        {
            return rows.ById(call, type, value);
        }

        if (type.Field(field) is not { } key
            || !(key.ExternalId || (key.IsLookupKey && engine.Org.Switches.UpsertPathByIdLookup))
            || !engine.Org.Schema.Visible(type, key))
        {
            throw SalesforceException.NotFound($"Provided external ID field does not exist or is not accessible: {field}");
        }

        if (string.IsNullOrWhiteSpace(value))
        {
            throw SalesforceException.NotFound();
        }

        if (engine.Org.Switches.FileLikeKeysNotFound && value.EndsWith(".inc", StringComparison.OrdinalIgnoreCase))
        {
            throw SalesforceException.NotFound();
        }

        var now = engine.Org.Instant;
        var found = engine.Writes.FindByKey(type, key, value).Where(r => r.Committed(now) is not null).ToList();
        if (found.Count > 1)
        {
            return JsonText.Answer(300, new System.Text.Json.Nodes.JsonArray(
                [.. found.Select(r => System.Text.Json.Nodes.JsonValue.Create($"/services/data/{call.Version}/sobjects/{type.Name}/{r.Id}"))]));
        }

        return (call.Method, found) switch
        {
            ("PATCH", _) => Upsert(call, type, key, value, found),
            ("GET" or "HEAD", [var record]) => rows.Get(WithoutConditions(call), record),
            ("DELETE", [var record]) => rows.Delete(WithoutConditions(call), record),
            ("GET" or "HEAD" or "DELETE", _) => throw SalesforceException.NotFound(),
            _ => call.NotAllowed("DELETE,GET,HEAD,PATCH"),
        };
    }

    private SandboxResponse Upsert(RestCall call, ObjectType type, FieldDefinition key, string value, List<SfRecord> found)
    {
        var writeCall = RestEngine.WriteCall(call);
        var input = engine.Parser.Parse(type, call.ReadObject(), writeCall);
        if (input.HasId || input.Values.Any(v => v.Field == key))
        {
            throw SalesforceException.Unreadable(
                "INVALID_FIELD", $"The {(input.HasId ? "Id" : key.Name)} field should not be specified in the sobject data.");
        }

        if (found.Count == 0 && "true".Equals(call.Http.Query("updateOnly"), StringComparison.OrdinalIgnoreCase))
        {
            throw engine.Org.Switches.UpdateOnlyMissIsNotFound ? SalesforceException.NotFound() : ReferenceResolver.NoSuchRecord();
        }

        var outcome = engine.Locked(RestEngine.LockIds(found.FirstOrDefault()?.Id, input)) is { } locked
            ? engine.Writes.Refuse("upsert", input, writeCall, locked)
            : engine.Writes.Upsert(key, value, input, writeCall);
        return outcome is { Success: true, Created: false } && call.VersionNumber < UpsertAnswersBodySince
            ? SandboxResponse.Empty(204)
            : RowsResource.Saved(call, type, outcome, withCreated: call.VersionNumber >= UpsertAnswersBodySince);
    }

    private static RestCall WithoutConditions(RestCall call) => call with
    {
        Http = call.Http with
        {
            Headers = call.Http.Headers.Where(h => !h.Key.StartsWith("If-", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase),
        },
    };
}
