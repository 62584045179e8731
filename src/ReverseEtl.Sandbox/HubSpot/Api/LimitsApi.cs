using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>How much of what the account may hold is used (reference §11). The limits are those of an Enterprise account.</summary>
internal sealed class LimitsApi(HubSpotWorld world)
{
    private const int MaxProperties = 1_000;
    private const int MaxRecords = 15_000_000;
    private const int MaxCustomRecords = 1_500_000;
    private const int MaxCustomObjects = 10;

    public SandboxResponse Handle(ApiCall call) => (call.Method, call.Rest) switch
    {
        ("GET", ["custom-properties"]) => ApiCall.Ok(new JsonObject
        {
            ["byObjectType"] = ByType(world.Models, CustomProperties, MaxProperties),
        }),
        ("GET", ["records"]) => ApiCall.Ok(Records()),
        ("GET", ["custom-object-types"]) => ApiCall.Ok(Used(new JsonObject(), world.Custom.Count(), MaxCustomObjects)),
        ("GET", ["associations", "labels"]) => ApiCall.Ok(new JsonObject { ["results"] = Labels(call) }),
        ("GET", ["associations", "records", "from" or "to"]) => ApiCall.Ok(new JsonObject { ["results"] = new JsonArray() }),
        (_, ["custom-properties" or "records" or "custom-object-types"] or ["associations", ..]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private JsonObject Records()
    {
        var custom = new JsonObject { ["byObjectType"] = ByType(world.Custom, Live, MaxCustomRecords) };
        return new JsonObject
        {
            ["hubspotDefinedObjectTypes"] = ByType(world.Models.Where(m => m.Schema is null), Live, MaxRecords),
            ["customObjectTypes"] = Used(custom, world.Custom.Sum(Live), MaxCustomRecords, "overall"),
        };
    }

    private static int CustomProperties(ObjectModel model) =>
        model.Properties.All.Count(p => p is { HubspotDefined: false, ArchivedAt: null });

    private static int Live(ObjectModel model) => model.Records.All.Count(r => r.IsLive);

    private static JsonArray ByType(IEnumerable<ObjectModel> models, Func<ObjectModel, int> count, int limit) =>
        new([.. models.Select(m => Used(new JsonObject { ["objectTypeId"] = m.Type.Id }, count(m), limit))]);

    /// <summary>Labels of the pair of types that the query names, or of all pairs that have some.</summary>
    private JsonArray Labels(ApiCall call)
    {
        var (from, to) = (Asked("fromObjectTypeId"), Asked("toObjectTypeId"));
        return new(
        [
            .. world.AssociationTypes.Labels
                .Where(t => (from is null || t.From == from) && (to is null || t.To == to))
                .GroupBy(t => (t.From, t.To))
                .Select(pair => Used(
                    new JsonObject { ["fromObjectTypeId"] = pair.Key.From, ["toObjectTypeId"] = pair.Key.To },
                    pair.Count(), AssociationTypes.MaxLabels)),
        ]);

        string? Asked(string name) => call.Request.Query(name) is { } type
            ? world.Model(type)?.Type.Id ?? throw Refuse.Because($"Unable to infer object type from: {type}")
            : null;
    }

    private static JsonObject Used(JsonObject json, int usage, int limit, string prefix = "")
    {
        json[Name("limit")] = limit;
        json[Name("usage")] = usage;
        json[Name("percentage")] = Math.Round(100.0 * usage / limit, 2);
        return json;

        string Name(string word) => prefix.Length == 0 ? word : $"{prefix}{char.ToUpperInvariant(word[0])}{word[1..]}";
    }
}
