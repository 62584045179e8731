using System.CommandLine;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl rejects list|retry</c>: the rows that a side refused.</summary>
internal static class RejectsCommand
{
    public static Command Create(GlobalOptions options) =>
        new("rejects", "The rows that a side refused.") { CreateList(options), CreateRetry(options) };

    private static Command CreateList(GlobalOptions options)
    {
        var mapping = new Argument<string?>("MAPPING") { Description = "One mapping; without it all.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "Show the standing rejects, oldest first.") { mapping };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var reports = await scope.OpenReportsAsync(cancellationToken);
            Show(scope, await reports.RejectsAsync(result.GetValue(mapping), cancellationToken));
            return ExitCodes.Good;
        });
        return command;
    }

    private static Command CreateRetry(GlobalOptions options)
    {
        var ids = new Argument<long[]>("ID") { Description = "Rejects, as list shows them.", Arity = ArgumentArity.ZeroOrMore };
        var mapping = new Option<string?>("--mapping") { Description = "All rejects of one mapping.", HelpName = "MAPPING" };
        var all = new Option<bool>("--all") { Description = "All rejects there are." };
        var command = new Command("retry", "Make rejects due at once; the next cycle tries them again.") { ids, mapping, all };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(ids) ?? []).Length == 0 && result.GetValue(mapping) is null && !result.GetValue(all))
            {
                result.AddError("Give the ids of rejects, --mapping MAPPING or --all.");
            }
        });
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var reports = await scope.OpenReportsAsync(cancellationToken);
            var count = await reports.RetryRejectsAsync(result.GetValue(mapping), result.GetValue(ids) ?? [], scope.Time.GetUtcNow(), cancellationToken);
            Tell(scope.Ui, count);
            return ExitCodes.Good;
        });
        return command;
    }

    private static void Tell(Ui ui, int count)
    {
        if (ui.Json)
        {
            ui.WriteJson(new { Retried = count });
        }
        else
        {
            ui.Say($"{Plural.Of(count, "reject")} due again.");
        }
    }

    private static void Show(CommandScope scope, IReadOnlyList<RejectReport> rejects)
    {
        if (scope.Ui.Json)
        {
            scope.Ui.WriteJson(rejects.Select(Document));
            return;
        }

        var now = scope.Time.GetUtcNow();
        scope.Ui.Draw(
            ["Id", "Mapping", "Key", "CRM id", "Side", "Class", "Reason", "Attempts", "Next attempt"],
            rejects.Select(each => new[]
            {
                each.Id.ToString(), each.Mapping, RecordKey.Display(each.Reject.Key), each.Reject.CrmId, each.Reject.Side.ToString().ToLowerInvariant(),
                each.Reject.Class, each.Reject.Reason, each.Reject.Attempts.ToString(), NextAttempt(each.Reject, now),
            }));
        scope.Ui.Say($"{Plural.Of(rejects.Count, "reject")}.");
    }

    private static string NextAttempt(Engine.State.Reject reject, DateTimeOffset now) => reject.NextAttemptAt switch
    {
        null => reject.Retry is RetryRule.AfterChange ? "when the row changes" : "only by hand",
        { } at when at <= now => "next cycle",
        { } at => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z",
    };

    private static object Document(RejectReport report)
    {
        var r = report.Reject;
        return new
        {
            report.Id,
            report.Mapping,
            Key = RecordKey.Display(r.Key),
            r.CrmId,
            r.Side,
            r.Class,
            r.Reason,
            r.Attempts,
            r.Retry,
            report.FirstAt,
            report.LastAt,
            r.NextAttemptAt,
        };
    }
}
