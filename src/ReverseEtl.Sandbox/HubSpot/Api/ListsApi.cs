using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Lists of records ("segments") and their members (reference §9).</summary>
internal sealed class ListsApi(HubSpotWorld world)
{
    private const int MaxPage = 250;
    private const int MaxLists = 500;

    /// <summary>Lists that hold more than this cannot be emptied or copied at once.</summary>
    private const int MaxAtOnce = 100_000;

    private static readonly TimeSpan Restorable = TimeSpan.FromDays(90);

    /// <summary>Reads by POST exist here too.</summary>
    public static bool Writes(string method, ApiPath path) =>
        method != "GET" && path.Rest is not (["search"] or ["all"] or ["idmapping"] or ["records", "memberships", "batch", "read"]);

    public SandboxResponse Handle(ApiCall call) => (call.Method, call.Rest) switch
    {
        ("POST", []) => Create(call),
        ("GET", []) => ApiCall.Ok(new JsonObject { ["lists"] = Shown(call.List("listIds").Select(Known).OfType<RecordList>()) }),
        ("POST", ["search"]) => Search(call),
        ("POST", ["all"]) => All(call),
        ("GET", ["idmapping"]) => Mapped(call.Request.Query("legacyListId") ?? throw Refuse.Because("legacyListId is required")),
        ("POST", ["idmapping"]) => Mapped(Ids(call)),
        ("GET", ["records", var type, var id, "memberships"]) => ApiCall.Ok(new JsonObject { ["results"] = Of(type, id) }),
        ("GET", ["object-type-id", var type, "name", var name]) => Shown(ByName(type, name)),
        ("POST", ["records", "memberships", "batch", "read"]) => Memberships(call),
        (_, [] or ["search"] or ["all"] or ["idmapping"]) => ApiCall.MethodNotAllowed(),
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
        (_, [_] or [_, "restore" or "update-list-name" or "memberships"] or [_, "memberships", _]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private SandboxResponse Create(ApiCall call)
    {
        var (name, type) = (Json.Required(call.Body, "name"), Json.Required(call.Body, "objectTypeId"));
        var processing = Json.Required(call.Body, "processingType");
        Refuse.Unless(processing is "MANUAL" or "SNAPSHOT" or "DYNAMIC", $"'{processing}' is not a valid processing type");
        var model = world.Model(type) ?? throw Refuse.Because($"Unable to infer object type from: {type}");
        MustBeFree(name);
        return Shown(world.AddList(name, model.Type.Id, processing, call.At));
    }

    private void MustBeFree(string name) => Refuse.Unless(
        !world.Lists.Values.Any(l => l.DeletedAt is null && l.Name.Equals(name, StringComparison.OrdinalIgnoreCase)),
        $"A list with the name '{name}' already exists.");

    /// <summary>All lists, page by page; the cursor is the id of the next one.</summary>
    private SandboxResponse All(ApiCall call)
    {
        var count = Json.Number(call.Body, "count") ?? MaxLists;
        Refuse.Unless(count is >= 1 and <= MaxLists, $"count must be between 1 and {MaxLists}");
        var after = Json.Text(call.Body, "after") ?? "0";
        Refuse.Unless(long.TryParse(after, out var start), $"Invalid 'after' value: {after}");
        var found = world.Lists.Values
            .Where(l => l.DeletedAt is null && l.Id >= start).OrderBy(l => l.Id).Take(count + 1).ToList();
        var body = new JsonObject { ["lists"] = Shown(found.Take(count)) };
        if (found.Count > count)
        {
            body["paging"] = new JsonObject { ["next"] = new JsonObject { ["after"] = found[count].Id.ToString() } };
        }

        return ApiCall.Ok(body);
    }

    private SandboxResponse Mapped(string legacyId) => ApiCall.Ok(Mapping(
        world.Lists.Values.FirstOrDefault(l => l.LegacyId.ToString() == legacyId) ?? throw NotFound(legacyId)));

    private SandboxResponse Mapped(IReadOnlyList<string> legacyIds)
    {
        var known = world.Lists.Values.Where(l => legacyIds.Contains(l.LegacyId.ToString())).ToList();
        return ApiCall.Ok(new JsonObject
        {
            ["legacyListIdsToIdsMapping"] = new JsonArray([.. known.Select(Mapping)]),
            ["missingLegacyListIds"] = Texts(legacyIds.Except(known.Select(l => l.LegacyId.ToString()))),
        });
    }

    private static JsonObject Mapping(RecordList list) =>
        new() { ["legacyListId"] = list.LegacyId.ToString(), ["listId"] = list.Id.ToString() };

    private SandboxResponse Search(ApiCall call)
    {
        var words = Json.Text(call.Body, "query") ?? "";
        var kinds = Json.Texts(call.Body, "processingTypes");
        var type = Json.Text(call.Body, "objectTypeId");
        var (offset, count) = (Json.Number(call.Body, "offset") ?? 0, Json.Number(call.Body, "count") ?? 20);
        Refuse.Unless(count is >= 1 and <= MaxLists && offset >= 0, $"count must be between 1 and {MaxLists}");
        var found = world.Lists.Values
            .Where(l => l.DeletedAt is null && l.Name.Contains(words, StringComparison.OrdinalIgnoreCase))
            .Where(l => kinds.Count == 0 || kinds.Contains(l.ProcessingType))
            .Where(l => type is null || world.Model(type)?.Type.Id == l.ObjectTypeId).ToList();
        return ApiCall.Ok(new JsonObject
        {
            ["lists"] = Shown(found.Skip(offset).Take(count)),
            ["offset"] = Math.Min((long)offset + count, found.Count),
            ["hasMore"] = (long)offset + count < found.Count,
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

        if (list.DeletedAt is not null)
        {
            MustBeFree(list.Name);
        }

        list.DeletedAt = null;
        return SandboxResponse.Empty(204);
    }

    private SandboxResponse Rename(ApiCall call, RecordList list)
    {
        var name = call.Request.Query("listName") is { Length: > 0 } given ? given : throw Refuse.Because("listName is required");
        if (!name.Equals(list.Name, StringComparison.OrdinalIgnoreCase))
        {
            MustBeFree(name);
        }

        list.Name = name;
        list.UpdatedAt = call.At;
        return ApiCall.Ok(new JsonObject { ["updatedList"] = Show(list) });
    }

    /// <summary>Records that are no more, or in the recycle bin, are not shown.</summary>
    private SandboxResponse Members(ApiCall call, RecordList list)
    {
        var limit = call.Limit(100, MaxPage);
        var after = long.TryParse(call.Request.Query("after") ?? "0", out var start) ? start : throw Refuse.Because("Invalid 'after' value");
        var members = Live(list);
        var found = call.Rest[^1] == "join-order"
            ? members.OrderBy(m => m.Value).ThenBy(m => m.Key).Skip((int)Math.Clamp(after, 0, int.MaxValue)).Take(limit + 1).ToList()
            : members.Where(m => m.Key >= after).Take(limit + 1).ToList();
        var body = new JsonObject
        {
            ["results"] = new JsonArray([.. found.Take(limit).Select(m => new JsonObject
            {
                ["recordId"] = m.Key.ToString(),
                ["membershipTimestamp"] = Instant.Text(m.Value),
            })]),
            ["total"] = members.Count,
        };
        if (found.Count > limit)
        {
            var next = call.Rest[^1] == "join-order" ? after + limit : found[limit].Key;
            body["paging"] = new JsonObject { ["next"] = new JsonObject { ["after"] = next.ToString() } };
        }

        return ApiCall.Ok(body);
    }

    private List<KeyValuePair<long, DateTimeOffset>> Live(RecordList list)
    {
        var records = world.Model(list.ObjectTypeId)!.Records;
        return [.. list.Members.Where(m => records.Exact(m.Key.ToString()) is { IsLive: true })];
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
        bool IsMember(string id) => long.TryParse(id, out var number) && list.Members.ContainsKey(number);
        var missing = add.Concat(remove.Where(id => !IsMember(id))).Where(id => records.Exact(id) is not { IsLive: true }).ToHashSet();
        var added = add.Except(missing).Where(id => list.Members.TryAdd(long.Parse(id), call.At)).ToList();
        var removed = remove.Where(id => IsMember(id) && list.Members.Remove(long.Parse(id))).ToList();
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
        Refuse.Unless(source.ObjectTypeId == list.ObjectTypeId, "Both lists must hold records of one object type");
        foreach (var (id, _) in Live(source))
        {
            list.Members.TryAdd(id, call.At);
        }

        list.UpdatedAt = call.At;
        return SandboxResponse.Empty(204);
    }

    private SandboxResponse Memberships(ApiCall call)
    {
        var answer = new BatchAnswer(world);
        foreach (var input in Json.Objects(call.Body, "inputs"))
        {
            var (type, id) = (Json.Required(input, "objectTypeId"), Json.Required(input, "recordId"));
            answer.Add(new JsonObject { ["recordId"] = id, ["recordListMemberships"] = Of(type, id) });
        }

        return answer.Close(200, call.At);
    }

    /// <summary>The lists that a record is in.</summary>
    private JsonArray Of(string type, string id)
    {
        var model = world.Model(type) ?? throw Refuse.Because($"Unable to infer object type from: {type}");
        var number = model.Records.Exact(id) is { IsLive: true } record ? record.Id : 0;
        return new(
        [
            .. world.Lists.Values
                .Where(l => l.DeletedAt is null && l.ObjectTypeId == model.Type.Id && l.Members.ContainsKey(number))
                .Select(l => new JsonObject
                {
                    ["listId"] = l.Id.ToString(),
                    ["listVersion"] = 1,
                    ["firstAddedTimestamp"] = Instant.Text(l.Members[number]),
                    ["lastAddedTimestamp"] = Instant.Text(l.Members[number]),
                }),
        ]);
    }

    private RecordList? Known(string id) => world.Lists.TryGetValue(id, out var list) && list.DeletedAt is null ? list : null;

    private RecordList Find(string id) => Known(id) ?? throw NotFound(id);

    private RecordList ByName(string type, string name) =>
        world.Lists.Values.FirstOrDefault(l => l.DeletedAt is null && l.ObjectTypeId == world.Model(type)?.Type.Id && l.Name == name)
            ?? throw NotFound(name);

    /// <summary>A list that takes members by hand: those of a dynamic one are chosen by its filters.</summary>
    private RecordList Manual(string id)
    {
        var list = Find(id);
        Refuse.Unless(list.ProcessingType != "DYNAMIC", $"List {id} is dynamic; its members cannot be changed by hand");
        return list;
    }

    /// <summary>The body of an add or remove is a bare array of ids.</summary>
    private static IReadOnlyList<string> Ids(ApiCall call) => Json.ParseTexts(call.Request.Text);

    private SandboxResponse Shown(RecordList list) => ApiCall.Ok(new JsonObject { ["list"] = Show(list) });

    private JsonArray Shown(IEnumerable<RecordList> lists) => new([.. lists.Select(Show)]);

    private JsonObject Show(RecordList list) => new()
    {
        ["listId"] = list.Id.ToString(),
        ["listVersion"] = 1,
        ["name"] = list.Name,
        ["objectTypeId"] = list.ObjectTypeId,
        ["processingType"] = list.ProcessingType,
        ["processingStatus"] = "COMPLETE",
        ["createdAt"] = Instant.Text(list.CreatedAt),
        ["updatedAt"] = Instant.Text(list.UpdatedAt),
        ["size"] = Live(list).Count,
    };

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);

    private static RefusalException NotFound(string list) =>
        new(new Failure(404, "OBJECT_NOT_FOUND", $"List does not exist with ID {list}."));
}
