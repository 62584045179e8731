using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>What to do with a field.</summary>
public enum FieldStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Nothing may be concluded, because a side could not be seen.</summary>
    Skip,

    /// <summary>A value cannot be translated yet: the record it refers to is not linked.</summary>
    Wait,

    /// <summary>The other side must be read before this can be decided.</summary>
    Read,

    /// <summary>Both values stand and are the new base; nothing is written.</summary>
    Adopt,

    /// <summary>Write <see cref="FieldDecision.Value"/> to the CRM.</summary>
    Push,

    /// <summary>Write <see cref="FieldDecision.Value"/> to the warehouse.</summary>
    Pull,

    /// <summary>Write <see cref="FieldDecision.Value"/> to both sides.</summary>
    WriteBoth,

    /// <summary>Ask a person. The field is frozen meanwhile, except for flagged drift.</summary>
    Ask,

    /// <summary>The value is in the landing table and has not come back through the model yet.</summary>
    AwaitEcho,
}

/// <summary>The decision for one field, and why.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Rule">Why, in the words of the mapping file where there are any.</param>
public readonly record struct FieldDecision(FieldStep Step, string Rule)
{
    /// <summary>The value to write, as the written side holds it; for <see cref="FieldStep.WriteBoth"/> as the CRM holds it.</summary>
    public FieldValue Value { get; init; }

    /// <summary>Whether the value that is replaced is one that the base does not name, so that it must be recorded.</summary>
    public bool Loses { get; init; }

    /// <summary>For <see cref="FieldStep.Read"/>: the side to read.</summary>
    public Side Side { get; init; }

    /// <summary>For <see cref="FieldStep.Ask"/>: the question.</summary>
    public ConflictKind Question { get; init; }

    /// <summary>For <see cref="FieldStep.Adopt"/>: why the two correspond.</summary>
    public BaseOrigin Origin { get; init; }

    /// <summary>How an open question on this field ends with this decision; null when it stays open or there is none.</summary>
    public string? Closes { get; init; }

    internal static FieldDecision None { get; } = new(FieldStep.None, "unchanged");

    internal static FieldDecision Skip { get; } = new(FieldStep.Skip, "not readable");

    internal static FieldDecision Parked { get; } = new(FieldStep.None, "parked: a side cannot follow the line now");

    internal static FieldDecision CreateOnly { get; } = new(FieldStep.None, "mode: create_only");

    internal static FieldDecision Frozen { get; } = new(FieldStep.None, "frozen: conflict open");

    internal static FieldDecision Wait { get; } = new(FieldStep.Wait, "waiting for the referenced record");

    internal static FieldDecision AwaitEcho { get; } = new(FieldStep.AwaitEcho, "landed, waiting for the model");

    internal static FieldDecision Read(Side side) => new(FieldStep.Read, "the other side must be seen") { Side = side };

    internal static FieldDecision Adopt(BaseOrigin origin, string rule) => new(FieldStep.Adopt, rule) { Origin = origin };

    internal static FieldDecision Ask(ConflictKind question, string rule) => new(FieldStep.Ask, rule) { Question = question };
}
