using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Lists of records ("segments") and their members (reference §9).</summary>
internal sealed class ListsApi(HubSpotWorld world)
{
    private const int MaxPage = 250;

    /// <summary>Lists that hold more than this cannot be emptied or copied at once.</summary>
    private const int MaxAtOnce = 100_000;

    private static readonly TimeSpan Restorable = TimeSpan.FromDays(90);

    /// <summary>Reads by POST exist here too.</summary>
    public static bool Writes(string method, ApiPath path) =>
        method != "GET" && path.Rest is not (["search"] or ["records", "memberships", "batch", "read"]);

    public SandboxResponse Handle(ApiCall call) => (call.Method, call.Rest) switch
    {
        ("POST", []) => Create(call),
        ("POST", ["search"]) => Search(call),
        ("GET", ["object-type-id", var type, "name", var name]) => Shown(ByName(type, name)),
        ("POST", ["records", "memberships", "batch", "read"]) => Memberships(call),
        ("GET", [var id]) => Shown(Find(id)),
        ("DELETE", [var id]) => Delete(call, Find(id)),
        ("PUT", [var id, "restore"]) => Restore(call, id),
        ("PUT", [var id, "update-list-name"]) => Rename(call, Find(id)),
        ("GET", [var id, "memberships"]) => Members(call, Find(id)),
        ("GET", [var id, "memberships", "join-order"]) => Members(call, Find(id)),
        ("DELETE", [var id, "memberships"]) => Clear(call, Manual(id)),
        ("PUT", [var id, "memberships", "add"]) => Change(call, Manual(id), Ids(call), []),
        ("PUT", [var id, "memberships", "remove"]) => Change(call, Manual(id), [], Ids(call)),
        ("PUT", [var id, "memberships", "add-and-remove"]) => Change(
            call, Manual(id), Json.Texts(call.Body, "recordIdsToAdd"), Json.Texts(call.Body, "recordIdsToRemove")),
        ("PUT", [var id, "memberships", "add-from", var source]) => AddFrom(call, Manual(id), Find(source)),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private SandboxResponse Create(ApiCall call)
    {
        var (name, type) = (Json.Required(call.Body, "name"), Json.Required(call.Body, "objectTypeId"));
        var processing = Json.Required(call.Body, "processingType");
        Refuse.Unless(processing is "MANUAL" or "SNAPSHOT" or "DYNAMIC", $"'{processing}' is not a valid processing type");
        Refuse.Unless(world.Model(type) is not null, $"Unable to infer object type from: {type}");
        Refuse.Unless(
            !world.Lists.Values.Any(l => l.DeletedAt is null && l.Name.Equals(name, StringComparison.OrdinalIgnoreCase)),
            $"A list with the name '{name}' already exists.");
        return Shown(world.AddList(name, type, processing, call.At));
    }

    private SandboxResponse Search(ApiCall call)
    {
        var words = Json.Text(call.Body, "query") ?? "";
        var kinds = Json.Texts(call.Body, "processingTypes");
        var type = Json.Text(call.Body, "objectTypeId");
        var (offset, count) = (Json.Number(call.Body, "offset") ?? 0, Json.Number(call.Body, "count") ?? 20);
        Refuse.Unless(count is >= 1 and <= 500 && offset >= 0, "count must be between 1 and 500");
        var found = world.Lists.Values
            .Where(l => l.DeletedAt is null && l.Name.Contains(words, StringComparison.OrdinalIgnoreCase))
            .Where(l => (kinds.Count == 0 || kinds.Contains(l.ProcessingType)) && (type is null || type == l.ObjectTypeId)).ToList();
        return ApiCall.Ok(new JsonObject
        {
            ["lists"] = new JsonArray([.. found.Skip(offset).Take(count).Select(Show)]),
            ["offset"] = Math.Min(offset + count, found.Count),
            ["hasMore"] = offset + count < found.Count,
            ["total"] = found.Count,
        });
    }

    private static SandboxResponse Delete(ApiCall call, RecordList list)
    {
        list.DeletedAt = call.At;
        return SandboxResponse.Empty(204);
    }

    private SandboxResponse Restore(ApiCall call, string id)
    {
        if (!world.Lists.TryGetValue(id, out var list) || (list.DeletedAt is { } at && call.At - at >= Restorable))
        {
            throw NotFound(id);
        }

        list.DeletedAt = null;
        return SandboxResponse.Empty(204);
    }

    private static SandboxResponse Rename(ApiCall call, RecordList list)
    {
        list.Name = call.Request.Query("listName") ?? throw Refuse.Because("listName is required");
        list.UpdatedAt = call.At;
        return ApiCall.Ok(new JsonObject { ["updatedList"] = Show(list) });
    }

    private static SandboxResponse Members(ApiCall call, RecordList list)
    {
        var limit = call.Limit(100, MaxPage);
        var after = long.TryParse(call.Request.Query("after") ?? "0", out var start) ? start : throw Refuse.Because("Invalid 'after' value");
        var found = call.Rest[^1] == "join-order"
            ? list.Members.OrderBy(m => m.Value).ThenBy(m => m.Key).Skip((int)after).Take(limit + 1).ToList()
            : list.Members.Where(m => m.Key >= after).Take(limit + 1).ToList();
        var body = new JsonObject
        {
            ["results"] = new JsonArray([.. found.Take(limit).Select(m => new JsonObject
            {
                ["recordId"] = m.Key.ToString(),
                ["membershipTimestamp"] = Instant.Text(m.Value),
            })]),
            ["total"] = list.Members.Count,
        };
        if (found.Count > limit)
        {
            var next = call.Rest[^1] == "join-order" ? after + limit : found[limit].Key;
            body["paging"] = new JsonObject { ["next"] = new JsonObject { ["after"] = next.ToString() } };
        }

        return ApiCall.Ok(body);
    }

    private static SandboxResponse Clear(ApiCall call, RecordList list)
    {
        Refuse.Unless(list.Members.Count < MaxAtOnce, $"The list has {MaxAtOnce} members or more");
        list.Members.Clear();
        list.UpdatedAt = call.At;
        return SandboxResponse.Empty(204);
    }

    /// <summary>Ids that are members already, or not members, are passed over; those of no record are reported.</summary>
    private SandboxResponse Change(ApiCall call, RecordList list, IReadOnlyList<string> add, IReadOnlyList<string> remove)
    {
        var most = world.Switches.ListMembershipCap;
        Refuse.Unless(most == 0 || add.Count + remove.Count <= most, $"At most {most} record ids can be given");
        var records = world.Model(list.ObjectTypeId)!.Records;
        var missing = add.Concat(remove).Where(id => records.Exact(id) is not { IsLive: true }).ToHashSet();
        var added = add.Except(missing).Where(id => list.Members.TryAdd(long.Parse(id), call.At)).ToList();
        var removed = remove.Where(id => long.TryParse(id, out var number) && list.Members.Remove(number)).ToList();
        list.UpdatedAt = call.At;
        return ApiCall.Ok(new JsonObject
        {
            ["recordsIdsAdded"] = Texts(added),
            ["recordIdsRemoved"] = Texts(removed),
            ["recordIdsMissing"] = Texts(missing),
        });
    }

    private SandboxResponse AddFrom(ApiCall call, RecordList list, RecordList source)
    {
        Refuse.Unless(source.Members.Count < MaxAtOnce, $"The list has {MaxAtOnce} members or more");
        Change(call, list, [.. source.Members.Keys.Select(k => k.ToString())], []);
        return SandboxResponse.Empty(204);
    }

    private SandboxResponse Memberships(ApiCall call)
    {
        var answer = new BatchAnswer(world);
        foreach (var input in Json.Objects(call.Body, "inputs"))
        {
            var (type, id) = (Json.Required(input, "objectTypeId"), Json.Required(input, "recordId"));
            var lists = world.Lists.Values
                .Where(l => l.DeletedAt is null && l.ObjectTypeId == type && long.TryParse(id, out var number) && l.Members.ContainsKey(number));
            answer.Add(new JsonObject
            {
                ["recordId"] = id,
                ["recordListMemberships"] = new JsonArray([.. lists.Select(l => new JsonObject
                {
                    ["listId"] = l.Id.ToString(),
                    ["lastAddedTimestamp"] = Instant.Text(l.Members[long.Parse(id)]),
                })]),
            });
        }

        return answer.Close(200, call.At);
    }

    private RecordList Find(string id) =>
        world.Lists.TryGetValue(id, out var list) && list.DeletedAt is null ? list : throw NotFound(id);

    private RecordList ByName(string type, string name) =>
        world.Lists.Values.FirstOrDefault(l => l.DeletedAt is null && l.ObjectTypeId == type && l.Name == name) ?? throw NotFound(name);

    /// <summary>A list that takes members by hand: those of a dynamic one are chosen by its filters.</summary>
    private RecordList Manual(string id)
    {
        var list = Find(id);
        Refuse.Unless(list.ProcessingType != "DYNAMIC", $"List {id} is dynamic; its members cannot be changed by hand");
        return list;
    }

    /// <summary>The body of an add or remove is a bare array of ids.</summary>
    private static IReadOnlyList<string> Ids(ApiCall call) => Json.ParseTexts(call.Request.Text);

    private static SandboxResponse Shown(RecordList list) => ApiCall.Ok(new JsonObject { ["list"] = Show(list) });

    private static JsonObject Show(RecordList list) => new()
    {
        ["listId"] = list.Id.ToString(),
        ["listVersion"] = 1,
        ["name"] = list.Name,
        ["objectTypeId"] = list.ObjectTypeId,
        ["processingType"] = list.ProcessingType,
        ["processingStatus"] = "COMPLETE",
        ["createdAt"] = Instant.Text(list.CreatedAt),
        ["updatedAt"] = Instant.Text(list.UpdatedAt),
        ["size"] = list.Members.Count,
    };

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);

    private static RefusalException NotFound(string list) =>
        new(new Failure(404, "OBJECT_NOT_FOUND", $"List does not exist with ID {list}."));
}
