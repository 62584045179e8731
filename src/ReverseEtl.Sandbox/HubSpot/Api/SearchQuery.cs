using System.Text.Json;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A search taken apart and checked against HubSpot's limits.</summary>
internal sealed record SearchQuery(
    IReadOnlyList<IReadOnlyList<RecordTest>> Groups,
    IReadOnlyCollection<string> Words,
    PropertyDefinition? SortBy,
    bool Descending,
    int Limit,
    int After,
    PropertySelection Selection)
{
    public const int MaxGroups = 5;
    public const int MaxFiltersPerGroup = 6;
    public const int MaxFilters = 18;
    public const int MaxLimit = 200;

    /// <summary>No page reaches beyond this many results.</summary>
    public const int MaxResults = 10_000;

    /// <summary>Throws <see cref="RefusalException"/> for what HubSpot refuses.</summary>
    public static SearchQuery Parse(JsonElement body, ObjectModel model, HubSpotWorld world)
    {
        var (sortBy, descending) = Sort(body, model);
        var limit = Json.Number(body, "limit") ?? 10;
        var after = (Json.Text(body, "after") is "" ? null : Json.Number(body, "after")) ?? 0;
        Refuse.Unless(limit is >= 0 and <= MaxLimit, $"limit must be between 0 and {MaxLimit}");
        Refuse.Unless(after >= 0 && after + limit <= MaxResults, $"Paging is limited to {MaxResults} results in total");
        return new SearchQuery(
            Filters(body, new SearchFilter(model, world)),
            SearchFilter.Words(Json.Text(body, "query") ?? ""),
            sortBy,
            descending,
            limit,
            after,
            PropertySelection.Requested(model, Json.Texts(body, "properties"), []));
    }

    private static List<IReadOnlyList<RecordTest>> Filters(JsonElement body, SearchFilter compiler)
    {
        var groups = Json.Objects(body, "filterGroups").Select(g => Json.Objects(g, "filters")).ToList();
        if (Json.Objects(body, "filters") is { Count: > 0 } alone)
        {
            groups.Add(alone);
        }

        Refuse.Unless(groups.Count <= MaxGroups, $"A maximum of {MaxGroups} filter groups is supported, {groups.Count} were sent");
        Refuse.Unless(
            groups.TrueForAll(g => g.Count <= MaxFiltersPerGroup), $"A maximum of {MaxFiltersPerGroup} filters in a group is supported");
        Refuse.Unless(groups.Sum(g => g.Count) <= MaxFilters, $"A maximum of {MaxFilters} filters is supported");
        return [.. groups.Where(g => g.Count > 0).Select(g => g.Select(compiler.Compile).ToList())];
    }

    /// <summary>One rule at most, as an object, or as text with a minus for descending.</summary>
    private static (PropertyDefinition? By, bool Descending) Sort(JsonElement body, ObjectModel model)
    {
        if (Json.Member(body, "sorts") is not { } sorts)
        {
            return (null, false);
        }

        Refuse.Unless(sorts.ValueKind == JsonValueKind.Array, "Invalid input JSON: 'sorts' must be a list");
        if (sorts.GetArrayLength() == 0)
        {
            return (null, false);
        }

        Refuse.Unless(sorts.GetArrayLength() == 1, "Only one sort rule is supported");
        var rule = sorts[0];
        Refuse.Unless(
            rule.ValueKind is JsonValueKind.Object or JsonValueKind.String,
            "Invalid input JSON: 'sorts' must hold objects or strings");
        var (name, descending) = rule.ValueKind == JsonValueKind.Object
            ? (Json.Required(rule, "propertyName"), IsDescending(Json.Text(rule, "direction")))
            : (rule.GetString()!.TrimStart('-'), rule.GetString()!.StartsWith('-'));
        var property = model.Properties.Find(name);
        Refuse.Unless(property is not null, $"There was a problem with the request. Property \"{name}\" does not exist");
        return (property, descending);
    }

    private static bool IsDescending(string? direction) => direction switch
    {
        null or "ASCENDING" => false,
        "DESCENDING" => true,
        _ => throw Refuse.Because($"{direction} is not a valid sort direction"),
    };
}
