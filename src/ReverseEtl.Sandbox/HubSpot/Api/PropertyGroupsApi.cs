using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The groups that properties stand in.</summary>
internal static class PropertyGroupsApi
{
    public static SandboxResponse Handle(ApiCall call, ObjectModel model) => (call.Method, call.Rest) switch
    {
        ("GET", [_, _]) => ApiCall.Ok(new JsonObject { ["results"] = new JsonArray([.. model.Properties.Groups.Select(Show)]) }),
        ("POST", [_, _]) => Create(call, model),
        ("GET", [_, _, var name]) => ApiCall.Ok(Show(Find(model, name))),
        ("PATCH", [_, _, var name]) => Update(call, model, name),
        ("DELETE", [_, _, var name]) => Delete(model, name),
        (_, [_, _] or [_, _, _]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private static SandboxResponse Create(ApiCall call, ObjectModel model)
    {
        var group = new PropertyGroup(
            Json.Required(call.Body, "name"), Json.Required(call.Body, "label"), Json.Number(call.Body, "displayOrder") ?? -1);
        if (model.Properties.Groups.Any(g => g.Name == group.Name))
        {
            throw new RefusalException(
                new Failure(409, "OBJECT_ALREADY_EXISTS", $"A property group named '{group.Name}' already exists."));
        }

        model.Properties.Put(group);
        return SandboxResponse.Json(201, Show(group));
    }

    private static SandboxResponse Update(ApiCall call, ObjectModel model, string name)
    {
        var group = Find(model, name);
        var changed = group with
        {
            Label = Json.Text(call.Body, "label") ?? group.Label,
            DisplayOrder = Json.Number(call.Body, "displayOrder") ?? group.DisplayOrder,
        };
        model.Properties.Put(changed);
        return ApiCall.Ok(Show(changed));
    }

    private static SandboxResponse Delete(ObjectModel model, string name)
    {
        var group = Find(model, name);
        if (model.Properties.All.Any(p => p.GroupName == name && p.ArchivedAt is null))
        {
            throw Refuse.Because($"The property group {name} still has properties");
        }

        model.Properties.RemoveGroup(group.Name);
        return SandboxResponse.Empty(204);
    }

    private static PropertyGroup Find(ObjectModel model, string name) =>
        model.Properties.Groups.FirstOrDefault(g => g.Name == name) ?? throw new RefusalException(Failure.NotFound());

    private static JsonObject Show(PropertyGroup group) => new()
    {
        ["name"] = group.Name,
        ["label"] = group.Label,
        ["displayOrder"] = group.DisplayOrder,
        ["archived"] = false,
    };
}
