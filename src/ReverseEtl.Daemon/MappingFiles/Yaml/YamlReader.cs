using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ReverseEtl.Daemon.MappingFiles.Yaml;

/// <summary>A fault of the YAML itself.</summary>
/// <param name="At">Where.</param>
/// <param name="Path">The key it is about, or the empty text.</param>
/// <param name="Message">What is wrong.</param>
public sealed record YamlFault(Position At, string Path, string Message);

/// <summary>Reads one YAML document into nodes that know their places.</summary>
/// <remarks>
/// Narrower than YAML, so that a file means the same to every reader: one document, text keys, no anchors, aliases or tags. Nesting
/// and size are bounded, because files come from outside.
/// </remarks>
public sealed partial class YamlReader
{
    /// <summary>Longest file that is read, in characters.</summary>
    public const int MaxLength = 1_000_000;

    private const int MaxDepth = 16;
    private readonly Parser _parser;
    private readonly List<YamlFault> _faults = [];

    private YamlReader(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>The document and all its faults. The document is null when it cannot be read to its end or is empty.</summary>
    public static (YamlNode? Root, IReadOnlyList<YamlFault> Faults) Read(string text)
    {
        if (text.Length > MaxLength)
        {
            return (null, [new(Position.Start, "", $"The file is longer than {MaxLength} characters.")]);
        }

        var reader = new YamlReader(text);
        try
        {
            return (reader.ReadDocument(), reader._faults);
        }
        catch (YamlException e)
        {
            return (null, [.. reader._faults, new(Place(e.Start), "", $"This is not valid YAML: {Clean(e)}")]);
        }
    }

    private YamlNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            _faults.Add(new(Position.Start, "", "The file is empty."));
            return null;
        }

        var root = ReadNode("", depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            _faults.Add(new(Place(second.Start), "", "A second document begins here; a mapping file holds one."));
        }

        return root;
    }

    private YamlNode ReadNode(string path, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"nested deeper than {MaxDepth} levels");
        }

        CheckProperties(path);
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return new YamlScalar(scalar.Value, KindOf(scalar), Place(scalar.Start));
        }

        if (_parser.TryConsume<SequenceStart>(out var list))
        {
            return ReadList(list, path, depth);
        }

        if (_parser.TryConsume<MappingStart>(out var map))
        {
            return ReadMap(map, path, depth);
        }

        var alias = _parser.Consume<AnchorAlias>();
        _faults.Add(new(Place(alias.Start), path, $"'*{alias.Value}' is an alias; write the value out, mapping files have no anchors."));
        return new YamlScalar("", ScalarKind.Null, Place(alias.Start));
    }

    private void CheckProperties(string path)
    {
        if (_parser.Current is not NodeEvent node)
        {
            return;
        }

        if (!node.Anchor.IsEmpty)
        {
            _faults.Add(new(Place(node.Start), path, $"'&{node.Anchor}' is an anchor; mapping files have none."));
        }

        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            _faults.Add(new(Place(node.Start), path, $"'{node.Tag}' is a tag; mapping files have none."));
        }
    }

    private YamlList ReadList(SequenceStart start, string path, int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        }

        return new YamlList(items, Place(start.Start));
    }

    private YamlMap ReadMap(MappingStart start, string path, int depth)
    {
        var entries = new List<YamlEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(path, depth + 1);
            var name = (key as YamlScalar)?.Text ?? "";
            var keyPath = path.Length == 0 ? name : $"{path}.{name}";
            var value = ReadNode(keyPath, depth + 1);
            if (key is not YamlScalar)
            {
                _faults.Add(new(key.At, path, "A key must be a word."));
            }
            else if (entries.Find(entry => entry.Key == name) is { } first)
            {
                _faults.Add(new(key.At, keyPath, $"'{name}' stands here a second time; the first is in line {first.KeyAt.Line}."));
            }
            else
            {
                entries.Add(new YamlEntry(name, key.At, value));
            }
        }

        return new YamlMap(entries, Place(start.Start));
    }

    private static ScalarKind KindOf(Scalar scalar) => scalar.Style is not ScalarStyle.Plain ? ScalarKind.Text : scalar.Value switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
        var text when WholeNumber().IsMatch(text) => ScalarKind.Integer,
        var text when AnyNumber().IsMatch(text) => ScalarKind.Number,
        _ => ScalarKind.Text,
    };

    private static Position Place(Mark mark) => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private static string Clean(YamlException e)
    {
        var text = e.Message.Trim();
        var hint = text.Contains("anchor or alias", StringComparison.Ordinal) ? " (text that begins with * or &, such as a cron expression, needs quotes)" : "";
        return text.Length == 0 ? "it cannot be read." : char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.') + hint + ".";
    }

    [GeneratedRegex(@"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$")]
    private static partial Regex AnyNumber();
}
