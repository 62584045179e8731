namespace ReverseEtl.Daemon.MappingFiles.Format;

/// <summary>What may stand at one place of a mapping file. The reader and the JSON Schema are both made from this.</summary>
/// <param name="Description">For people: hover text in editors.</param>
public abstract record Shape(string Description)
{
    /// <summary>What counts when the key is left out; null when nothing does.</summary>
    public string? Default { get; init; }
}

/// <summary>Text that is not blank.</summary>
public sealed record TextShape(string Description) : Shape(Description)
{
    /// <summary>Regular expressions of which one must hold; none for any text.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary>What the patterns ask for, to end the sentence "must be …".</summary>
    public string Expected { get; init; } = "text";

    /// <summary>What a pattern cannot tell: null when the text is good, else what is wrong. Only asked when a pattern holds.</summary>
    public Func<string, string?>? Examine { get; init; }
}

/// <summary>One word of a list.</summary>
public sealed record WordShape(string Description, IReadOnlyList<string> Words) : Shape(Description);

/// <summary>One word, or a group of keys that say the same one by one.</summary>
public sealed record EitherShape(string Description, WordShape Word, GroupShape Group) : Shape(Description);

/// <summary>True or false.</summary>
public sealed record FlagShape(string Description) : Shape(Description);

/// <summary>One whole number, the only one allowed.</summary>
public sealed record ConstantShape(string Description, int Value) : Shape(Description);

/// <summary>A whole number, not negative, or a share such as <c>20%</c>.</summary>
public sealed record CapShape(string Description) : Shape(Description);

/// <summary>A list.</summary>
public sealed record ListShape(string Description, Shape Item) : Shape(Description)
{
    /// <summary>Fewest items.</summary>
    public int MinItems { get; init; }

    /// <summary>Whether a single item may stand without a list around it.</summary>
    public bool OneMayStandAlone { get; init; }
}

/// <summary>A group of keys; no others may stand there.</summary>
public sealed record GroupShape(string Description, IReadOnlyList<KeyShape> Keys) : Shape(Description)
{
    /// <summary>Keys of which exactly one must be there; empty for no such rule.</summary>
    public IReadOnlyList<string> ExactlyOneOf { get; init; } = [];
}

/// <summary>One key of a group.</summary>
/// <param name="Name">The key.</param>
/// <param name="Shape">What its value is.</param>
/// <param name="Required">Whether it must be there.</param>
public sealed record KeyShape(string Name, Shape Shape, bool Required = false);
