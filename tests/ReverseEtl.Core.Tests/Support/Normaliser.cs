using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Support;

/// <summary>What a side does to a value when it stores it.</summary>
internal sealed record Normaliser(string Name, Func<string?, string?> Text)
{
    public static readonly Normaliser Identity = new("identity", text => text);

    /// <summary>The kinds of spelling that sides are known for. The last one is not idempotent.</summary>
    public static readonly IReadOnlyList<Normaliser> All =
    [
        Identity,
        new("upper", text => text?.ToUpperInvariant()),
        new("lower", text => text?.ToLowerInvariant()),
        new("collapse", text => text is "a" or "B" ? "b" : text),
        new("blank", text => text is "a" ? null : text),
        new("flip", text => text switch { "b" => "B", "B" => "b", _ => text }),
    ];

    /// <summary>What is stored.</summary>
    public FieldValue Store(FieldValue value) => FieldValue.Of(Text(value.Text));

    public override string ToString() => Name;
}
