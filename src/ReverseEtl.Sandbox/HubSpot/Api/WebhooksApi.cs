using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Where an app wants its webhooks and which (reference §7.1). An app sees its own only.</summary>
internal sealed class WebhooksApi(HubSpotWorld world)
{
    public SandboxResponse Handle(ApiCall call)
    {
        if (call.Rest[0] != call.Token.AppId)
        {
            throw new RefusalException(new Failure(403, "MISSING_SCOPES", $"This token does not belong to app {call.Rest[0]}."));
        }

        var app = world.Events.App(call.Token.AppId);
        return (call.Method, call.Rest.Skip(1).ToArray()) switch
        {
            ("GET", ["settings"]) => app.TargetUrl is null ? throw new RefusalException(Failure.NotFound()) : ApiCall.Ok(Settings(app)),
            ("PUT", ["settings"]) => Configure(call, app),
            ("DELETE", ["settings"]) => Silence(app),
            ("GET", ["subscriptions"]) => ApiCall.Ok(new JsonObject { ["results"] = new JsonArray([.. app.Subscriptions.Select(Show)]) }),
            ("POST", ["subscriptions"]) => Subscribe(call, app),
            ("POST", ["subscriptions", "batch", "update"]) => UpdateAll(call, app),
            ("GET", ["subscriptions", var id]) => ApiCall.Ok(Show(Find(app, id))),
            ("PATCH", ["subscriptions", var id]) => ApiCall.Ok(Show(Update(app, id, call.Body))),
            ("DELETE", ["subscriptions", var id]) => Unsubscribe(app, id),
            (_, ["settings"] or ["subscriptions"] or ["subscriptions", _]) => ApiCall.MethodNotAllowed(),
            _ => ApiCall.NoSuchEndpoint(),
        };
    }

    private static SandboxResponse Configure(ApiCall call, WebhookApp app)
    {
        var most = (Json.Member(call.Body, "throttling") is { ValueKind: JsonValueKind.Object } throttling
            ? Json.Number(throttling, "maxConcurrentRequests")
            : null) ?? app.MaxConcurrentRequests;
        Refuse.Unless(most >= 1, "maxConcurrentRequests must be at least 1");
        app.SendTo(Json.Required(call.Body, "targetUrl"));
        app.MaxConcurrentRequests = most;
        return ApiCall.Ok(Settings(app));
    }

    private static SandboxResponse Silence(WebhookApp app)
    {
        app.Silence();
        return SandboxResponse.Empty(204);
    }

    private SandboxResponse Subscribe(ApiCall call, WebhookApp app)
    {
        Refuse.Unless(app.Subscriptions.Count < WebhookApp.MaxSubscriptions, $"An app can have at most {WebhookApp.MaxSubscriptions} subscriptions");
        var subscription = new WebhookSubscription(
            world.NextSubscriptionId(), Json.Text(call.Body, "eventType") ?? Json.Required(call.Body, "subscriptionType"),
            Json.Text(call.Body, "objectTypeId"), Json.Text(call.Body, "propertyName"), Json.Flag(call.Body, "active"), call.At);
        if (subscription.Fault() is { } fault)
        {
            throw Refuse.Because(fault);
        }

        app.Subscriptions.Add(subscription);
        return SandboxResponse.Json(201, Show(subscription));
    }

    private static WebhookSubscription Update(WebhookApp app, string id, JsonElement body)
    {
        var changed = Find(app, id) with { Active = Json.Flag(body, "active") };
        app.Subscriptions[app.Subscriptions.FindIndex(s => s.Id == changed.Id)] = changed;
        return changed;
    }

    private static SandboxResponse UpdateAll(ApiCall call, WebhookApp app)
    {
        var inputs = Json.Objects(call.Body, "inputs").Select(i => (Find(app, Json.Required(i, "id")).Id, Input: i)).ToList();
        var changed = inputs.Select(i => Show(Update(app, i.Id.ToString(), i.Input))).ToArray();
        return ApiCall.Ok(new JsonObject { ["status"] = "COMPLETE", ["results"] = new JsonArray([.. changed]) });
    }

    private static SandboxResponse Unsubscribe(WebhookApp app, string id)
    {
        app.Subscriptions.Remove(Find(app, id));
        return SandboxResponse.Empty(204);
    }

    private static WebhookSubscription Find(WebhookApp app, string id) =>
        app.Subscriptions.Find(s => s.Id.ToString() == id) ?? throw new RefusalException(Failure.NotFound());

    private static JsonObject Settings(WebhookApp app) => new()
    {
        ["targetUrl"] = app.TargetUrl,
        ["throttling"] = new JsonObject { ["maxConcurrentRequests"] = app.MaxConcurrentRequests },
    };

    private static JsonObject Show(WebhookSubscription subscription)
    {
        var json = new JsonObject
        {
            ["id"] = subscription.Id.ToString(),
            ["eventType"] = subscription.EventType,
            ["active"] = subscription.Active,
            ["createdAt"] = Instant.Text(subscription.CreatedAt),
        };
        if (subscription.ObjectTypeId is not null)
        {
            json["objectTypeId"] = subscription.ObjectTypeId;
        }

        if (subscription.PropertyName is not null)
        {
            json["propertyName"] = subscription.PropertyName;
        }

        return json;
    }
}
