using System.Text;
using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.MappingFiles.Yaml;

namespace ReverseEtl.Daemon.MappingFiles;

/// <summary>Reads one mapping file and finds everything that is wrong with it by itself.</summary>
public static class MappingReader
{
    /// <summary>Reads the text of a file.</summary>
    /// <param name="path">The file, for messages and for its name.</param>
    /// <param name="text">What it holds.</param>
    public static MappingFile Read(string path, string text)
    {
        var print = Fingerprint.OfText(text);
        var (root, faults) = YamlReader.Read(text);
        var problems = faults.Select(fault => FileProblem.At(path, fault.At, MappingProblem.Error(fault.Path, fault.Message))).ToList();
        if (root is null)
        {
            return new(path, null, problems, print) { Places = new Dictionary<string, Position>() };
        }

        var checker = new ShapeChecker();
        checker.Check(root, MappingFormat.Root, "", Position.Start);
        problems.AddRange(checker.Problems.Select(found => FileProblem.At(path, found.At, found.Problem)));

        var builder = root is YamlMap map ? new MappingBuilder(map) : null;
        var mapping = builder?.Build();
        var file = new MappingFile(path, mapping, [], print) { Places = checker.Places };
        problems.AddRange((builder?.Misplaced ?? []).Select(file.Locate));
        if (mapping is not null)
        {
            problems.AddRange(CheckName(mapping, file.Name).Concat(MappingShape.Check(mapping)).Select(file.Locate));
        }

        return file with { Problems = [.. problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)] };
    }

    /// <summary>Reads a file from the disk. One that cannot be read is a problem of its own.</summary>
    public static MappingFile ReadFile(string path)
    {
        try
        {
            return Read(path, File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            var why = e is DecoderFallbackException ? "it is not UTF-8" : e.Message.TrimEnd('.');
            var problem = FileProblem.At(path, Position.Start, MappingProblem.Error("", $"The file cannot be read: {why}."));
            return new(path, null, [problem], Fingerprint.None) { Places = new Dictionary<string, Position>() };
        }
    }

    private static IEnumerable<MappingProblem> CheckName(Mapping mapping, string fileName)
    {
        if (mapping.Name != fileName)
        {
            yield return MappingProblem.Error("name", $"The name '{mapping.Name}' differs from the file name '{fileName}'; they must be the same.", fileName);
        }
    }
}
