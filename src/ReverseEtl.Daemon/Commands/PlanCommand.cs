using System.CommandLine;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl plan [MAPPING...]</c>: what a cycle would do; writes nothing at all.</summary>
internal static class PlanCommand
{
    public static Command Create(GlobalOptions options)
    {
        var mappings = new Argument<string[]>("MAPPING") { Description = "Names of mappings; without any all of them.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("plan", "Show what a cycle would do, by row and field. Writes nothing. Exit code 2 when there are changes.") { mappings };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var request = new CycleRequest("plan") { DryRun = true, FullWarehouse = true, Holder = Holder.Name };
            var outcomes = await CycleCommand.RunAsync(scope, result.GetValue(mappings) ?? [], request, cancellationToken);
            Show(scope.Ui, outcomes);
            return outcomes.Any(outcome => outcome.Failure is not null) ? ExitCodes.Failed
                : outcomes.Any(outcome => outcome.Report!.Changes.Count > 0) ? ExitCodes.Changes : ExitCodes.Good;
        });
        return command;
    }

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

        foreach (var report in outcomes.Select(outcome => outcome.Report).OfType<CycleReport>())
        {
            ui.Draw(["Key", "CRM id", "Side", "Action", "Field", "Before", "After", "Rule"], report.Changes.SelectMany(Rows));
            ui.Draw(["Parked line", "Reason"], report.Parked.Select(line => new[] { $"{line.Column} / {line.CrmField}", line.Words }));
            ui.Draw(["Writes go by", "Records", "API calls"], report.Lanes.Select(lane => new[] { lane.Lane, $"{lane.Records}", $"{lane.Calls}" }));
            ui.Draw(["Held", "Reason"], report.Held.Select(held => new[] { RecordKey.Display(held.Key), held.Reason }));
            ui.Draw(["Rows are compared by", "Because"], report.Comparison is { } comparison ? [[By(comparison), comparison.Why]] : []);
            if (report.Use is { } use)
            {
                ui.Say($"{report.Mapping}: {use.ForPeople()}");
            }

            if (report.Result.ApiCalls > report.Use?.Left)
            {
                ui.Say($"{report.Mapping}: the cycle needs more requests than are left. It would stop there, lose nothing, and go on when there is room again.");
            }

            ui.Say($"{report.Mapping}: {Plural.Of(report.Changes.Count, "change")}, {Plural.Of(report.Result.Held, "record")} held, "
                + $"{Plural.Of(report.Result.ApiCalls, "API call")}. Nothing was written.");
        }
    }

    /// <summary>Parked lines in the shape of the documents of <c>plan</c> and <c>sync</c>.</summary>
    internal static IEnumerable<object> ParkedLines(CycleReport? report) =>
        (report?.Parked ?? []).Select(line => new { Warehouse = line.Column, Crm = line.CrmField, line.Reason, Suggestion = line.Mend });

    private static string By(Comparison comparison) => comparison.By.ToString().ToLowerInvariant();

    private static IEnumerable<string?[]> Rows(PlannedChange change)
    {
        string?[] head = [RecordKey.Display(change.Key), change.CrmId, change.Side.ToString().ToLowerInvariant(), change.Action];
        return change.Fields.Count == 0
            ? [[.. head, "", "", "", ""]]
            : change.Fields.Select((field, i) => (string?[])[.. i == 0 ? head : ["", "", "", ""], field.Field, field.Before.ForPeople(), field.After.ForPeople(), field.Rule]);
    }

    // On failure the element says why; changes and held are there all the same, empty, so that readers need no second shape.
    private static object Document(CycleOutcome outcome)
    {
        var changes = (outcome.Report?.Changes ?? []).Select(change => new
        {
            Key = RecordKey.Display(change.Key),
            change.CrmId,
            change.Side,
            change.Action,
            Fields = change.Fields.Select(field => new { field.Field, Before = field.Before.OrNull(), After = field.After.OrNull(), field.Rule }),
        });
        var held = (outcome.Report?.Held ?? []).Select(each => new { Key = RecordKey.Display(each.Key), each.Reason });
        return new
        {
            outcome.Mapping,
            ApiCalls = outcome.Report?.Result.ApiCalls ?? 0,
            Lanes = (outcome.Report?.Lanes ?? []).Select(lane => new { lane.Lane, lane.Records, lane.Calls }),
            Compare = outcome.Report?.Comparison is { } comparison ? new { By = By(comparison), comparison.Why } : null,
            outcome.Report?.Use,
            Changes = changes,
            Held = held,
            Parked = ParkedLines(outcome.Report),
            Error = outcome.Failure?.What,
        };
    }
}
