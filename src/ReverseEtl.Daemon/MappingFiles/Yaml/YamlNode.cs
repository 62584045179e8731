using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.Daemon.MappingFiles.Yaml;

/// <summary>One node of a YAML document, with its place.</summary>
/// <param name="At">Where it begins.</param>
public abstract record YamlNode(Position At)
{
    /// <summary>What kind of thing it is, for people.</summary>
    public abstract string Kind { get; }
}

/// <summary>A mapping of keys to nodes, in the order of the file. A key stands once; repetitions were reported and left out.</summary>
public sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, Position At) : YamlNode(At)
{
    /// <inheritdoc />
    public override string Kind => "a group of keys";

    /// <summary>The entry of a key.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out YamlEntry? entry)
    {
        entry = Entries.FirstOrDefault(each => each.Key == key);
        return entry is not null;
    }
}

/// <summary>One key and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="KeyAt">Where the key stands.</param>
/// <param name="Value">The value.</param>
public sealed record YamlEntry(string Key, Position KeyAt, YamlNode Value);

/// <summary>A list.</summary>
public sealed record YamlList(IReadOnlyList<YamlNode> Items, Position At) : YamlNode(At)
{
    /// <inheritdoc />
    public override string Kind => "a list";
}

/// <summary>What a scalar stands for by the YAML 1.2 core schema, which editors use too.</summary>
public enum ScalarKind
{
    /// <summary>Text: anything quoted, and anything plain that is nothing else.</summary>
    Text,

    /// <summary>Nothing.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Another number.</summary>
    Number,
}

/// <summary>A single value.</summary>
/// <param name="Text">As written, quotes taken off.</param>
/// <param name="Type">What it stands for.</param>
/// <param name="At">Where it begins.</param>
public sealed record YamlScalar(string Text, ScalarKind Type, Position At) : YamlNode(At)
{
    /// <inheritdoc />
    public override string Kind => Type switch
    {
        ScalarKind.Null => "nothing",
        ScalarKind.Boolean => "true or false",
        ScalarKind.Integer or ScalarKind.Number => "a number",
        _ => "text",
    };
}
