using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Notes what happens to records for the apps that subscribed to it (reference §7).</summary>
internal sealed class EventJournal(HubSpotWorld world, Random random)
{
    private readonly Dictionary<string, WebhookApp> _apps = new(StringComparer.Ordinal);
    private readonly List<WebhookEvent> _pending = [];

    /// <summary>Events that no delivery has taken yet, oldest first.</summary>
    public IReadOnlyList<WebhookEvent> Pending => _pending;

    public IEnumerable<WebhookApp> Apps => _apps.Values;

    /// <summary>The webhooks of an app, without any to begin with.</summary>
    public WebhookApp App(string appId)
    {
        if (!_apps.TryGetValue(appId, out var app))
        {
            _apps[appId] = app = new WebhookApp(appId);
        }

        return app;
    }

    /// <summary>Takes events out of the journal for delivery.</summary>
    public void Remove(IEnumerable<WebhookEvent> events)
    {
        var taken = events.ToHashSet(ReferenceEqualityComparer.Instance);
        _pending.RemoveAll(taken.Contains);
    }

    public void Created(ObjectModel model, CrmRecord record, WriteContext context)
    {
        Note(model, "creation", record.Id, context, new JsonObject { ["changeFlag"] = world.Switches.WebhooksSayNew ? "NEW" : "CREATED" });
        foreach (var (name, version) in record.State.Values)
        {
            Changed(model, record, name, version.Value, context);
        }
    }

    public void Changed(ObjectModel model, CrmRecord record, string property, string value, WriteContext context) =>
        Note(model, "propertyChange", record.Id, context, new JsonObject { ["propertyName"] = property, ["propertyValue"] = value }, property);

    public void Deleted(ObjectModel model, long id, WriteContext context) =>
        Note(model, "deletion", id, context, new JsonObject { ["changeFlag"] = "DELETED" });

    public void Restored(ObjectModel model, CrmRecord record, WriteContext context) => Note(model, "restore", record.Id, context, []);

    /// <summary>A GDPR delete fires two events.</summary>
    public void Forgotten(ObjectModel model, long id, WriteContext context)
    {
        Note(model, "privacyDeletion", id, context, []);
        Deleted(model, id, context);
    }

    public void Merged(ObjectModel model, CrmRecord survivor, CrmRecord primary, CrmRecord other, WriteContext context)
    {
        Note(model, "merge", survivor.Id, context, new JsonObject
        {
            ["primaryObjectId"] = primary.Id,
            ["mergedObjectIds"] = new JsonArray(other.Id),
            ["newObjectId"] = survivor.Id,
            ["numberOfPropertiesMoved"] = survivor.State.Values.Count,
        });
        if (world.Switches.MergeSendsDeletions)
        {
            Deleted(model, primary.Id, context);
            Deleted(model, other.Id, context);
        }
    }

    public void Associated(End from, End to, bool isPrimary, bool removed, WriteContext context) =>
        Note(from.Model, "associationChange", from.Record.Id, context, new JsonObject
        {
            ["associationType"] = $"{from.Model.Type.Singular}_to_{to.Model.Type.Singular}".ToUpperInvariant(),
            ["fromObjectId"] = from.Record.Id,
            ["toObjectId"] = to.Record.Id,
            ["associationRemoved"] = removed,
            ["isPrimaryAssociation"] = isPrimary,
        });

    private void Note(ObjectModel model, string verb, long id, WriteContext context, JsonObject more, string? property = null)
    {
        // Custom objects are objects only, even one that somebody called "contact".
        var noun = model.Schema is null ? model.Type.Singular : null;
        foreach (var app in _apps.Values.Where(a => a.TargetUrl is not null))
        {
            foreach (var wanted in app.Subscriptions.Where(s => s.Wants(noun, verb, model.Type.Id, property)))
            {
                _pending.Add(new WebhookEvent(app, Body(app, wanted, model, id, context, more), context.At));
            }
        }
    }

    // The id of an event is not unique, so it is drawn from few numbers.
    private JsonObject Body(
        WebhookApp app, WebhookSubscription subscription, ObjectModel model, long id, WriteContext context, JsonObject more)
    {
        var body = new JsonObject
        {
            ["eventId"] = random.Next(1, 10_000),
            ["subscriptionId"] = subscription.Id,
            ["portalId"] = world.Options.PortalId,
            ["appId"] = long.TryParse(app.AppId, out var number) ? number : app.AppId,
            ["occurredAt"] = context.At.ToUnixTimeMilliseconds(),
            [world.Switches.WebhooksSayEventType ? "eventType" : "subscriptionType"] = subscription.EventType,
            ["objectId"] = id,
            ["changeSource"] = context.Source.Type,
        };
        if (subscription.ObjectTypeId is not null)
        {
            body["objectTypeId"] = model.Type.Id;
        }

        if (context.Source.Id is { } source && (world.Switches.WebhooksNameTheApp || context.Source.UserId is not null))
        {
            body["sourceId"] = source;
        }

        foreach (var (name, value) in more)
        {
            body[name] = value?.DeepClone();
        }

        return body;
    }
}
