namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Acts as a person in HubSpot's own pages, or as a part of HubSpot itself.</summary>
internal sealed class HubSpotUser(HubSpotWorld world)
{
    public string Create(string type, IReadOnlyDictionary<string, string?> properties, string source) => Refusable(() =>
    {
        var model = Model(type);
        var context = Context(source);
        return world.Writer.Apply(model, Plan(model, null, properties, context), context).IdText;
    });

    /// <summary>All edits have one time; nothing is written when one of them is refused.</summary>
    public void Edit(string type, IReadOnlyList<string> ids, IReadOnlyDictionary<string, string?> properties, string source) =>
        Refusable(() =>
    {
        var model = Model(type);
        var context = Context(source);
        var plans = ids.Select(id => Plan(model, Live(model, id), properties, context)).ToList();
        plans.ForEach(plan => world.Writer.Apply(model, plan, context));
        return plans.Count;
    });

    public void Archive(string type, string id) => Refusable(() =>
    {
        var model = Model(type);
        world.Writer.Archive(model, Live(model, id), Context("CRM_UI"));
        return id;
    });

    public void Restore(string type, string id) => Refusable(() =>
    {
        var model = Model(type);
        var record = model.Records.Exact(id);
        if (record is not { IsArchived: true, MergedInto: null })
        {
            throw new RefusalException(Failure.NotFound());
        }

        if (world.Planner.RestoreConflict(model, record) is { } conflict)
        {
            throw new RefusalException(conflict);
        }

        world.Writer.Restore(model, record, Context("RESTORE_OBJECTS"));
        return id;
    });

    public void Purge(string type, string id) => Refusable(() =>
    {
        var model = Model(type);
        world.Writer.Remove(model, model.Records.Exact(id) ?? throw new RefusalException(Failure.NotFound()), Context("CRM_UI"));
        return id;
    });

    public string Merge(string type, string winner, IReadOnlyList<string> losers) => Refusable(() =>
    {
        var model = Model(type);
        var survivor = Live(model, winner);
        foreach (var loser in losers)
        {
            survivor = world.Merger.Merge(model, survivor, Live(model, loser), Context("CRM_UI"));
        }

        return survivor.IdText;
    });

    public void Touch(string type, string id) => Refusable(() =>
    {
        var model = Model(type);
        world.Writer.Touch(model, Live(model, id), world.Now);
        return id;
    });

    public IReadOnlyList<HubSpotRecord> Records(string type, bool includeArchived) => Refusable(() =>
    {
        var model = Model(type);
        return model.Records.All.Where(r => includeArchived || r.IsLive).Select(r => Show(model, r)).ToList();
    });

    public HubSpotRecord? Record(string type, string id) => Refusable(() =>
    {
        var model = Model(type);
        return model.Records.Exact(id) is { } found ? Show(model, found) : null;
    });

    public void AddProperty(string type, string json) => Refusable(() =>
    {
        var model = Model(type);
        model.Properties.Put(PropertyParser.Create(Json.ParseObject(json), model.Properties, world.Now));
        return json;
    });

    public string AddSchema(string json) => Refusable(() => new SchemasApi(world).Define(Json.ParseObject(json), world.Now).Type.Id);

    public void Associate(string type, string id, string toType, string toId, IReadOnlyList<string> labels) => Refusable(() =>
    {
        var (from, to) = (LiveEnd(type, id), LiveEnd(toType, toId));
        var known = world.AssociationTypes.Between(from.Type, to.Type).ToList();
        if (known.Count == 0 || labels.FirstOrDefault(l => !known.Exists(t => t.Label == l)) is not null)
        {
            throw Refuse.Because($"There is no such association between {from.Model.Type.Singular} and {to.Model.Type.Singular}");
        }

        var before = world.Associations.Between(from.Type, from.Record.Id, to.Type, to.Record.Id).Select(world.AssociationTypes.Get);
        world.Associator.Label(from, to, [.. before.Concat(known.Where(t => t.Label is { } l && labels.Contains(l)))], Context("CRM_UI"));
        return id;
    });

    public void Dissociate(string type, string id, string toType, string toId) => Refusable(() =>
    {
        world.Associator.Unlink(LiveEnd(type, id), LiveEnd(toType, toId), Context("CRM_UI"));
        return id;
    });

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Associated(string type, string id, string toType) => Refusable(() =>
    {
        var from = LiveEnd(type, id);
        return new AssociationView(world).Live(from.Model, from.Record.Id, Model(toType), 0).ToDictionary(
            e => e.Id.ToString(),
            e => (IReadOnlyList<string>)[.. e.Types.Select(t => world.AssociationTypes.Get(t).Label).OfType<string>()]);
    });

    /// <summary>An event type, and behind colons the type id of <c>object.*</c> and the property of a change.</summary>
    public void Subscribe(string appId, string url, IReadOnlyList<string> events) => Refusable(() =>
    {
        var app = world.Events.App(appId);
        var wanted = events.Select(text =>
        {
            var parts = text.Split(':');
            var isObject = parts[0].StartsWith("object.", StringComparison.Ordinal);
            var subscription = new WebhookSubscription(
                world.NextSubscriptionId(), parts[0], isObject ? parts.ElementAtOrDefault(1) : null,
                parts.ElementAtOrDefault(isObject ? 2 : 1), true, world.Now);
            return subscription.Fault() is { } fault ? throw Refuse.Because(fault) : subscription;
        }).ToList();
        app.SendTo(url);
        app.Subscriptions.AddRange(wanted);
        return url;
    });

    public void Advance(TimeSpan time) => Refusable(() =>
    {
        world.Advance(time);
        return time;
    });

    public void AddRule(string type, AdminRule rule) => Refusable(() =>
    {
        var model = Model(type);
        foreach (var name in new[] { rule.Property, rule.Other }.OfType<string>())
        {
            if (model.Properties.Find(name) is null)
            {
                throw new RefusalException(Failure.Invalid([PropertyError.Unknown(name)], world.Options.PortalId));
            }
        }

        model.Rules.Add(rule);
        return rule;
    });

    private static T Refusable<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (RefusalException e)
        {
            throw new HubSpotRefusedException(e.Failure);
        }
    }

    private ObjectModel Model(string type) => world.Model(type)
        ?? throw new RefusalException(new Failure(404, null, $"There is no object type '{type}'."));

    private End LiveEnd(string type, string id)
    {
        var model = Model(type);
        return new End(model, Live(model, id));
    }

    private static CrmRecord Live(ObjectModel model, string id) =>
        model.Records.Resolve(id) is { IsLive: true } live ? live : throw new RefusalException(Failure.NotFound());

    private WritePlan Plan(
        ObjectModel model, CrmRecord? target, IReadOnlyDictionary<string, string?> properties, WriteContext context)
    {
        var values = properties.ToDictionary(p => p.Key, p => p.Value ?? "", StringComparer.Ordinal);
        var (plan, failure) = world.Planner.Plan(model, target, values, context);
        return plan ?? throw new RefusalException(failure!);
    }

    /// <summary>Only the UI, bulk edits there included, is a person; other sources have no user.</summary>
    private WriteContext Context(string source)
    {
        var user = world.Options.UserId;
        return source.StartsWith("CRM_UI", StringComparison.Ordinal)
            ? new WriteContext(new WriteSource(source, $"userId:{user}", user, null), world.Now)
            : new WriteContext(new WriteSource(source, null, null, null), world.Now, MayWriteReadOnly: source == "CALCULATED");
    }

    private static HubSpotRecord Show(ObjectModel model, CrmRecord record)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in record.State.Values.Keys.Concat(model.Type.Always))
        {
            if (model.Reader(name)(record, record.State) is { Length: > 0 } value)
            {
                values[name] = value;
            }
        }

        return new HubSpotRecord(
            record.IdText, values, record.CreatedAt, record.State.UpdatedAt, record.IsArchived, record.State.ArchivedAt,
            record.MergedInto?.ToString());
    }
}
