using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.MappingFiles.Yaml;

namespace ReverseEtl.Daemon.MappingFiles;

/// <summary>A mapping file as read.</summary>
/// <param name="Path">The file as the user named it.</param>
/// <param name="Mapping">The mapping; null when the file is too broken to make one. May be there beside errors, for further checks.</param>
/// <param name="Problems">What is wrong with the file by itself.</param>
/// <param name="Print">Fingerprint of the text.</param>
public sealed record MappingFile(string Path, Mapping? Mapping, IReadOnlyList<FileProblem> Problems, Fingerprint Print)
{
    /// <summary>Where the keys stand, by path.</summary>
    public required IReadOnlyDictionary<string, Position> Places { get; init; }

    /// <summary>The file name without its ending; what the mapping must be called.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Whether the mapping may run as far as the file itself goes.</summary>
    public bool IsGood => Mapping is not null && Problems.All(problem => problem.Severity is not Severity.Error);

    /// <summary>Puts a problem of the mapping to its place in the file.</summary>
    public FileProblem Locate(MappingProblem problem)
    {
        var path = AssociationChecks.FilePath(Mapping, problem.Path);
        return FileProblem.At(Path, PlaceOf(path), problem with { Path = path });
    }

    /// <summary>Where a path stands; for one that the file does not spell out, the nearest group around it.</summary>
    private Position PlaceOf(string path)
    {
        while (path.Length > 0)
        {
            if (Places.TryGetValue(path, out var place))
            {
                return place;
            }

            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return Position.Start;
    }
}
