using System.CommandLine;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl runs</c>: what was done, newest first.</summary>
internal static class RunsCommand
{
    private const int DefaultLimit = 20;

    public static Command Create(GlobalOptions options)
    {
        var mapping = new Argument<string?>("MAPPING") { Description = "One mapping; without it all.", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "How many at most.", DefaultValueFactory = _ => DefaultLimit, HelpName = "N" };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--limit must be at least 1.");
            }
        });
        var command = new Command("runs", "Show the latest runs, newest first.") { mapping, limit };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var reports = await scope.OpenReportsAsync(cancellationToken);
            Show(scope, await reports.RunsAsync(result.GetValue(mapping), result.GetValue(limit), cancellationToken));
            return ExitCodes.Good;
        });
        return command;
    }

    /// <summary>A run in the shape of the documents of <c>runs</c> and <c>status</c>.</summary>
    public static object? Document(RunReport? run) => run is null ? null : new
    {
        Run = run.Run.ToString(),
        run.Mapping,
        run.Reason,
        run.StartedAt,
        run.FinishedAt,
        Outcome = OutcomeOf(run),
        run.Result?.Message,
        Created = run.Result?.Created ?? 0,
        Updated = run.Result?.Updated ?? 0,
        Linked = run.Result?.Linked ?? 0,
        Deleted = run.Result?.Deleted ?? 0,
        Unchanged = run.Result?.Unchanged ?? 0,
        Pulled = run.Result?.Pulled ?? 0,
        Rejected = run.Result?.Rejected ?? 0,
        Conflicts = run.Result?.Conflicts ?? 0,
        Losses = run.Result?.Losses ?? 0,
        Unverified = run.Result?.Unverified ?? 0,
        AuditFindings = run.Result?.AuditFindings ?? 0,
        Held = run.Result?.Held ?? 0,
        ApiCalls = run.Result?.ApiCalls ?? 0,
        DurationMs = run.Result?.DurationMs ?? 0,
    };

    /// <summary>How a run ended; one without an end is under way, or its process was.</summary>
    public static string OutcomeOf(RunReport run) => run.Result?.Outcome ?? (run.FinishedAt is null ? "running" : "ended");

    private static void Show(CommandScope scope, IReadOnlyList<RunReport> runs)
    {
        if (scope.Ui.Json)
        {
            scope.Ui.WriteJson(runs.Select(Document));
            return;
        }

        var now = scope.Time.GetUtcNow();
        scope.Ui.Draw(
            ["Run", "Mapping", "Why", "Started", "Outcome", "Created", "Updated", "Linked", "Deleted", "Pulled", "Rejected", "Held", "ms", "Message"],
            runs.Select(run => new[]
            {
                run.Run.ToString(), run.Mapping, run.Reason, ((DateTimeOffset?)run.StartedAt).ForPeople(now), OutcomeOf(run), $"{run.Result?.Created}",
                $"{run.Result?.Updated}", $"{run.Result?.Linked}", $"{run.Result?.Deleted}", $"{run.Result?.Pulled}", $"{run.Result?.Rejected}",
                $"{run.Result?.Held}", $"{run.Result?.DurationMs}", run.Result?.Message,
            }));
        scope.Ui.Say($"{Plural.Of(runs.Count, "run")}.");
    }
}
