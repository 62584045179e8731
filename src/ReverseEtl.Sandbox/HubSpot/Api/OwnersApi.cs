using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The people who can own records.</summary>
internal sealed class OwnersApi(HubSpotWorld world)
{
    public SandboxResponse Handle(ApiCall call) => (call.Method, call.Rest) switch
    {
        ("GET", []) => List(call),
        ("GET", [var id]) => Get(call, id),
        (_, [] or [_]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private SandboxResponse List(ApiCall call)
    {
        var limit = call.Limit(100, 500);
        var after = call.Request.Query("after") ?? "";
        var email = call.Request.Query("email");
        var found = world.Owners
            .Where(o => o.Archived == call.Flag("archived"))
            .Where(o => email is null || o.Email.Equals(email, StringComparison.OrdinalIgnoreCase))
            .Where(o => string.CompareOrdinal(o.Id, after) > 0)
            .OrderBy(o => o.Id, StringComparer.Ordinal).Take(limit + 1).ToList();
        var body = new JsonObject { ["results"] = new JsonArray([.. found.Take(limit).Select(Show)]) };
        if (found.Count > limit)
        {
            body["paging"] = new JsonObject { ["next"] = new JsonObject { ["after"] = found[limit - 1].Id } };
        }

        return ApiCall.Ok(body);
    }

    private SandboxResponse Get(ApiCall call, string id)
    {
        var byUser = call.Request.Query("idProperty") == "userId";
        var owner = world.Owners.Find(o => o.Archived == call.Flag("archived") && (byUser ? o.UserId.ToString() : o.Id) == id);
        return owner is null ? throw new RefusalException(Failure.NotFound()) : ApiCall.Ok(Show(owner));
    }

    private JsonObject Show(Owner owner) => new()
    {
        ["id"] = owner.Id,
        ["email"] = owner.Email,
        ["type"] = "PERSON",
        ["firstName"] = owner.FirstName,
        ["lastName"] = owner.LastName,
        ["userId"] = owner.UserId,
        ["createdAt"] = Instant.Text(world.CreatedAt),
        ["updatedAt"] = Instant.Text(world.CreatedAt),
        ["archived"] = owner.Archived,
        ["teams"] = new JsonArray(),
    };
}
