namespace ReverseEtl.Simulation.Network;

/// <summary>What becomes of a request.</summary>
public enum Fate
{
    /// <summary>It arrives, and the answer comes back.</summary>
    Answered,

    /// <summary>It never arrives; the connection breaks.</summary>
    LostBefore,

    /// <summary>It arrives; the connection breaks before the answer.</summary>
    LostAfter,

    /// <summary>It arrives; the answer comes after the client has given up.</summary>
    AnsweredLate,

    /// <summary>It arrives long after the client has given up: a zombie.</summary>
    Late,

    /// <summary>It arrives twice, the second time late; one answer comes back.</summary>
    Twice,

    /// <summary>The answer's body is cut short.</summary>
    Truncated,

    /// <summary>It is carried out, and a proxy answers 502.</summary>
    BadGateway,
}

/// <summary>How often requests go wrong. The seed turns on a few kinds only, so that they are not drowned by the others.</summary>
public sealed record NetworkFaults
{
    /// <summary>Nothing goes wrong.</summary>
    public static NetworkFaults None { get; } = new();

    /// <summary>How likely each fate is; what is left is the ordinary one.</summary>
    public IReadOnlyList<(Fate Fate, double Chance)> Chances { get; init; } = [];

    /// <summary>Longest way to the CRM, in milliseconds. Requests that are under way together arrive in any order.</summary>
    public int MostLatency { get; init; } = 300;

    /// <summary>Draws the fate of a request. Writes are few, so they fare worse.</summary>
    public Fate Draw(Random random, bool writes)
    {
        var drawn = random.NextDouble() / (writes ? 4 : 1);
        foreach (var (fate, chance) in Chances)
        {
            drawn -= chance;
            if (drawn < 0)
            {
                return fate;
            }
        }

        return Fate.Answered;
    }

    /// <summary>A random few of all kinds, each with a random rate.</summary>
    public static NetworkFaults Swarm(Random random)
    {
        var kinds = Enum.GetValues<Fate>().Where(f => f is not Fate.Answered && random.Next(3) == 0);
        return new NetworkFaults
        {
            Chances = [.. kinds.Select(fate => (fate, 0.005 + (random.NextDouble() * 0.06)))],
            MostLatency = random.Next(4) == 0 ? 20_000 : 300,
        };
    }
}
