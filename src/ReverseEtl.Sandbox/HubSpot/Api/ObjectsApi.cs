using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Single records: list, create, get, update, archive, merge, GDPR delete. Batches and searches are passed on.</summary>
internal sealed class ObjectsApi(HubSpotWorld world)
{
    private const int MaxPage = 100;
    private readonly RecordLookup _lookup = new(world);
    private readonly RecordView _view = new(world);
    private readonly BatchApi _batches = new(world);
    private readonly SearchApi _search = new(world);
    private readonly RecordAssociationsApi _associations = new(world);
    private readonly AssociationInput _input = new(world);
    private readonly AssociationView _associated = new(world);

    /// <summary>A search has limits of its own, so it must be told apart before anything else.</summary>
    public static bool IsSearch(ApiPath path) => path is { Family: ApiFamily.Objects, Rest: [_, "search"] };

    /// <summary>Reads by POST exist; everything else but GET writes.</summary>
    public static bool Writes(string method, ApiPath path) =>
        method != "GET" && path.Rest is not ([_, "search"] or [_, "batch", "read"]);

    public SandboxResponse Handle(ApiCall call, ObjectModel model) => (call.Method, call.Rest) switch
    {
        ("GET", [_]) => List(call, model),
        ("POST", [_]) => Create(call, model),
        ("POST", [_, "search"]) => _search.Handle(call, model),
        ("POST", [_, "merge"]) when model.Type.CanMerge => Merge(call, model),
        ("POST", [_, "gdpr-delete"]) when model.Type.HasEmailIdentity => ForgetPerson(call, model),
        ("POST", [_, "batch", var operation]) => _batches.Handle(call, model, operation),
        (_, [_, _, "associations", ..]) => _associations.Handle(call, model),
        ("GET", [_, var id]) => Get(call, model, id),
        ("PATCH", [_, var id]) => Update(call, model, id),
        ("DELETE", [_, var id]) => Archive(call, model, id),
        (_, [_] or [_, _]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private SandboxResponse List(ApiCall call, ObjectModel model)
    {
        var selection = Selection(call, model);
        var limit = call.Limit(10, selection.History.Count > 0 ? BatchApi.MaxWithHistory : MaxPage);
        var after = call.Request.Query("after") ?? "0";
        if (!long.TryParse(after, out var from))
        {
            throw Refuse.Because($"Invalid 'after' value: {after}");
        }

        Func<CrmRecord, bool> wanted = call.Flag("archived") ? _lookup.ShownArchived : record => record.IsLive;
        var page = model.Records.From(from, limit + 1, wanted).ToList();
        var results = page.Take(limit).Select(r => WithAssociations(call, model, r, _view.Show(model, r, selection)));
        var body = new JsonObject { ["results"] = new JsonArray([.. results]) };
        if (page.Count > limit)
        {
            var next = page[limit].IdText;
            body["paging"] = new JsonObject
            {
                ["next"] = new JsonObject
                {
                    ["after"] = next,
                    ["link"] = $"https://{Host}{call.Request.Path}?limit={limit}&after={next}",
                },
            };
        }

        return ApiCall.Ok(body);
    }

    /// <summary>The host in links, which differs in places.</summary>
    private string Host => world.Switches.LinksNameAnotherHost ? "api.hubspot.com" : "api.hubapi.com";

    private SandboxResponse Get(ApiCall call, ObjectModel model, string id)
    {
        var idProperty = call.Request.Query("idProperty");
        RecordLookup.MustBeUnique(model, idProperty);
        var record = call.Flag("archived") ? _lookup.Archived(model, id, idProperty) : _lookup.Live(model, id, idProperty);
        return record is null
            ? throw RecordLookup.NotFound(id, idProperty)
            : ApiCall.Ok(WithAssociations(call, model, record, _view.Show(model, record, Selection(call, model))));
    }

    private JsonObject WithAssociations(ApiCall call, ObjectModel model, CrmRecord record, JsonObject shown)
    {
        if (_associated.OfRecord(model, record, call.List("associations")) is { } associations)
        {
            shown["associations"] = associations;
        }

        return shown;
    }

    private SandboxResponse Create(ApiCall call, ObjectModel model)
    {
        var sent = Json.Properties(call.Body, world.Switches);
        var (record, plan) = Write(call, model, "create", null, null, sent, _input.OfNew(model, call.Body, call));
        var body = _view.Written(model, record, plan, call.Context);
        Echo(call, body);
        return SandboxResponse.Json(201, body).With("Location", $"https://api.hubapi.com{call.Request.Path}/{record.IdText}");
    }

    private SandboxResponse Update(ApiCall call, ObjectModel model, string id)
    {
        var idProperty = call.Request.Query("idProperty");
        RecordLookup.MustBeUnique(model, idProperty);
        var sent = Json.Properties(call.Body, world.Switches);
        if (_lookup.Live(model, id, idProperty) is not { } target)
        {
            world.Log(call, "update", model, id, sent, "OBJECT_NOT_FOUND");
            throw RecordLookup.NotFound(id, idProperty);
        }

        var (record, plan) = Write(call, model, "update", target, id, sent);
        var body = _view.Written(model, record, plan, call.Context);
        Echo(call, body);
        return ApiCall.Ok(body);
    }

    private (CrmRecord Record, WritePlan Plan) Write(
        ApiCall call,
        ObjectModel model,
        string operation,
        CrmRecord? target,
        string? id,
        IReadOnlyDictionary<string, string> sent,
        IReadOnlyList<(End To, IReadOnlyList<AssociationType> Types)>? links = null)
    {
        var (plan, failure) = world.Planner.Plan(model, target, sent, call.Context);
        if (plan is null)
        {
            world.Log(call, operation, model, id, sent, failure!.Message);
            throw new RefusalException(failure);
        }

        var record = world.Writer.Apply(model, plan with { Links = links ?? [] }, call.Context);
        world.Log(call, operation, model, record.IdText, sent, null);
        return (record, plan);
    }

    private static void Echo(ApiCall call, JsonObject body)
    {
        if (Json.Text(call.Body, "objectWriteTraceId") is { } trace)
        {
            body["objectWriteTraceId"] = trace;
        }
    }

    private SandboxResponse Archive(ApiCall call, ObjectModel model, string id)
    {
        var known = model.Records.Exact(id);
        if (known is { IsLive: true })
        {
            world.Writer.Archive(model, known, call.Context);
            world.Log(call, "archive", model, id, Fields.None, null);
        }
        else if (known is null && world.Switches.DeleteUnknownIsNotFound)
        {
            throw RecordLookup.NotFound(id, null);
        }

        return SandboxResponse.Empty(204);
    }

    private SandboxResponse Merge(ApiCall call, ObjectModel model)
    {
        var (winner, loser) = (Json.Required(call.Body, "primaryObjectId"), Json.Required(call.Body, "objectIdToMerge"));
        var primary = _lookup.Live(model, winner, null) ?? throw RecordLookup.NotFound(winner, null);
        var other = _lookup.Live(model, loser, null) ?? throw RecordLookup.NotFound(loser, null);
        var survivor = world.Merger.Merge(model, primary, other, call.Context);
        var fields = new Dictionary<string, string> { ["primaryObjectId"] = winner, ["objectIdToMerge"] = loser };
        world.Log(call, "merge", model, survivor.IdText, fields, null);
        return ApiCall.Ok(_view.Show(model, survivor, PropertySelection.Requested(model, [], [])));
    }

    /// <summary>Removes a contact for good; an unknown address is barred instead.</summary>
    private SandboxResponse ForgetPerson(ApiCall call, ObjectModel model)
    {
        var (id, idProperty) = (Json.Required(call.Body, "objectId"), Json.Text(call.Body, "idProperty"));
        RecordLookup.MustBeUnique(model, idProperty);
        var record = _lookup.Live(model, id, idProperty) ?? _lookup.Archived(model, id, idProperty);
        if (record is not null)
        {
            world.Writer.Remove(model, record, call.Context);
        }
        else if (idProperty == "email")
        {
            world.Blocklist.Add(RecordLookup.Stored(model, id, idProperty));
        }

        world.Log(call, "gdpr-delete", model, record?.IdText ?? id, Fields.None, null);
        return SandboxResponse.Empty(204);
    }

    private static PropertySelection Selection(ApiCall call, ObjectModel model) =>
        PropertySelection.Requested(model, call.List("properties"), call.List("propertiesWithHistory"));
}
