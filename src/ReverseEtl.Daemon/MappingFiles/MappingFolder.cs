using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.MappingFiles.Yaml;

namespace ReverseEtl.Daemon.MappingFiles;

/// <summary>Several mapping files read together, and what is wrong between them.</summary>
/// <param name="Files">The files, by name.</param>
/// <param name="Problems">All problems of all files: their own first, then those between them.</param>
public sealed record MappingFolder(IReadOnlyList<MappingFile> Files, IReadOnlyList<FileProblem> Problems)
{
    private static readonly string[] Endings = [".yaml", ".yml"];

    /// <summary>Whether any problem is an error.</summary>
    public bool HasErrors => Problems.Any(problem => problem.Severity is Severity.Error);

    /// <summary>The mappings that could be read, with or without errors.</summary>
    public IReadOnlyList<Mapping> Mappings => [.. Files.Select(file => file.Mapping).OfType<Mapping>()];

    /// <summary>The mapping files of a folder, in order. A folder that does not exist has none.</summary>
    public static IReadOnlyList<string> List(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder)
            .Where(path => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && !Path.GetFileName(path).StartsWith('.'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads all files of a folder.</summary>
    public static MappingFolder Read(string folder) => Join([.. List(folder).Select(MappingReader.ReadFile)]);

    /// <summary>Holds files against each other.</summary>
    public static MappingFolder Join(IReadOnlyList<MappingFile> files)
    {
        var mappings = files.Select(file => file.Mapping).OfType<Mapping>().ToList();
        files = [.. files.Select(file => file.Mapping is null ? file : file with { Mapping = Association.Resolve(file.Mapping, mappings) })];
        var twins = files.GroupBy(file => file.Name, StringComparer.OrdinalIgnoreCase)
            .SelectMany(group => group.Skip(1).Select(twin => FileProblem.At(
                twin.Path, Position.Start, MappingProblem.Error("", $"There are two files for mapping '{group.Key}': this one and {group.First().Path}."))));
        var named = files.Where(file => file.Mapping?.Name == file.Name).DistinctBy(file => file.Name).ToDictionary(file => file.Name);
        var between = MappingSetChecker.Check([.. named.Values.Select(file => file.Mapping!)])
            .Select(found => named[found.Mapping].Locate(found.Problem));
        return new(files, [.. files.SelectMany(file => file.Problems), .. twins, .. between]);
    }
}
