using System.CommandLine;
using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl status</c>: health, freshness and backlog.</summary>
internal static class StatusCommand
{
    public static Command Create(GlobalOptions options)
    {
        var command = new Command("status", "Show health, freshness and backlog of every mapping, and whether the daemon runs.");
        options.Run(command, async (scope, _, cancellationToken) =>
        {
            var reports = await scope.OpenReportsAsync(cancellationToken);
            var statuses = await reports.StatusAsync(cancellationToken);
            var folder = MappingFolder.Read(Selection.Resolve(scope.Settings));
            var daemon = await DaemonProbe.AskAsync(scope.Settings, scope.Time, cancellationToken);
            var names = folder.Files.Select(file => file.Name).Concat(statuses.Select(status => status.Mapping)).Distinct().Order(StringComparer.Ordinal);
            var lines = names.Select(name => new Line(
                name, statuses.FirstOrDefault(status => status.Mapping == name), folder.Files.FirstOrDefault(file => file.Name == name), folder.Problems)).ToList();
            Show(scope, lines, daemon);
            return ExitCodes.Good;
        });
        return command;
    }

    private static void Show(CommandScope scope, IReadOnlyList<Line> lines, DaemonState daemon)
    {
        if (scope.Ui.Json)
        {
            scope.Ui.WriteJson(new { Daemon = daemon, Mappings = lines.Select(Document) });
            return;
        }

        var now = scope.Time.GetUtcNow();
        scope.Ui.Draw(
            ["Mapping", "File", "Linked", "Conflicts", "Rejects", "Losses", "Waiting", "In doubt", "Warehouse seen to", "CRM seen to", "Last success", "Last run"],
            lines.Select(line => new[]
            {
                line.Name, line.FileState, $"{line.Status?.Linked ?? 0}", $"{line.Status?.OpenConflicts ?? 0}", $"{line.Status?.Rejects ?? 0}",
                $"{line.Status?.Losses ?? 0}", $"{line.Status?.Dirty ?? 0}", $"{line.Status?.OpenIntents ?? 0}", (line.Status?.Warehouse?.Through).ForPeople(now),
                (line.Status?.Crm?.Through).ForPeople(now), (line.Status?.LastSuccessAt).ForPeople(now),
                line.Status?.LastRun is { } run ? RunsCommand.OutcomeOf(run) : "never",
            }));
        foreach (var problem in lines.SelectMany(line => line.Problems))
        {
            scope.Ui.Say(problem.ToString());
        }

        foreach (var line in lines.Where(line => line.Status is { NeedsComparison: true }))
        {
            scope.Ui.Say($"{line.Name}: the state is older than what was done since (restored from a backup?); the next cycle compares everything.");
        }

        foreach (var line in lines.Where(line => line.Status?.LastRun?.Result is { Message: not null, Outcome: "attention" }))
        {
            scope.Ui.Say($"{line.Name}: {line.Status!.LastRun!.Result!.Message}");
        }

        scope.Ui.Say(daemon.Reachable ? $"The daemon at {daemon.Url} runs and is {(daemon.Ready ? "ready" : "not ready")}." : $"No daemon answers at {daemon.Url}.");
        foreach (var reason in daemon.Reasons)
        {
            scope.Ui.Say($"  {reason}");
        }

        foreach (var (name, use) in daemon.Connections.Where(each => each.Use is not null).Select(each => (each.Name, each.Use!)))
        {
            scope.Ui.Say($"{name}: {use.ForPeople()}");
        }
    }

    private static object Document(Line line) => new
    {
        Mapping = line.Name,
        File = line.FileState,
        Problems = line.Problems,
        Linked = line.Status?.Linked ?? 0,
        OpenConflicts = line.Status?.OpenConflicts ?? 0,
        Rejects = line.Status?.Rejects ?? 0,
        OpenIntents = line.Status?.OpenIntents ?? 0,
        Dirty = line.Status?.Dirty ?? 0,
        Tombstones = line.Status?.Tombstones ?? 0,
        Losses = line.Status?.Losses ?? 0,
        WarehouseThrough = line.Status?.Warehouse?.Through,
        CrmThrough = line.Status?.Crm?.Through,
        NeedsComparison = line.Status?.NeedsComparison ?? false,
        LastSuccessAt = line.Status?.LastSuccessAt,
        LastRun = RunsCommand.Document(line.Status?.LastRun),
    };

    private sealed record Line(string Name, MappingStatus? Status, MappingFile? File, IReadOnlyList<FileProblem> All)
    {
        public IReadOnlyList<FileProblem> Problems { get; } = [.. All.Where(problem => problem.File == File?.Path)];

        /// <summary><c>good</c>, <c>broken</c> or <c>gone</c>.</summary>
        public string FileState => File is null ? "gone" : Problems.Any(problem => problem.Severity is Core.Checking.Severity.Error) ? "broken" : "good";
    }
}
