namespace ReverseEtl.Core.Tests.Protocol;

/// <summary>What an exploration found.</summary>
/// <param name="States">Situations seen; all there are.</param>
/// <param name="Rests">Those in which nobody will do anything any more.</param>
/// <param name="Broken">The laws that are broken, each with the shortest way there.</param>
internal sealed record Exploration(int States, int Rests, IReadOnlyDictionary<string, string> Broken);

/// <summary>Visits every situation that a protocol can get into, nearest first, and checks the laws in each.</summary>
internal static class Explorer
{
    public static Exploration Explore(Variant variant)
    {
        var protocol = new Protocol(variant);
        var laws = new Laws(protocol, variant);
        var start = protocol.Start();
        var from = new Dictionary<Situation, Situation?> { [start] = null };
        var broken = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var rests = 0;
        var open = new Queue<Situation>([start]);
        while (open.TryDequeue(out var situation))
        {
            var steps = protocol.Steps(situation).ToList();
            rests += protocol.IsAtRest(situation) ? 1 : 0;
            foreach (var law in laws.Broken(situation, isStuck: steps.Count == 0))
            {
                if (!broken.ContainsKey(law))
                {
                    broken[law] = Way(protocol, from, situation);
                }
            }

            foreach (var (_, next) in steps)
            {
                if (from.TryAdd(next, situation))
                {
                    open.Enqueue(next);
                }
            }
        }

        return new(from.Count, rests, broken);
    }

    private static string Way(Protocol protocol, Dictionary<Situation, Situation?> from, Situation to)
    {
        var steps = new Stack<string>();
        for (var at = to; from[at] is { } before; at = before)
        {
            steps.Push(protocol.Steps(before).First(step => step.Next == at).What);
        }

        return string.Join(" > ", steps);
    }
}
