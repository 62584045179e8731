using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Associations in batches as version 3 has them, which HubSpot's clients still offer: one type each, by name or id.</summary>
internal sealed class OldAssociationsApi(HubSpotWorld world)
{
    private const int Max = 2_000;
    private readonly AssociationView _view = new(world);

    /// <summary>Answers <c>{from}/{to}/…</c>.</summary>
    public SandboxResponse Handle(ApiCall call, ObjectModel from, ObjectModel to) => (call.Method, call.Rest.Skip(2).ToArray()) switch
    {
        ("GET", ["types"]) => ApiCall.Ok(new JsonObject { ["results"] = new JsonArray([.. Types(from, to).Select(Show)]) }),
        ("POST", ["batch", "read"]) => Read(call, from, to),
        ("POST", ["batch", "create"]) => Create(call, from, to),
        ("POST", ["batch", "archive"]) => Archive(call, from, to),
        (_, ["types"] or ["batch", "read" or "create" or "archive"]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private IEnumerable<AssociationType> Types(ObjectModel from, ObjectModel to) => world.AssociationTypes.Between(from.Type.Id, to.Type.Id);

    private static JsonObject Show(AssociationType type) => new() { ["id"] = type.Id.ToString(), ["name"] = type.Name };

    private SandboxResponse Read(ApiCall call, ObjectModel from, ObjectModel to)
    {
        var answer = new BatchAnswer(world);
        foreach (var id in Inputs(call).Select(input => Json.Required(input, "id")).ToList())
        {
            if (AssociationInput.Live(from, id) is { } record && _view.Live(from, record.Id, to, 0).Any())
            {
                var page = _view.OldPage(from, record.Id, to, 0, int.MaxValue - 1, "to");
                page["from"] = new JsonObject { ["id"] = id };
                answer.Add(page);
            }
            else
            {
                answer.Add(AssociationInput.NothingFound(from, to, id), null);
            }
        }

        return answer.Close(200, call.At);
    }

    /// <summary>A link gets one more type; those it has stay.</summary>
    private SandboxResponse Create(ApiCall call, ObjectModel from, ObjectModel to)
    {
        var answer = new BatchAnswer(world);
        foreach (var (fromId, toId, type) in Rows(call, from, to))
        {
            if (AssociationInput.Live(from, fromId) is not { } a)
            {
                answer.Add(AssociationInput.EndMissing("FROM", from, fromId), null);
            }
            else if (AssociationInput.Live(to, toId) is not { } b)
            {
                answer.Add(AssociationInput.EndMissing("TO", to, toId), null);
            }
            else
            {
                var before = world.Associations.Between(from.Type.Id, a.Id, to.Type.Id, b.Id).Select(world.AssociationTypes.Get);
                world.Associator.Label(new End(from, a), new End(to, b), [.. before, type], call.Context);
                answer.Add(new JsonObject
                {
                    ["from"] = new JsonObject { ["id"] = fromId },
                    ["to"] = new JsonObject { ["id"] = toId },
                    ["type"] = type.Name,
                });
            }
        }

        return answer.Close(201, call.At);
    }

    private SandboxResponse Archive(ApiCall call, ObjectModel from, ObjectModel to)
    {
        foreach (var (fromId, toId, type) in Rows(call, from, to))
        {
            if (AssociationInput.Live(from, fromId) is { } a && AssociationInput.Live(to, toId) is { } b)
            {
                world.Associator.Unlabel(new End(from, a), new End(to, b), [type], call.Context);
            }
        }

        return SandboxResponse.Empty(204);
    }

    private List<(string From, string To, AssociationType Type)> Rows(ApiCall call, ObjectModel from, ObjectModel to) =>
    [
        .. Inputs(call).Select(input =>
        {
            var name = Json.Required(input, "type");
            var type = Types(from, to).FirstOrDefault(t => t.Name == name || t.Id.ToString() == name)
                ?? throw new RefusalException(AssociationInput.UnknownType(from, to, name));
            var (fromId, toId) = (AssociationInput.Id(input, "from"), AssociationInput.Id(input, "to"));
            Refuse.Unless(from != to || fromId != toId, "A record cannot be associated with itself");
            return (fromId, toId, type);
        }),
    ];

    private IReadOnlyList<JsonElement> Inputs(ApiCall call) => AssociationInput.Inputs(call, Max, world.Switches);
}
