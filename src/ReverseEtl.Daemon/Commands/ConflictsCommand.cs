using System.CommandLine;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl conflicts list|resolve</c>: the questions that wait for a person.</summary>
internal static class ConflictsCommand
{
    public static Command Create(GlobalOptions options) =>
        new("conflicts", "The conflicts that wait for a person.") { CreateList(options), CreateResolve(options) };

    private static Command CreateList(GlobalOptions options)
    {
        var mapping = new Argument<string?>("MAPPING") { Description = "One mapping; without it all.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "Show the open conflicts, oldest first.") { mapping };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var reports = await scope.OpenReportsAsync(cancellationToken);
            Show(scope.Ui, await reports.ConflictsAsync(result.GetValue(mapping), cancellationToken));
            return ExitCodes.Good;
        });
        return command;
    }

    private static Command CreateResolve(GlobalOptions options)
    {
        var id = new Argument<long>("ID") { Description = "The conflict, as list shows it." };
        var take = new Option<string?>("--take") { Description = "Whose side: warehouse, crm, or ignore to leave both as they are.", HelpName = "SIDE" };
        take.AcceptOnlyFromAmong("warehouse", "crm", "ignore");
        var value = new Option<string?>("--value") { Description = "A value for both sides; for an ambiguous match the CRM id to link.", HelpName = "X" };
        var by = new Option<string>("--by") { Description = "Who decides; without it the user of this machine.", DefaultValueFactory = _ => Environment.UserName, HelpName = "NAME" };
        var command = new Command("resolve", "Decide a conflict; the next cycle carries it out.") { id, take, value, by };
        command.Validators.Add(result =>
        {
            if (result.GetResult(take) is null == result.GetResult(value) is null)
            {
                result.AddError("Give either --take warehouse|crm|ignore or --value X.");
            }
        });
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var choice = result.GetValue(take) is { } side ? Words.Parse<ResolutionChoice>(side)!.Value : ResolutionChoice.Value;
            var resolution = new Resolution(choice, result.GetValue(value), result.GetValue(by)!);
            var reports = await scope.OpenReportsAsync(cancellationToken);
            var refusal = await reports.ResolveAsync(result.GetValue(id), resolution, scope.Time.GetUtcNow(), cancellationToken);
            return Tell(scope.Ui, result.GetValue(id), resolution, refusal);
        });
        return command;
    }

    private static int Tell(Ui ui, long id, Resolution resolution, string? refusal)
    {
        if (refusal is not null)
        {
            throw new UserException($"Conflict {id} was not decided: {refusal}", "retl conflicts list shows what is open.");
        }

        if (ui.Json)
        {
            ui.WriteJson(new { id, Take = resolution.Choice, resolution.Value, resolution.By, Recorded = true });
        }
        else
        {
            ui.Say($"Decided by {resolution.By}. The next cycle carries it out, unless a side has moved meanwhile.");
        }

        return ExitCodes.Good;
    }

    private static void Show(Ui ui, IReadOnlyList<ConflictReport> conflicts)
    {
        if (ui.Json)
        {
            ui.WriteJson(conflicts.Select(Document));
            return;
        }

        ui.Draw(
            ["Id", "Mapping", "Key", "CRM id", "Field", "Kind", "Warehouse", "CRM", "Was (warehouse / CRM)", "Decided"],
            conflicts.Select(each => Row(each.Mapping, each.Conflict)));
        ui.Say($"{Plural.Of(conflicts.Count, "open conflict")}." + (conflicts.Count > 0 ? " Decide with: retl conflicts resolve ID --take warehouse|crm|ignore" : ""));
    }

    private static string?[] Row(string mapping, Conflict c) =>
    [
        c.Id.ToString(), mapping, KeyOf(c), c.CrmId, c.Field, Words.Of(c.Kind), Shown(c, c.Warehouse), Shown(c, c.Crm),
        c.ShowsSights ? "" : $"{Shown(c, c.BaseWarehouse)} / {Shown(c, c.BaseCrm)}", c.Resolution is { } r ? $"{Words.Of(r.Choice)} by {r.By}" : "",
    ];

    private static object Document(ConflictReport report)
    {
        var c = report.Conflict;
        return new
        {
            c.Id,
            report.Mapping,
            Key = KeyOf(c),
            c.CrmId,
            c.Field,
            c.Kind,
            Base = new { Warehouse = c.BaseWarehouse.OrNull(), Crm = c.BaseCrm.OrNull() },
            Warehouse = c.ShowsSights ? null : c.Warehouse.OrNull(),
            Crm = c.ShowsSights ? null : c.Crm.OrNull(),
            c.OpenedAt,
            Resolution = c.Resolution is null ? null : new { Take = c.Resolution.Choice, c.Resolution.Value, c.Resolution.By },
        };
    }

    private static string Shown(Conflict conflict, FieldValue value) =>
        (conflict, value.State) switch
        {
            ({ Kind: ConflictKind.SchemaDrift }, ValueState.Absent) => "(no such field)",
            ({ ShowsSights: false }, _) => value.ForPeople(),
            (_, ValueState.Absent) => "(gone)",
            _ => "",
        };

    private static string? KeyOf(Conflict conflict) => conflict.Key is null ? null : RecordKey.Display(conflict.Key);
}
