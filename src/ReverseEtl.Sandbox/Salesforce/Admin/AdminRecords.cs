using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Admin;

/// <summary>The admin API's records: read raw, and changed as a person named by <c>as</c> (query or body), by default the first.</summary>
internal sealed class AdminRecords(Org org, RestEngine engine, CrmUsers users)
{
    private const string RawVersion = "v66.0";

    /// <param name="request">The request.</param>
    /// <param name="type">The object.</param>
    /// <param name="rest">The segments after it.</param>
    public SandboxResponse? Handle(SandboxRequest request, string type, string[] rest)
    {
        var user = request.Query("as");
        switch (request.Method, rest)
        {
            case ("GET", []):
                var views = users.Records(type, "true".Equals(request.Query("includeDeleted"), StringComparison.OrdinalIgnoreCase));
                return JsonText.Answer(200, json => Write(json, views));
            case ("GET", [var id]):
                var view = users.Record(type, id) ?? throw SalesforceException.NotFound();
                return JsonText.Answer(200, json => Write(json, view));
            case ("POST", []):
                var (created, creator) = Fields(request, user);
                return JsonText.Answer(201, new JsonObject { ["id"] = users.Create(type, created, creator) });
            case ("PATCH", [var id]):
                var (edited, editor) = Fields(request, user);
                users.Edit(type, id, edited, editor);
                return SandboxResponse.Empty(204);
            case ("DELETE", [var id]):
                users.Delete(type, id, user);
                return SandboxResponse.Empty(204);
            case ("POST", [var id, "undelete"]):
                users.Undelete(type, id, user);
                return SandboxResponse.Empty(204);
            case ("POST", [var id, "purge"]):
                users.Purge(type, id);
                return SandboxResponse.Empty(204);
            case ("POST", [var id, "touch"]):
                users.Touch(type, id);
                return SandboxResponse.Empty(204);
            default:
                return null;
        }
    }

    public SandboxResponse Merge(SandboxRequest request, string type)
    {
        var body = AdminApi.Body(request);
        var losers = AdminApi.Member(body, "losers").AsArray().Select(AdminApi.Text);
        var user = request.Query("as") ?? body["as"]?.ToString();
        return JsonText.Answer(200, new JsonObject { ["id"] = users.Merge(type, AdminApi.Member(body, "winner").ToString(), losers, user) });
    }

    /// <summary>The body's fields without <c>as</c>, which is no field of any object.</summary>
    private static (JsonObject Fields, string? User) Fields(SandboxRequest request, string? user)
    {
        var body = AdminApi.Body(request);
        user ??= body["as"]?.ToString();
        body.Remove("as");
        return (body, user);
    }

    private void Write(Utf8JsonWriter json, IEnumerable<RecordView> views)
    {
        json.WriteStartArray();
        foreach (var view in views)
        {
            Write(json, view);
        }

        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, RecordView view) =>
        engine.Json.Record(json, view.Record, view.Record.Latest, RawVersion, org.Schema.Get(view.Type).Fields);
}
