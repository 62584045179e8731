namespace ReverseEtl.Simulation.Daemons;

/// <summary>How often calls to the databases go wrong.</summary>
public sealed record GateFaults
{
    /// <summary>Nothing goes wrong.</summary>
    public static GateFaults None { get; } = new();

    /// <summary>How likely a call fails before it did anything.</summary>
    public double Refused { get; init; }

    /// <summary>How likely its answer is lost after it did everything.</summary>
    public double AnswerLost { get; init; }

    /// <summary>How likely it takes minutes: longer than a lease, longer than a send deadline.</summary>
    public double Stall { get; init; }

    /// <summary>How likely somebody else's transaction commits just before ours writes rows.</summary>
    public double Contended { get; init; }

    /// <summary>A random few, each with a random rate.</summary>
    public static GateFaults Swarm(Random random) => new()
    {
        Refused = Rate(random),
        AnswerLost = Rate(random),
        Stall = Rate(random) / 4,
    };

    private static double Rate(Random random) => random.Next(3) == 0 ? random.NextDouble() * 0.004 : 0;
}
