using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Daemon.Terminal;

namespace ReverseEtl.Daemon.Commands;

/// <summary>The mappings that a command works on.</summary>
/// <param name="Folder">All mapping files there are.</param>
/// <param name="Good">The chosen mappings that may run as far as files and configuration go, parents first.</param>
/// <param name="Problems">What is wrong with the chosen ones.</param>
public sealed record Selection(MappingFolder Folder, IReadOnlyList<Mapping> Good, IReadOnlyList<FileProblem> Problems)
{
    /// <summary>Reads the folder and chooses by name; no names choose all.</summary>
    /// <exception cref="UserException">There are no files, or no mapping of that name.</exception>
    public static Selection Read(RetlSettings settings, IReadOnlyList<string> names)
    {
        var folder = MappingFolder.Read(Resolve(settings));
        var known = folder.Files.Select(file => file.Name).ToList();
        if (known.Count == 0)
        {
            throw new UserException($"There are no mapping files in '{settings.MappingsFolder}'.", "Write one (schemas/mapping.v1.json helps in editors), or name the folder with --mappings.");
        }

        foreach (var stranger in names.Where(name => !known.Contains(name)))
        {
            var nearest = NearestWord.Find(stranger, known);
            throw new UserException($"There is no mapping '{stranger}' in '{settings.MappingsFolder}'.", nearest is null ? $"There is {string.Join(", ", known)}." : $"Did you mean '{nearest}'?");
        }

        var chosen = folder.Files.Where(file => names.Count == 0 || names.Contains(file.Name)).ToList();
        var problems = folder.Problems.Where(problem => chosen.Exists(file => file.Path == problem.File))
            .Concat(CheckConnections(chosen, settings)).ToList();
        var good = chosen.Where(file => file.Mapping is not null && !problems.Exists(problem => problem.File == file.Path && problem.Severity is Severity.Error));
        return new(folder, MappingOrder.ParentsFirst([.. good.Select(file => file.Mapping!)]), problems);
    }

    /// <summary>Problems of connection names; none while nothing is configured at all, so that files can be checked anywhere.</summary>
    public static IEnumerable<FileProblem> CheckConnections(IEnumerable<MappingFile> files, RetlSettings settings) =>
        settings.WarehouseNames.Count == 0 && settings.CrmNames.Count == 0
            ? []
            : files.Where(file => file.Mapping is not null)
                .SelectMany(file => ConnectionChecks.Check(file.Mapping!, settings.WarehouseNames, settings.CrmNames).Select(file.Locate));

    /// <summary>The folder as a path that can be opened and still reads as the user wrote it where it is relative.</summary>
    public static string Resolve(RetlSettings settings)
    {
        var full = Path.GetFullPath(settings.MappingsFolder, settings.Folder);
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }
}
