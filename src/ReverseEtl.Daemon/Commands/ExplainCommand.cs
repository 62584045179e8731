using System.CommandLine;
using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Explaining;
using ReverseEtl.Daemon.Terminal;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl explain MAPPING KEY [FIELD]</c>: why a record is as it is.</summary>
internal static class ExplainCommand
{
    public static Command Create(GlobalOptions options)
    {
        var mapping = new Argument<string>("MAPPING") { Description = "Name of the mapping." };
        var key = new Argument<string>("KEY") { Description = "Warehouse key (parts joined by |) or CRM id." };
        var field = new Argument<string?>("FIELD") { Description = "A column or CRM field; without it all.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", "Tell why a record is as it is: values, owners, rules, writes, conflicts.") { mapping, key, field };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var chosen = Choose(scope, result.GetValue(mapping)!, result.GetValue(field));
            Show(scope.Ui, await ExplainAsync(scope, chosen, result.GetValue(key)!, result.GetValue(field), cancellationToken));
            return ExitCodes.Good;
        });
        return command;
    }

    private static Mapping Choose(CommandScope scope, string name, string? field)
    {
        var selection = Selection.Read(scope.Settings, [name]);
        var mapping = selection.Good.Count == 1 ? selection.Good[0] : throw new UserException(
            $"The file of mapping '{name}' has errors: {selection.Problems[0].Message}", "Mend the file; retl validate shows all problems with their places.");
        var names = mapping.Fields.SelectMany(each => new[] { each.Crm, each.Warehouse }).ToList();
        if (field is not null && !names.Contains(field, StringComparer.OrdinalIgnoreCase))
        {
            var nearest = NearestWord.Find(field, names);
            throw new UserException($"Mapping '{name}' maps no field '{field}'.", nearest is null ? $"It maps {string.Join(", ", mapping.Fields.Select(each => each.Crm))}." : $"Did you mean '{nearest}'?");
        }

        return mapping;
    }

    private static async Task<RecordExplanation> ExplainAsync(CommandScope scope, Mapping mapping, string text, string? field, CancellationToken cancellationToken)
    {
        var reports = await scope.OpenReportsAsync(cancellationToken);
        var history = await reports.ExplainAsync(mapping.Name, text, cancellationToken)
            ?? await reports.ExplainAsync(mapping.Name, IdOf(scope, mapping, text), cancellationToken);
        var key = history?.Pair?.Key ?? RecordKey.Parse(text, mapping.Warehouse.Key.Count);
        var live = await LiveLook.TakeAsync(scope.Connections, mapping, key, history?.Pair?.CrmId, cancellationToken);
        return history is null && live is { Row: null, Record: null, Troubles.Count: 0 }
            ? throw new UserException($"Nothing is known of '{text}' in mapping '{mapping.Name}', and neither side has it.", "Give the warehouse key or the CRM id of a record.")
            : RecordExplainer.Explain(mapping, key, history, live, field);
    }

    // A connection that is not configured can still be explained from what the state knows.
    private static string IdOf(CommandScope scope, Mapping mapping, string text)
    {
        try
        {
            return scope.Connections.Crm(mapping.Crm.Connection).IdOf(text);
        }
        catch (ConfigurationException)
        {
            return text;
        }
    }

    private static void Show(Ui ui, RecordExplanation explanation)
    {
        if (ui.Json)
        {
            ui.WriteJson(explanation);
            return;
        }

        ui.Say($"{explanation.Mapping} {explanation.Key} ({explanation.CrmId ?? "no CRM id"}): {explanation.State}");
        foreach (var sentence in explanation.Sentences)
        {
            ui.Say($"  {sentence}");
        }

        foreach (var field in explanation.Fields)
        {
            ui.Say("");
            ui.Say($"{field.Column} <-> {field.Field}");
            foreach (var sentence in field.Sentences)
            {
                ui.Say($"  {sentence}");
            }
        }

        ui.Say("");
        ui.Draw(
            ["At", "Run", "Side", "Action", "Fields", "Rules"],
            explanation.History.Select(line => new[]
            {
                RecordExplainer.Time(line.At), line.Run, line.Side, line.Action, string.Join(", ", line.Fields), string.Join(", ", line.Rules.Distinct()),
            }));
    }
}
