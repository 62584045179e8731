using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Checking;

/// <summary>The order in which mappings run: those that others refer to come first.</summary>
/// <remarks>A reference to the own mapping and one to an unknown mapping do not count.</remarks>
public static class MappingOrder
{
    /// <summary>Parents first, otherwise by name. Members of a circle, and what hangs on one, come last, by name.</summary>
    public static IReadOnlyList<Mapping> ParentsFirst(IReadOnlyList<Mapping> mappings)
    {
        var waiting = mappings.OrderBy(mapping => mapping.Name, StringComparer.Ordinal).ToList();
        var order = new List<Mapping>(waiting.Count);
        while (waiting.Find(mapping => !ParentsOf(mapping).Any(parent => waiting.Exists(other => other.Name == parent))) is { } next)
        {
            order.Add(next);
            waiting.Remove(next);
        }

        return [.. order, .. waiting];
    }

    /// <summary>The other mappings that a mapping refers to, by name.</summary>
    public static IReadOnlyList<string> ParentsOf(Mapping mapping) =>
        [.. mapping.Fields.Select(field => field.References).OfType<string>().Where(name => name != mapping.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>The circles of references, one for each group of mappings that refer to each other; each starts at its first name.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> FindCircles(IReadOnlyList<Mapping> mappings)
    {
        var parents = mappings.DistinctBy(mapping => mapping.Name).ToDictionary(mapping => mapping.Name, NeededBy, StringComparer.Ordinal);
        var circles = new List<IReadOnlyList<string>>();
        var covered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in parents.Keys.Order(StringComparer.Ordinal))
        {
            if (!covered.Contains(name) && FindWayBack(name, parents) is { } circle)
            {
                circles.Add(circle);
                covered.UnionWith(circle);
            }
        }

        return circles;
    }

    // A record can be made without its links, so associations may go in a circle.
    private static IReadOnlyList<string> NeededBy(Mapping mapping) =>
        ParentsOf(mapping with { Fields = [.. mapping.Fields.Where(field => field.Association is null)] });

    // Breadth first, so that the circle shown is the shortest through the mapping.
    private static List<string>? FindWayBack(string start, Dictionary<string, IReadOnlyList<string>> parents)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var name))
        {
            foreach (var parent in parents[name].Where(parents.ContainsKey))
            {
                if (parent == start)
                {
                    return Walk(start, name, cameFrom);
                }

                if (cameFrom.TryAdd(parent, name))
                {
                    queue.Enqueue(parent);
                }
            }
        }

        return null;
    }

    private static List<string> Walk(string start, string last, Dictionary<string, string> cameFrom)
    {
        var way = new List<string> { last };
        while (way[^1] != start)
        {
            way.Add(cameFrom[way[^1]]);
        }

        way.Reverse();
        return way;
    }
}
