using System.Text.RegularExpressions;
using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.MappingFiles.Yaml;

namespace ReverseEtl.Daemon.MappingFiles;

/// <summary>Holds a document against a <see cref="Shape"/>: finds every deviation and notes where each key stands.</summary>
internal sealed class ShapeChecker
{
    /// <summary>What deviates.</summary>
    public List<(Position At, MappingProblem Problem)> Problems { get; } = [];

    /// <summary>Where each key stands: the value of a scalar, the key of anything else.</summary>
    public Dictionary<string, Position> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Checks a node and everything below it.</summary>
    public void Check(YamlNode node, Shape shape, string path, Position keyAt)
    {
        Places[path] = node is YamlScalar ? node.At : keyAt;
        if (node is YamlScalar { Type: ScalarKind.Null })
        {
            Report(keyAt, path, $"{Subject(path)} has no value; give it one or take the line out.");
            return;
        }

        switch (shape)
        {
            case GroupShape group:
                CheckGroup(node, group, path, keyAt);
                break;
            case ListShape list:
                CheckList(node, list, path, keyAt);
                break;
            case TextShape text:
                CheckText(node, text, path);
                break;
            case WordShape word:
                CheckWord(node, word, path);
                break;
            case EitherShape either when node is YamlMap:
                CheckGroup(node, either.Group, path, keyAt);
                break;
            case EitherShape either:
                CheckWord(node, either.Word, path);
                break;
            case FlagShape when node is not YamlScalar { Type: ScalarKind.Boolean }:
                Report(node.At, path, $"{Subject(path)} must be true or false, not {node.Kind}.");
                break;
            case FlagShape:
                break;
            case ConstantShape constant:
                CheckConstant(node, constant, path);
                break;
            case CapShape:
                CheckCap(node, path);
                break;
            default:
                throw new InvalidOperationException($"No check for {shape.GetType().Name}.");
        }
    }

    private void CheckGroup(YamlNode node, GroupShape shape, string path, Position keyAt)
    {
        if (node is not YamlMap map)
        {
            Report(node.At, path, $"{Subject(path)} must be a group of keys ({string.Join(", ", shape.Keys.Select(key => key.Name))}), not {node.Kind}.");
            return;
        }

        foreach (var entry in map.Entries)
        {
            var entryPath = path.Length == 0 ? entry.Key : $"{path}.{entry.Key}";
            if (shape.Keys.FirstOrDefault(key => key.Name == entry.Key) is { } known)
            {
                Check(entry.Value, known.Shape, entryPath, entry.KeyAt);
            }
            else
            {
                var free = shape.Keys.Select(key => key.Name).Where(name => !map.TryGet(name, out _));
                Report(entry.KeyAt, entryPath, $"There is no key '{entry.Key}' {Place(path)}.", NearestWord.Find(entry.Key, free));
            }
        }

        var at = path.Length == 0 ? Position.Start : path.EndsWith(']') ? map.At : keyAt;
        foreach (var missing in shape.Keys.Where(key => key.Required && !map.TryGet(key.Name, out _)))
        {
            Report(at, path.Length == 0 ? missing.Name : $"{path}.{missing.Name}", $"The key '{missing.Name}' is missing {Place(path)}.");
        }

        CheckExactlyOne(map, shape, path, at);
    }

    private void CheckExactlyOne(YamlMap map, GroupShape shape, string path, Position at)
    {
        var given = map.Entries.Where(entry => shape.ExactlyOneOf.Contains(entry.Key)).ToList();
        if (shape.ExactlyOneOf.Count == 0 || given.Count == 1)
        {
            return;
        }

        var words = string.Join(", ", shape.ExactlyOneOf);
        if (given.Count == 0)
        {
            Report(at, path, $"One of {words} is missing {Place(path)}.");
        }
        else
        {
            Report(given[1].KeyAt, $"{path}.{given[1].Key}", $"Only one of {words} may stand {Place(path)}; '{given[0].Key}' is there already.");
        }
    }

    private void CheckList(YamlNode node, ListShape shape, string path, Position keyAt)
    {
        if (node is YamlScalar && shape.OneMayStandAlone)
        {
            Check(node, shape.Item, path, keyAt);
            return;
        }

        if (node is not YamlList list)
        {
            Report(node.At, path, $"{Subject(path)} must be a list, not {node.Kind}.");
            return;
        }

        if (list.Items.Count < shape.MinItems)
        {
            Report(keyAt, path, $"{Subject(path)} is empty; it needs at least one entry.");
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            Check(list.Items[i], shape.Item, $"{path}[{i}]", list.Items[i].At);
        }
    }

    private void CheckText(YamlNode node, TextShape shape, string path)
    {
        if (node is not YamlScalar { Type: ScalarKind.Text } scalar)
        {
            var remedy = node is YamlScalar ? "; put it in quotes" : "";
            Report(node.At, path, $"{Subject(path)} must be {shape.Expected}, not {node.Kind}{remedy}.");
        }
        else if (string.IsNullOrWhiteSpace(scalar.Text))
        {
            Report(node.At, path, $"{Subject(path)} is blank.");
        }
        else if (shape.Patterns.Count > 0 && !shape.Patterns.Any(pattern => Regex.IsMatch(scalar.Text, pattern)))
        {
            Report(node.At, path, $"{Subject(path)} must be {shape.Expected}, not '{scalar.Text}'.");
        }
        else if (shape.Examine?.Invoke(scalar.Text) is { } wrong)
        {
            Report(node.At, path, wrong);
        }
    }

    private void CheckWord(YamlNode node, WordShape shape, string path)
    {
        var words = string.Join(", ", shape.Words);
        if (node is not YamlScalar scalar)
        {
            Report(node.At, path, $"{Subject(path)} must be one of {words}, not {node.Kind}.");
        }
        else if (scalar.Type is not ScalarKind.Text || !shape.Words.Contains(scalar.Text))
        {
            Report(node.At, path, $"{Subject(path)} must be one of {words}, not '{scalar.Text}'.", NearestWord.Find(scalar.Text, shape.Words));
        }
    }

    private void CheckConstant(YamlNode node, ConstantShape shape, string path)
    {
        if (node is not YamlScalar { Type: ScalarKind.Integer } scalar || scalar.Text != $"{shape.Value}")
        {
            var found = node is YamlScalar wrong ? $"'{wrong.Text}'" : node.Kind;
            Report(node.At, path, $"{Subject(path)} must be {shape.Value}, not {found}.", $"{shape.Value}");
        }
    }

    private void CheckCap(YamlNode node, string path)
    {
        var good = node is YamlScalar { Type: ScalarKind.Integer or ScalarKind.Text } scalar
            && Regex.IsMatch(scalar.Text, scalar.Type is ScalarKind.Integer ? "^[0-9]{1,9}$" : MappingSchema.SharePattern)
            && Cap.TryParse(scalar.Text, out _);
        if (!good)
        {
            var found = node is YamlScalar wrong ? $"'{wrong.Text}'" : node.Kind;
            Report(node.At, path, $"{Subject(path)} must be a whole number such as 50 or a share such as 20%, not {found}.");
        }
    }

    private void Report(Position at, string path, string message, string? suggestion = null) =>
        Problems.Add((at, MappingProblem.Error(path, message, suggestion)));

    private static string Subject(string path) => path.Length == 0 ? "The file" : $"'{path}'";

    private static string Place(string path) => path.Length == 0 ? "at the top of the file" : $"in '{path}'";
}
