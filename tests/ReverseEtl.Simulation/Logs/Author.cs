namespace ReverseEtl.Simulation.Logs;

/// <summary>Who is behind an effect.</summary>
public enum AuthorKind
{
    /// <summary>A person at a screen or in a database client.</summary>
    User,

    /// <summary>Automation of the CRM or a job in the warehouse: not a person, and not the engine.</summary>
    Workflow,

    /// <summary>The engine, by a request or a statement of one of its processes.</summary>
    Engine,
}

/// <summary>Who is behind an effect.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Name">A user's or workflow's name, or the process.</param>
public readonly record struct Author(AuthorKind Kind, string Name)
{
    /// <summary>For the engine: the exchange on the wire, or the journalled intent in the warehouse.</summary>
    public long Exchange { get; init; }

    /// <summary>Whether it is the engine.</summary>
    public bool IsEngine => Kind is AuthorKind.Engine;

    /// <inheritdoc />
    public override string ToString() => Exchange == 0 ? Name : $"{Name}#{Exchange}";
}
