using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Commands;

/// <summary>What <c>plan</c> and <c>sync</c> have in common: check the chosen mappings, then one cycle of each, parents first.</summary>
internal static class CycleCommand
{
    /// <summary>A daemon beside the command has the mapping for a moment at a time; longer than this is somebody's long cycle.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the cycles. A mapping that cannot run does not keep the others from it.</summary>
    public static async Task<IReadOnlyList<CycleOutcome>> RunAsync(
        CommandScope scope, IReadOnlyList<string> names, CycleRequest request, CancellationToken cancellationToken)
    {
        var selection = Selection.Read(scope.Settings, names);
        var outcomes = new List<CycleOutcome>();
        foreach (var file in selection.Problems.Where(problem => problem.Severity is Severity.Error).GroupBy(problem => problem.File))
        {
            outcomes.Add(new(Path.GetFileNameWithoutExtension(file.Key), null, Refusal(scope.Ui, file)));
        }

        if (selection.Good.Count > 0)
        {
            await scope.Connections.State.MigrateAsync(cancellationToken);
        }

        // A dry run is undone before the next one begins, so what parents would be is handed on to their children.
        var foreseen = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var mapping in selection.Good)
        {
            outcomes.Add(await RunOneAsync(scope, selection.Folder, mapping, request with { Foreseen = foreseen }, cancellationToken));
            if (outcomes[^1].Report is { Foreseen.Count: > 0 } report)
            {
                foreseen[mapping.Name] = report.Foreseen;
            }
        }

        return outcomes;
    }

    private static async Task<CycleOutcome> RunOneAsync(
        CommandScope scope, MappingFolder folder, Mapping mapping, CycleRequest request, CancellationToken cancellationToken)
    {
        var file = folder.Files.First(each => each.Mapping == mapping);
        var others = folder.Mappings.Where(other => other != mapping).ToList();
        var inspection = await scope.Inspector.InspectAsync(mapping, others, withRows: false, cancellationToken);
        if (inspection.IsRefused)
        {
            return new(mapping.Name, null, Refusal(scope.Ui, inspection.Problems.Select(file.Locate)));
        }

        if (inspection.IsUncertain)
        {
            return new(mapping.Name, null, Failure.Of(inspection.Outages[0].Cause));
        }

        try
        {
            var report = await scope.Ui.ProgressAsync($"{mapping.Name}: {request.Reason}", () => TurnAsync(scope, mapping, request, cancellationToken));
            return new(mapping.Name, report, FailureOf(report));
        }
        catch (PortException e)
        {
            return new(mapping.Name, null, Failure.Of(e));
        }
    }

    private static async Task<CycleReport> TurnAsync(CommandScope scope, Mapping mapping, CycleRequest request, CancellationToken cancellationToken)
    {
        var started = scope.Time.GetTimestamp();
        while (true)
        {
            var report = await scope.Cycles.RunAsync(mapping, request, cancellationToken);
            if (!report.Busy || scope.Time.GetElapsedTime(started) >= Patience)
            {
                return report;
            }

            await Task.Delay(Glance, scope.Time, cancellationToken);
        }
    }

    private static Failure Refusal(Ui ui, IEnumerable<FileProblem> problems)
    {
        var errors = problems.Where(problem => problem.Severity is Severity.Error).ToList();
        errors.ForEach(problem => ui.Warn(problem.ToString()));
        return new($"{errors[0].File} has {Plural.Of(errors.Count, "error")}: {errors[0].Message}", "Mend the file; retl validate shows all problems with their places.");
    }

    private static Failure? FailureOf(CycleReport report) => report switch
    {
        { Busy: true } => new($"Another process is working on mapping '{report.Mapping}'.", "Repeat the command when it is done, or stop the daemon."),
        { Result.Outcome: "failed" } => new(report.Result.Message ?? $"The cycle of '{report.Mapping}' failed.", "Mend the cause and repeat the command; what was under way is journalled and recovered."),
        _ => null,
    };
}

/// <summary>What became of one mapping.</summary>
/// <param name="Mapping">Its name.</param>
/// <param name="Report">What the cycle said; null when there was none.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
internal sealed record CycleOutcome(string Mapping, CycleReport? Report, Failure? Failure);
