namespace ReverseEtl.Simulation.Checking;

/// <summary>An invariant that did not hold.</summary>
/// <param name="Invariant">Its number in the list of invariants, e.g. <c>I2</c>.</param>
/// <param name="What">What was seen, in words.</param>
/// <param name="Mapping">Of which mapping.</param>
/// <param name="Records">Keys and ids that it is about; their events tell the story.</param>
public sealed record Violation(string Invariant, string What, string Mapping, IReadOnlyList<string> Records)
{
    /// <summary>When it happened; null for what was found at the end.</summary>
    public DateTimeOffset? At { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Invariant}: {What} ({Mapping} {string.Join('/', Records)})";
}
