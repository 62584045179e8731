using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Searches over what the index knows, which is older than the records themselves.</summary>
internal sealed class SearchApi(HubSpotWorld world)
{
    private readonly RecordView _view = new(world);

    public SandboxResponse Handle(ApiCall call, ObjectModel model)
    {
        if (world.Switches.SearchBodyLimit > 0 && call.Request.Text.Length > world.Switches.SearchBodyLimit)
        {
            throw Refuse.Because($"The request body is longer than {world.Switches.SearchBodyLimit} characters");
        }

        var query = SearchQuery.Parse(call.Body, model, world);
        world.Index.CatchUp(call.At);
        var found = Sort(Find(model, query), model, query);
        var page = found.Skip(query.After).Take(query.Limit);
        var body = new JsonObject
        {
            ["total"] = found.Count,
            ["results"] = new JsonArray([.. page.Select(r => _view.Show(model, r, r.Indexed!, query.Selection))]),
        };
        var next = query.After + query.Limit;
        if (query.Limit > 0 && next < found.Count)
        {
            body["paging"] = new JsonObject { ["next"] = new JsonObject { ["after"] = next.ToString() } };
        }

        return ApiCall.Ok(body);
    }

    private static IEnumerable<CrmRecord> Find(ObjectModel model, SearchQuery query)
    {
        foreach (var record in model.Records.All)
        {
            if (record.IsLive && record.Indexed is { } state && Matches(model, query, record, state))
            {
                yield return record;
            }
        }
    }

    private static bool Matches(ObjectModel model, SearchQuery query, CrmRecord record, RecordState state)
    {
        var passes = query.Groups.Count == 0;
        for (var g = 0; g < query.Groups.Count && !passes; g++)
        {
            passes = true;
            for (var f = 0; f < query.Groups[g].Count && passes; f++)
            {
                passes = query.Groups[g][f](record, state);
            }
        }

        return passes && (query.Words.Count == 0 || HasWords(model, query.Words, record, state));
    }

    /// <summary>Every word of the query begins a word of the record.</summary>
    private static bool HasWords(ObjectModel model, IReadOnlyCollection<string> wanted, CrmRecord record, RecordState state)
    {
        var words = model.Searchable
            .SelectMany(name => SearchFilter.Words(model.Reader(name)(record, state) ?? "")).ToList();
        return wanted.All(w => words.Exists(word => word.StartsWith(w, StringComparison.Ordinal)));
    }

    /// <summary>Records without a value come last. Without a rule the order is that of creation, which is that of ids.</summary>
    private static List<CrmRecord> Sort(IEnumerable<CrmRecord> found, ObjectModel model, SearchQuery query)
    {
        if (query.SortBy is not { } property)
        {
            return [.. found];
        }

        if (SearchFilter.IsOrdered(property))
        {
            var number = SearchFilter.NumberOf(model, property);
            return Sort(found, r => number(r, r.Indexed!), query.Descending);
        }

        var read = model.Reader(property.Name);
        return Sort(found, r => read(r, r.Indexed!)?.ToLowerInvariant(), query.Descending);
    }

    private static List<CrmRecord> Sort<T>(IEnumerable<CrmRecord> found, Func<CrmRecord, T?> key, bool descending)
    {
        var keyed = found.Select(r => (Record: r, Key: key(r))).ToList();
        var withValue = keyed.Where(k => k.Key is not null);
        var sorted = descending ? withValue.OrderByDescending(k => k.Key) : withValue.OrderBy(k => k.Key);
        return [.. sorted.Concat(keyed.Where(k => k.Key is null)).Select(k => k.Record)];
    }
}
