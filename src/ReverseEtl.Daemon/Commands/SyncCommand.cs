using System.CommandLine;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl sync [MAPPING...]</c>: one cycle of each mapping, then the end.</summary>
internal static class SyncCommand
{
    public static Command Create(GlobalOptions options)
    {
        var mappings = new Argument<string[]>("MAPPING") { Description = "Names of mappings; without any all of them.", Arity = ArgumentArity.ZeroOrMore };
        var approve = new Option<bool>("--approve") { Description = "Let pass what the guard would hold." };
        var push = new Option<bool>("--push") { Description = "Look at the warehouse only." };
        var pull = new Option<bool>("--pull") { Description = "Look at the CRM only." };
        var command = new Command("sync", "Run one cycle of each mapping, push and pull, and end. Exit code 3 when rejects, conflicts or held rows are left.")
        {
            mappings, approve, push, pull,
        };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var (onlyPush, onlyPull) = (result.GetValue(push), result.GetValue(pull));
            var request = new CycleRequest("sync")
            {
                Push = onlyPush || !onlyPull,
                Pull = onlyPull || !onlyPush,
                FullWarehouse = true,
                Approved = result.GetValue(approve),
                Holder = Holder.Name,
            };
            var outcomes = await CycleCommand.RunAsync(scope, result.GetValue(mappings) ?? [], request, cancellationToken);
            Show(scope.Ui, outcomes);
            return outcomes.Any(outcome => outcome.Failure is not null) ? ExitCodes.Failed
                : outcomes.Any(outcome => NeedsAPerson(outcome.Report!)) ? ExitCodes.Attention : ExitCodes.Good;
        });
        return command;
    }

    private static bool NeedsAPerson(CycleReport report) =>
        report.Result.Outcome == "attention" || report.Result is not { Rejected: 0, Conflicts: 0, Held: 0 };

    private static void Show(Ui ui, IReadOnlyList<CycleOutcome> outcomes)
    {
        foreach (var outcome in outcomes.Where(outcome => outcome.Failure is not null))
        {
            ui.Explain(outcome.Failure!);
        }

        if (ui.Json)
        {
            ui.WriteJson(outcomes.Select(Document));
            return;
        }

        var reports = outcomes.Select(outcome => outcome.Report).OfType<CycleReport>().ToList();
        ui.Draw(
            ["Mapping", "Run", "Created", "Updated", "Linked", "Deleted", "Pulled", "Unchanged", "Rejected", "Conflicts", "Losses", "Unverified", "Held", "API calls", "ms"],
            reports.Select(report => Row(report)));
        ui.Draw(["Mapping", "Held", "Reason"], reports.SelectMany(report => report.Held.Select(held => new[] { report.Mapping, RecordKey.Display(held.Key), held.Reason })));
        foreach (var report in reports.Where(report => report.Result.Message is not null && report.Result.Outcome != "failed"))
        {
            ui.Say($"{report.Mapping}: {report.Result.Message}");
        }
    }

    private static string?[] Row(CycleReport report)
    {
        var r = report.Result;
        var counts = new[] { r.Created, r.Updated, r.Linked, r.Deleted, r.Pulled, r.Unchanged, r.Rejected, r.Conflicts, r.Losses, r.Unverified, r.Held, r.ApiCalls, r.DurationMs };
        return [report.Mapping, report.Run.ToString(), .. counts.Select(count => count.ToString())];
    }

    private static object Document(CycleOutcome outcome)
    {
        var r = outcome.Report?.Result;
        return new
        {
            outcome.Mapping,
            Run = outcome.Report?.Run.ToString(),
            Created = r?.Created ?? 0,
            Updated = r?.Updated ?? 0,
            Linked = r?.Linked ?? 0,
            Deleted = r?.Deleted ?? 0,
            Unchanged = r?.Unchanged ?? 0,
            Pulled = r?.Pulled ?? 0,
            Rejected = r?.Rejected ?? 0,
            Conflicts = r?.Conflicts ?? 0,
            Losses = r?.Losses ?? 0,
            Unverified = r?.Unverified ?? 0,
            AuditFindings = r?.AuditFindings ?? 0,
            Held = r?.Held ?? 0,
            ApiCalls = r?.ApiCalls ?? 0,
            DurationMs = r?.DurationMs ?? 0,
            Outcome = r?.Outcome ?? "failed",
            Message = r?.Message ?? outcome.Failure?.What,
            Parked = PlanCommand.ParkedLines(outcome.Report),
            HeldRecords = (outcome.Report?.Held ?? []).Select(held => new { Key = RecordKey.Display(held.Key), held.Reason }),
        };
    }
}
