using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Associations as the API shows them. Those to archived records are not shown.</summary>
internal sealed class AssociationView(HubSpotWorld world)
{
    /// <summary>The live records that a record is linked to, from one id on, that one included.</summary>
    public IEnumerable<(long Id, IReadOnlyCollection<int> Types)> Live(ObjectModel from, long id, ObjectModel to, long start) =>
        world.Associations.Of(from.Type.Id, id, to.Type.Id)
            .Where(e => e.Id >= start && to.Records.Exact(e.Id.ToString()) is { IsLive: true });

    /// <summary>One page: <c>results</c> under the given name, and <c>paging</c> when there is more.</summary>
    public JsonObject Page(ObjectModel from, long id, ObjectModel to, long start, int limit, string results) =>
        Page(from, id, to, start, limit, results, end => [Show(end)]);

    /// <summary>One page as version 3 shows it: an entry for each type of each link, by name.</summary>
    public JsonObject OldPage(ObjectModel from, long id, ObjectModel to, long start, int limit, string results) =>
        Page(from, id, to, start, limit, results, Named);

    private JsonObject Page(
        ObjectModel from, long id, ObjectModel to, long start, int limit, string results,
        Func<(long Id, IReadOnlyCollection<int> Types), IEnumerable<JsonNode>> show)
    {
        var found = Live(from, id, to, start).Take(limit + 1).ToList();
        var page = new JsonObject { [results] = new JsonArray([.. found.Take(limit).SelectMany(show)]) };
        if (found.Count > limit)
        {
            page["paging"] = new JsonObject { ["next"] = new JsonObject { ["after"] = found[limit].Id.ToString() } };
        }

        return page;
    }

    /// <summary>The <c>associations</c> of a record's own answer; null when there are none.</summary>
    public JsonObject? OfRecord(ObjectModel from, CrmRecord record, IReadOnlyList<string> types)
    {
        var all = new JsonObject();
        foreach (var name in types)
        {
            var to = world.Model(name) ?? throw Refuse.Because($"Unable to infer object type from: {name}");
            var found = Live(from, record.Id, to, 0).SelectMany(Named).ToArray();
            if (found.Length > 0)
            {
                all[to.Type.Plural] = new JsonObject { ["results"] = new JsonArray(found) };
            }
        }

        return all.Count > 0 ? all : null;
    }

    /// <summary>An id as associations show it: mostly a number.</summary>
    public JsonNode Id(long id) => world.Switches.ToObjectIdAsNumber ? JsonValue.Create(id) : JsonValue.Create(id.ToString());

    private IEnumerable<JsonNode> Named((long Id, IReadOnlyCollection<int> Types) end) => end.Types.Select(t => (JsonNode)new JsonObject
    {
        ["id"] = end.Id.ToString(),
        ["type"] = world.AssociationTypes.Get(t).Name,
    });

    private JsonObject Show((long Id, IReadOnlyCollection<int> Types) end) => new()
    {
        ["toObjectId"] = Id(end.Id),
        ["associationTypes"] = new JsonArray([.. end.Types.Select(t => Type(world.AssociationTypes.Get(t)))]),
    };

    /// <summary>A type as reads and label lists show it.</summary>
    public static JsonNode Type(AssociationType type) => new JsonObject
    {
        ["category"] = type.Category,
        ["typeId"] = type.Id,
        ["label"] = type.Label,
    };

    /// <summary>The answer to a link by labels.</summary>
    public JsonObject Labelled(End from, End to, IEnumerable<AssociationType> types) => new()
    {
        ["fromObjectTypeId"] = from.Type,
        ["fromObjectId"] = Id(from.Record.Id),
        ["toObjectTypeId"] = to.Type,
        ["toObjectId"] = Id(to.Record.Id),
        ["labels"] = new JsonArray([.. types.Select(t => t.Label).OfType<string>().Select(l => JsonValue.Create(l))]),
    };

    /// <summary>The answer to a plain link: both directions of it.</summary>
    public IEnumerable<JsonObject> Default(End from, End to)
    {
        yield return One(from, to);
        yield return One(to, from);

        JsonObject One(End a, End b)
        {
            var type = world.AssociationTypes.Plain(a.Type, b.Type)!;
            return new JsonObject
            {
                ["from"] = new JsonObject { ["id"] = a.Record.IdText },
                ["to"] = new JsonObject { ["id"] = b.Record.IdText },
                ["associationSpec"] = new JsonObject { ["associationCategory"] = type.Category, ["associationTypeId"] = type.Id },
            };
        }
    }
}
