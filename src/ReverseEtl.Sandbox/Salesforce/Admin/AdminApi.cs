using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Bulk;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Rest;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Admin;

/// <summary>The admin API below <c>/_sandbox/</c>: acting as CRM users and changing the org's behaviour.</summary>
/// <remarks>
/// People: <c>records/{T}[/{id}[/undelete|purge|touch]]</c>, <c>POST merge/{T}</c>, <c>POST convert/{lead}</c>, <c>POST empty-bin</c>.
/// Administrators: <c>POST objects</c>, <c>POST standard-objects/{T}</c>, <c>POST fields/{T}</c>,
/// <c>PATCH|DELETE fields/{T}/{F}</c>, <c>POST fields/{T}/{F}/hide|show</c>,
/// <c>POST rules/{T}</c>, <c>POST triggers/{T}</c>, <c>POST duplicate-rules/{T}</c>, <c>POST history/{T}</c>, <c>GET users</c>.
/// The platform: <c>GET|POST switches</c> (see <see cref="SalesforceSwitches"/>), <c>POST locks</c>, <c>POST open-transaction</c>,
/// <c>POST bulk/fail-next</c>, <c>POST bulk/fail-next-query</c>, <c>POST purge-delete-log/{T}</c>, <c>POST revoke-tokens</c>,
/// <c>POST reset</c>, <c>GET|DELETE writes</c>. Faults and counters belong to <see cref="SandboxSite"/>.
/// </remarks>
internal sealed class AdminApi(Org org, RestApi rest, CrmUsers users, Administrator administrator)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly AdminRecords _records = new(org, rest.Engine, users);

    public SandboxResponse Handle(SandboxRequest request, string path)
    {
        try
        {
            var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
            return Route(request, parts) ?? JsonText.Answer(404, Error("NOT_FOUND", $"No admin resource {request.Method} {path}"));
        }
        catch (SalesforceException e)
        {
            return JsonText.Answer(e.Status, Error(e.Error.Code, e.Error.Message));
        }
        catch (Exception e) when (e is ArgumentException or JsonException or InvalidOperationException or NotSupportedException
            or FormatException or OverflowException)
        {
            return JsonText.Answer(400, Error("BAD_REQUEST", e.Message));
        }
    }

    private SandboxResponse? Route(SandboxRequest request, string[] parts) => (request.Method, parts) switch
    {
        (_, ["records", var type, .. var rest]) => _records.Handle(request, type, rest),
        ("POST", ["merge", var type]) => _records.Merge(request, type),
        ("GET", ["writes"]) => JsonText.Answer(200, JsonSerializer.SerializeToNode(org.WriteLog.Entries, Web)!),
        ("DELETE", ["writes"]) => Done(org.WriteLog.Clear),
        ("GET", ["switches"]) => JsonText.Answer(200, Switches()),
        ("POST", ["switches"]) => SetSwitches(request),
        ("POST", ["convert", var lead]) => Convert(request, lead),
        ("POST", ["empty-bin"]) => Done(org.EmptyBin),
        ("POST", ["fields", var type]) => AddField(request, type),
        ("PATCH", ["fields", var type, var field]) => Done(() =>
            administrator.ChangeField(org.Schema.Get(type), field, Read<FieldChange>(request))),
        ("DELETE", ["fields", var type, var field]) => Done(() => administrator.DeleteField(org.Schema.Get(type), field)),
        ("POST", ["duplicate-rules", var type]) => Done(() => org.AddDuplicateRule(org.Schema.Get(type), Read<DuplicateRule>(request))),
        ("POST", ["fields", var type, var field, "hide"]) => Done(() => org.Schema.Hide(org.Schema.Get(type), field, true, org.Now)),
        ("POST", ["fields", var type, var field, "show"]) => Done(() => org.Schema.Hide(org.Schema.Get(type), field, false, org.Now)),
        ("POST", ["objects"]) => Done(() => administrator.AddObject(Read<ObjectSpec>(request))),
        ("POST", ["standard-objects", var name]) => Done(() => administrator.AddStandardObject(name)),
        ("POST", ["history", var type]) => Done(() =>
            org.Track(org.Schema.Get(type), Member(Body(request), "fields").AsArray().Select(Text))),
        ("POST", ["locks"]) => Lock(request),
        ("POST", ["rules", var type]) => AddRule(request, type),
        ("POST", ["triggers", var type]) => AddTrigger(request, type),
        ("POST", ["open-transaction"]) => Done(() => org.OpenTransaction(TimeSpan.FromMinutes((double)Member(Body(request), "minutes")))),
        ("POST", ["bulk", "fail-next"]) => FailNextBulkJob(Body(request)),
        ("POST", ["bulk", "fail-next-query"]) => Done(() => rest.Bulk.FailNextQuery(Member(Body(request), "message").ToString())),
        ("POST", ["purge-delete-log", var type]) => Done(() => org.DeleteLog(org.Schema.Get(type)).Purge(org.Now)),
        ("POST", ["revoke-tokens"]) => Done(rest.RevokeTokens),
        ("GET", ["users"]) => JsonText.Answer(200, new JsonObject
        {
            ["integration"] = org.Users.Integration,
            ["human"] = org.Users.Human,
            ["secondHuman"] = org.Users.SecondHuman,
        }),
        _ => null,
    };

    public static JsonObject Body(SandboxRequest request) =>
        JsonNode.Parse(request.Text) as JsonObject ?? throw new ArgumentException("The body must be a JSON object.");

    public static JsonNode Member(JsonObject body, string name) => body[name] ?? throw new ArgumentException($"The body needs {name}.");

    public static string Text(JsonNode? node) => node?.ToString() ?? throw new ArgumentException("A list must not hold null.");

    private JsonObject Switches() => JsonSerializer.SerializeToNode(org.Switches, Web)!.AsObject();

    /// <summary>Names left out keep their value; an unknown name is an error.</summary>
    private SandboxResponse SetSwitches(SandboxRequest request)
    {
        var merged = Switches();
        foreach (var (name, value) in Body(request))
        {
            merged[name] = merged.ContainsKey(name) ? value?.DeepClone() : throw new ArgumentException($"No switch {name}.");
        }

        org.Switches = merged.Deserialize<SalesforceSwitches>(Web)!;
        return JsonText.Answer(200, Switches());
    }

    private SandboxResponse AddField(SandboxRequest request, string type)
    {
        org.AddField(org.Schema.Get(type), Read<FieldSpec>(request));
        return SandboxResponse.Empty(204);
    }

    /// <summary>The body may name an <c>accountId</c> and a <c>contactId</c> to use, and refuse the opportunity.</summary>
    private SandboxResponse Convert(SandboxRequest request, string lead)
    {
        var body = Body(request);
        var made = users.ConvertLead(
            lead,
            body["accountId"]?.ToString(),
            body["contactId"]?.ToString(),
            body["withOpportunity"] is not { } wanted || (bool)wanted,
            request.Query("as") ?? body["as"]?.ToString());
        return JsonText.Answer(200, JsonSerializer.SerializeToNode(made, Web)!);
    }

    private static T Read<T>(SandboxRequest request) =>
        JsonSerializer.Deserialize<T>(request.Text, Web) ?? throw new JsonException("The body must be a JSON object.");

    private SandboxResponse Lock(SandboxRequest request)
    {
        var body = Body(request);
        users.Lock(Member(body, "ids").AsArray().Select(Text), (int)Member(body, "times"));
        return SandboxResponse.Empty(204);
    }

    /// <summary>The simplest of validation rules: a field must not have a value.</summary>
    private SandboxResponse AddRule(SandboxRequest request, string typeName)
    {
        var body = Body(request);
        var type = org.Schema.Get(typeName);
        var field = type[Member(body, "field").ToString()];
        var forbidden = ValueParser.Parse(field, body["equals"], org.Switches);
        var error = new SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", Member(body, "message").ToString(), [field.Name]);
        org.Hooks.AddRule(type.Name, save => IsThere(type, field) && Equals(save[field.Name], forbidden) ? error : null);
        return SandboxResponse.Empty(204);
    }

    /// <summary>The simplest of automations: every save gives a field a <c>value</c>, or that of another field (<c>copyOf</c>).</summary>
    private SandboxResponse AddTrigger(SandboxRequest request, string typeName)
    {
        var body = Body(request);
        var type = org.Schema.Get(typeName);
        var field = type[Member(body, "field").ToString()];
        var value = ValueParser.Parse(field, body["value"], org.Switches);
        var source = body["copyOf"] is { } copied ? type[copied.ToString()] : null;
        if (source is not null && source.Kind != field.Kind)
        {
            throw new ArgumentException($"{source.Name} and {field.Name} are not of one kind.");
        }

        org.Hooks.AddTrigger(type.Name, save =>
        {
            if (IsThere(type, field) && (source is null || IsThere(type, source)))
            {
                save[field.Name] = source is null ? value : save[source.Name];
            }
        });
        return SandboxResponse.Empty(204);
    }

    /// <summary>What an administrator deleted, renamed or retyped since is left alone.</summary>
    private static bool IsThere(ObjectType type, FieldDefinition field) => type.Field(field.Name)?.Kind == field.Kind;

    private SandboxResponse FailNextBulkJob(JsonObject body) => Done(() =>
        rest.Bulk.FailNext(new BulkMishap((int)Member(body, "afterRows"), Member(body, "message").ToString())));

    private static SandboxResponse Done(Action change)
    {
        change();
        return SandboxResponse.Empty(204);
    }

    private static JsonObject Error(string code, string message) => new() { ["error"] = message, ["code"] = code };
}
