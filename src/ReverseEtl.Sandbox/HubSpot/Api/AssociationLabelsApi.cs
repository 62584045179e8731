using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The labels that associations between two object types can have.</summary>
internal sealed class AssociationLabelsApi(HubSpotWorld world)
{
    /// <summary>Answers <c>{from}/{to}/labels/…</c>.</summary>
    public SandboxResponse Handle(ApiCall call, ObjectModel from, ObjectModel to) => (call.Method, call.Rest) switch
    {
        ("GET", [_, _, _]) => Show(world.AssociationTypes.Between(from.Type.Id, to.Type.Id)),
        ("POST", [_, _, _]) => Add(call, from, to),
        ("PUT", [_, _, _]) => Rename(call, from, to),
        ("DELETE", [_, _, _, var id]) => Remove(from, to, id),
        (_, [_, _, _] or [_, _, _, _]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private static SandboxResponse Show(IEnumerable<AssociationType> types) =>
        ApiCall.Ok(new JsonObject { ["results"] = new JsonArray([.. types.Select(AssociationView.Type)]) });

    private SandboxResponse Add(ApiCall call, ObjectModel from, ObjectModel to)
    {
        var (name, label) = (Json.Required(call.Body, "name"), Json.Required(call.Body, "label"));
        var known = world.AssociationTypes.Between(from.Type.Id, to.Type.Id).ToList();
        Refuse.Unless(known.Count > 0, $"{from.Type.Singular} and {to.Type.Singular} cannot be associated");
        Refuse.Unless(known.TrueForAll(t => t.Name != name && t.Label != label), $"A label '{label}' exists already");
        Refuse.Unless(
            known.Count(t => t is { Role: AssociationRole.Label, Category: AssociationType.UserDefined }) < AssociationTypes.MaxLabels,
            $"At most {AssociationTypes.MaxLabels} labels are possible between two object types");
        return Show(world.AssociationTypes.Add(
            from.Type.Id, to.Type.Id, (name, label), ($"{name}_inverse", Json.Text(call.Body, "inverseLabel") ?? label), AssociationRole.Label));
    }

    private SandboxResponse Rename(ApiCall call, ObjectModel from, ObjectModel to)
    {
        var type = Own(from, to, Json.Required(call.Body, "associationTypeId"));
        world.AssociationTypes.Rename(type, Json.Required(call.Body, "label"), Json.Text(call.Body, "inverseLabel"));
        return SandboxResponse.Empty(204);
    }

    private SandboxResponse Remove(ObjectModel from, ObjectModel to, string id)
    {
        var type = Own(from, to, id);
        var isUsed = from.Records.All.Any(r => world.Associations.Of(from.Type.Id, r.Id, to.Type.Id).Any(e => e.Types.Contains(type.Id)));
        Refuse.Unless(!isUsed, $"The label '{type.Label}' is in use");
        world.AssociationTypes.Remove(type);
        return SandboxResponse.Empty(204);
    }

    /// <summary>A label that somebody made; HubSpot's own cannot be changed.</summary>
    private AssociationType Own(ObjectModel from, ObjectModel to, string id)
    {
        var type = world.AssociationTypes.Between(from.Type.Id, to.Type.Id).FirstOrDefault(t => t.Id.ToString() == id)
            ?? throw new RefusalException(Failure.NotFound());
        Refuse.Unless(
            type is { Category: AssociationType.UserDefined, Role: AssociationRole.Label }, $"Association type {id} cannot be changed");
        return type;
    }
}
