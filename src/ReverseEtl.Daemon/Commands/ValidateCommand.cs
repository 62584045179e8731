using System.CommandLine;
using ReverseEtl.Core.Checking;
using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Daemon.Terminal;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl validate [PATH...]</c>: mapping files against format, warehouse columns and CRM metadata.</summary>
internal static class ValidateCommand
{
    public static Command Create(GlobalOptions options)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files or folders; without any the configured folder.", Arity = ArgumentArity.ZeroOrMore };
        var offline = new Option<bool>("--offline") { Description = "Check the files only, without warehouse and CRM." };
        var command = new Command("validate", "Check mapping files against their format, the warehouse's columns and the CRM's metadata.") { paths, offline };
        options.Run(command, (scope, result, cancellationToken) =>
            RunAsync(scope, result.GetValue(paths) ?? [], result.GetValue(offline), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandScope scope, IReadOnlyList<string> paths, bool offline, CancellationToken cancellationToken)
    {
        var (folder, asked) = Read(scope, paths);
        var problems = folder.Problems.Concat(Selection.CheckConnections(folder.Files, scope.Settings)).Where(problem => asked.Contains(problem.File)).ToList();
        if (!offline)
        {
            foreach (var file in folder.Files.Where(file => asked.Contains(file.Path) && file.Mapping is not null && HasConnections(file, problems)))
            {
                problems.AddRange(await InspectAsync(scope, folder, file, cancellationToken));
            }
        }

        var found = problems.Distinct().OrderBy(problem => problem.File, StringComparer.Ordinal)
            .ThenBy(problem => problem.Line).ThenBy(problem => problem.Column).ToList();
        Show(scope.Ui, found, asked.Count, offline);
        return found.Exists(problem => problem.Severity is Severity.Error) ? ExitCodes.Failed : ExitCodes.Good;
    }

    private static async Task<IEnumerable<FileProblem>> InspectAsync(CommandScope scope, MappingFolder folder, MappingFile file, CancellationToken cancellationToken)
    {
        var others = folder.Mappings.Where(mapping => mapping != file.Mapping).ToList();
        var inspection = await scope.Inspector.InspectAsync(file.Mapping!, others, withRows: true, cancellationToken);
        return inspection.Outages.Select(outage => outage.Problem).Concat(inspection.Problems).Select(file.Locate);
    }

    // The neighbours of a file are read too: references and owners are judged between files. Only what was asked for is reported.
    private static (MappingFolder Folder, HashSet<string> Asked) Read(CommandScope scope, IReadOnlyList<string> paths)
    {
        var given = (paths.Count == 0 ? [Selection.Resolve(scope.Settings)] : paths).ToList();
        foreach (var missing in given.Where(path => !File.Exists(path) && !Directory.Exists(path)))
        {
            throw new UserException($"There is no file or folder '{missing}'.", "Name mapping files or a folder of them.");
        }

        var asked = given.SelectMany(path => Directory.Exists(path) ? MappingFolder.List(path) : [path]).Distinct().ToList();
        if (asked.Count == 0)
        {
            throw new UserException($"There are no mapping files in '{string.Join("', '", given)}'.", "Mapping files end in .yaml or .yml.");
        }

        var neighbours = given.Where(File.Exists).Select(path => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".")
            .Distinct().SelectMany(MappingFolder.List);
        var full = asked.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var all = asked.Concat(neighbours.Where(path => !full.Contains(Path.GetFullPath(path)))).Select(MappingReader.ReadFile);
        return (MappingFolder.Join([.. all]), [.. asked]);
    }

    private static bool HasConnections(MappingFile file, IEnumerable<FileProblem> problems) =>
        !problems.Any(problem => problem.File == file.Path && problem.Path is "warehouse.connection" or "crm.connection");

    private static void Show(Ui ui, List<FileProblem> problems, int files, bool offline)
    {
        if (ui.Json)
        {
            ui.WriteJson(problems);
            return;
        }

        foreach (var problem in problems)
        {
            ui.Say(problem.ToString());
        }

        var errors = problems.Count(problem => problem.Severity is Severity.Error);
        var against = offline ? " (files only)" : "";
        ui.Say($"{Plural.Of(files, "mapping file")} checked{against}: {Plural.Of(errors, "error")}, {Plural.Of(problems.Count - errors, "warning")}.");
    }
}
