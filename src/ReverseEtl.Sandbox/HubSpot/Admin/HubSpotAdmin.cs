using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The admin API below <c>/_sandbox/</c>: JSON in and out, errors as <c>{"error": "…"}</c>.</summary>
internal sealed class HubSpotAdmin(HubSpotSandbox sandbox)
{
    /// <summary>Ten years: nothing in the account lasts longer.</summary>
    private const int MaxSeconds = 315_360_000;

    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web);

    public SandboxResponse Handle(SandboxRequest request, string path)
    {
        try
        {
            var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
            return Answer(request, parts);
        }
        catch (HubSpotRefusedException e)
        {
            return Error(e.Status, e.Message);
        }
        catch (RefusalException e)
        {
            return Error(e.Failure.Status, e.Message);
        }
        catch (JsonException e)
        {
            return Error(400, e.Message);
        }
    }

    private SandboxResponse Answer(SandboxRequest request, string[] parts) => parts switch
    {
        ["records", ..] => Records(request, parts[1..]),
        ["merge", var type] when request.Method == "POST" => Merge(request, type),
        ["bulk", var type] when request.Method == "POST" => Bulk(request, type),
        ["writes"] => Writes(request.Method),
        ["switches"] => Switches(request),
        ["properties", var type] when request.Method == "POST" => Done(() => sandbox.AddProperty(type, request.Text), 201),
        ["rules", var type] when request.Method == "POST" => Rule(Json.ParseObject(request.Text), type),
        ["clock"] when request.Method == "POST" => Done(() => sandbox.Advance(Seconds(Json.ParseObject(request.Text)))),
        ["locks"] when request.Method == "POST" => Lock(Json.ParseObject(request.Text)),
        ["migration"] when request.Method == "POST" => Done(() => sandbox.MigrateFor(Seconds(Json.ParseObject(request.Text)))),
        ["tokens"] when request.Method == "POST" => Token(Json.ParseObject(request.Text)),
        ["tokens", var token] when request.Method == "DELETE" => Done(() => sandbox.RevokeToken(token)),
        ["schemas"] when request.Method == "POST" => SandboxResponse.Json(201, new JsonObject { ["id"] = sandbox.AddSchema(request.Text) }),
        ["associations", ..] => Associations(request, parts[1..]),
        ["apps", ..] => Apps(request.Method, parts[1..]),
        ["webhooks", ..] when request.Method == "POST" => Webhooks(Json.ParseObject(request.Text), parts[1..]),
        ["reset"] when request.Method == "POST" => Done(sandbox.Reset),
        _ => Error(404, $"There is no {request.Method} {string.Join('/', parts)} here."),
    };

    private SandboxResponse Records(SandboxRequest request, string[] parts) => (request.Method, parts) switch
    {
        ("GET", [var type]) => Show(sandbox.Records(type, request.Query("includeDeleted") == "true")),
        ("GET", [var type, var id]) => sandbox.Record(type, id) is { } record
            ? Show(record)
            : Error(404, $"There is no record {id}."),
        ("POST", [var type]) => SandboxResponse.Json(201, new JsonObject
        {
            ["id"] = sandbox.CreateAsUser(type, Values(Json.ParseObject(request.Text)), Source(request)),
        }),
        ("PATCH", [var type, var id]) => Done(
            () => sandbox.EditAsUser(type, id, Values(Json.ParseObject(request.Text)), Source(request))),
        ("DELETE", [var type, var id]) => Done(() => sandbox.ArchiveAsUser(type, id)),
        ("POST", [var type, var id, "undelete"]) => Done(() => sandbox.Restore(type, id)),
        ("POST", [var type, var id, "purge"]) => Done(() => sandbox.Purge(type, id)),
        ("POST", [var type, var id, "touch"]) => Done(() => sandbox.Touch(type, id)),
        _ => Error(404, $"There is no {request.Method} on records/{string.Join('/', parts)}."),
    };

    private SandboxResponse Merge(SandboxRequest request, string type)
    {
        var body = Json.ParseObject(request.Text);
        var survivor = sandbox.MergeAsUser(type, Json.Required(body, "winner"), Json.Texts(body, "losers"));
        return SandboxResponse.Json(200, new JsonObject { ["id"] = survivor });
    }

    /// <summary><c>{"ids": […], "properties": {…}}</c>; without ids all live records.</summary>
    private SandboxResponse Bulk(SandboxRequest request, string type)
    {
        var body = Json.ParseObject(request.Text);
        var ids = Json.Member(body, "ids") is null ? null : Json.Texts(body, "ids");
        var properties = Json.Member(body, "properties") is { ValueKind: JsonValueKind.Object } values
            ? Values(values)
            : throw Refuse.Because("'properties' must be an object");
        return Done(() => sandbox.BulkEditAsUser(type, ids, properties));
    }

    /// <summary>Of one record; with another record to link, <c>?label=Primary</c>, or to part.</summary>
    private SandboxResponse Associations(SandboxRequest request, string[] parts) => (request.Method, parts) switch
    {
        ("GET", [var type, var id, var to]) => Show(sandbox.Associated(type, id, to)),
        ("PUT", [var type, var id, var to, var toId]) => Done(
            () => sandbox.AssociateAsUser(type, id, to, toId, request.Query("label") is { } label ? [label] : [])),
        ("DELETE", [var type, var id, var to, var toId]) => Done(() => sandbox.DissociateAsUser(type, id, to, toId)),
        _ => Error(404, $"There is no {request.Method} on associations/{string.Join('/', parts)}."),
    };

    private SandboxResponse Apps(string method, string[] parts) => (method, parts) switch
    {
        ("POST", [var id, "install"]) => sandbox.Apps.FirstOrDefault(a => a.AppId == id) is { } app
            ? SandboxResponse.Json(201, new JsonObject { ["code"] = sandbox.InstallApp(app) })
            : Error(404, $"There is no app {id}."),
        ("POST", [var id, "uninstall"]) => Done(() => sandbox.UninstallApp(id)),
        _ => Error(404, $"There is no {method} on apps/{string.Join('/', parts)}."),
    };

    /// <summary><c>subscribe</c>, <c>take</c> what is due, <c>report</c> how it went, <c>forge</c> a call.</summary>
    private SandboxResponse Webhooks(JsonElement body, string[] parts)
    {
        var app = Json.Text(body, "appId") ?? HubSpotApp.Default.AppId;
        return parts switch
        {
            ["subscribe"] => Done(() => sandbox.Subscribe(app, Json.Required(body, "targetUrl"), Json.Texts(body, "events"))),
            ["take"] => Show(sandbox.TakeWebhooks()),
            ["report"] => Done(() => sandbox.ReportWebhook(
                Json.Number(body, "id") ?? throw Refuse.Because("'id' is required"), Json.Number(body, "status"))),
            ["forge"] => Enum.TryParse<HubSpotForgery>(Json.Required(body, "kind"), ignoreCase: true, out var kind)
                ? Show(sandbox.ForgeWebhook(kind, app, Json.Text(body, "body") ?? "[]"))
                : Error(400, $"'kind' is one of: {string.Join(", ", Enum.GetNames<HubSpotForgery>())}."),
            _ => Error(404, $"There is no POST on webhooks/{string.Join('/', parts)}."),
        };
    }

    private SandboxResponse Writes(string method)
    {
        switch (method)
        {
            case "GET":
                return Show(sandbox.Writes);
            case "DELETE":
                return Done(sandbox.ClearWrites);
            default:
                return Error(405, "The log can be read and cleared.");
        }
    }

    private SandboxResponse Switches(SandboxRequest request)
    {
        if (request.Method == "POST")
        {
            sandbox.Switches.Set(Json.ParseObject(request.Text));
        }

        return SandboxResponse.Json(200, sandbox.Switches.ToJson());
    }

    /// <summary>A refused value, <c>"requiredOnCreate": true</c>, or <c>"requiredWhen": {"property", "equals"}</c>.</summary>
    private SandboxResponse Rule(JsonElement body, string type)
    {
        var property = Json.Required(body, "property");
        if (Json.Flag(body, "requiredOnCreate"))
        {
            return Done(() => sandbox.RequireOnCreate(type, property), 201);
        }

        if (Json.Member(body, "requiredWhen") is { ValueKind: JsonValueKind.Object } condition)
        {
            var (other, deciding) = (Json.Required(condition, "property"), Json.Required(condition, "equals"));
            return Done(() => sandbox.RequireWhen(type, property, other, deciding), 201);
        }

        var (value, message) = (Json.Required(body, "equals"), Json.Required(body, "message"));
        return Done(() => sandbox.RefuseValue(type, property, value, message, Json.Text(body, "code") ?? "INVALID_ALPHA"), 201);
    }

    private SandboxResponse Lock(JsonElement body) => Json.Number(body, "times") is { } times
        ? Done(() => sandbox.LockTimes(times))
        : Done(() => sandbox.LockFor(Seconds(body)));

    /// <summary>
    /// <c>{"token", "appId"}</c>; besides <c>scopes</c>, <c>seconds</c> until it ends (an OAuth token then), <c>sourceType</c>,
    /// <c>hasNoSourceId</c>, <c>mayEditAssociations</c>.
    /// </summary>
    private SandboxResponse Token(JsonElement body)
    {
        var scopes = Json.Member(body, "scopes") is null ? null : Json.Texts(body, "scopes").ToHashSet(StringComparer.Ordinal);
        var token = new HubSpotToken(Json.Required(body, "token"), Json.Required(body, "appId"), scopes)
        {
            ExpiresAt = Json.Member(body, "seconds") is null ? null : sandbox.Now + Seconds(body),
            SourceType = Json.Text(body, "sourceType") ?? "INTEGRATION",
            HasNoSourceId = Json.Flag(body, "hasNoSourceId"),
            MayEditAssociations = Json.Flag(body, "mayEditAssociations", standard: true),
        };
        return Done(() => sandbox.AddToken(token), 201);
    }

    private static TimeSpan Seconds(JsonElement body) =>
        Json.Number(body, "seconds") is >= 0 and <= MaxSeconds and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : throw Refuse.Because($"'seconds' must be an integer from 0 to {MaxSeconds}");

    private static string Source(SandboxRequest request) => request.Query("source") ?? "CRM_UI";

    private static Dictionary<string, string?> Values(JsonElement body)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var member in body.EnumerateObject())
        {
            values[member.Name] = member.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => member.Value.GetString(),
                _ => member.Value.GetRawText(),
            };
        }

        return values;
    }

    private static SandboxResponse Done(Action act, int status = 204)
    {
        act();
        return SandboxResponse.Empty(status);
    }

    private static SandboxResponse Show<T>(T value) => SandboxResponse.Json(200, JsonSerializer.SerializeToNode(value, Shape));

    private static SandboxResponse Error(int status, string message) =>
        SandboxResponse.Json(status, new JsonObject { ["error"] = message });
}
