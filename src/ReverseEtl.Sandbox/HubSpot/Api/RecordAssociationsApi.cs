using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The associations of one record. Ids of merged-away records lead to their survivors here.</summary>
internal sealed class RecordAssociationsApi(HubSpotWorld world)
{
    /// <summary>The most associations of one page.</summary>
    public const int MaxPage = 500;

    private readonly AssociationInput _input = new(world);
    private readonly AssociationView _view = new(world);

    /// <summary>Answers <c>{from}/{id}/associations/…</c>.</summary>
    public SandboxResponse Handle(ApiCall call, ObjectModel from) => (call.Method, call.Rest) switch
    {
        ("GET", [_, var id, _, var to]) => Read(call, from, id, Model(to)),
        ("PUT", [_, var id, _, "default", var to, var toId]) => Link(call, from, id, Model(to), toId),
        ("PUT", [_, var id, _, var to, var toId]) => Label(call, from, id, Model(to), toId),
        ("DELETE", [_, var id, _, var to, var toId]) => Unlink(call, from, id, Model(to), toId),
        (_, [_, _, _, _] or [_, _, _, _, _]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private SandboxResponse Read(ApiCall call, ObjectModel from, string id, ObjectModel to)
    {
        var record = Live(from, id);
        var limit = call.Limit(MaxPage, MaxPage);
        var after = call.Request.Query("after") ?? "0";
        Refuse.Unless(long.TryParse(after, out var start), $"Invalid 'after' value: {after}");
        return ApiCall.Ok(call.Path.Version == ApiVersion.V3
            ? _view.OldPage(from, record.Id, to, start, limit, "results")
            : _view.Page(from, record.Id, to, start, limit, "results"));
    }

    private SandboxResponse Label(ApiCall call, ObjectModel from, string id, ObjectModel to, string toId)
    {
        var (a, b) = (new End(from, Live(from, id)), new End(to, Live(to, toId)));
        var types = _input.Types(from, to, Json.ParseObjects(call.Request.Text));
        Refuse.Unless(types.Count > 0, "At least one association type is needed");
        AssociationInput.MustDiffer(a, b);
        world.Associator.Label(a, b, types, call.Context);
        return SandboxResponse.Json(201, _view.Labelled(a, b, types));
    }

    private SandboxResponse Link(ApiCall call, ObjectModel from, string id, ObjectModel to, string toId)
    {
        var (a, b) = (new End(from, Live(from, id)), new End(to, Live(to, toId)));
        _input.MustFit(from, to);
        AssociationInput.MustDiffer(a, b);
        world.Associator.Link(a, b, call.Context);
        return ApiCall.Ok(new JsonObject
        {
            ["status"] = "COMPLETE",
            ["results"] = new JsonArray([.. _view.Default(a, b)]),
            ["startedAt"] = Instant.Text(call.At),
            ["completedAt"] = Instant.Text(call.At),
        });
    }

    private SandboxResponse Unlink(ApiCall call, ObjectModel from, string id, ObjectModel to, string toId)
    {
        world.Associator.Unlink(new End(from, Live(from, id)), new End(to, Live(to, toId)), call.Context);
        return SandboxResponse.Empty(204);
    }

    private ObjectModel Model(string name) => world.Model(name) ?? throw Refuse.Because($"Unable to infer object type from: {name}");

    private static CrmRecord Live(ObjectModel model, string id) =>
        model.Records.Resolve(id) is { IsLive: true } record ? record : throw RecordLookup.NotFound(id, null);
}
