using System.CommandLine;
using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl prepare [MAPPING...]</c>: makes in the CRM what the keys of mappings need, and says what only its administrator can do.</summary>
internal static class PrepareCommand
{
    public static Command Create(GlobalOptions options)
    {
        var mappings = new Argument<string[]>("MAPPING") { Description = "Names of mappings; without any all of them.", Arity = ArgumentArity.ZeroOrMore };
        var check = new Option<bool>("--check") { Description = "Look only; make nothing." };
        var command = new Command(
            "prepare", "Make the key field of each mapping in the CRM where its API can, and print what an administrator must do. Exit code 3 when something is left to do.")
        {
            mappings, check,
        };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var prepared = await RunAsync(scope, result.GetValue(mappings) ?? [], creates: !result.GetValue(check), cancellationToken);
            Show(scope.Ui, prepared);
            return prepared.Any(each => each.Failure is not null) ? ExitCodes.Failed
                : prepared.All(each => each.Key!.IsReady) ? ExitCodes.Good : ExitCodes.Attention;
        });
        return command;
    }

    // Files alone decide: what a mapping needs may be just what it cannot be checked against yet.
    private static async Task<IReadOnlyList<Prepared>> RunAsync(CommandScope scope, IReadOnlyList<string> names, bool creates, CancellationToken cancellationToken)
    {
        var selection = Selection.Read(scope.Settings, names);
        var prepared = selection.Problems.Where(problem => problem.Severity is Severity.Error).GroupBy(problem => problem.File)
            .Select(file => new Prepared(Path.GetFileNameWithoutExtension(file.Key), null, null, new($"{file.Key}: {file.First().Message}", "Mend the file; retl validate shows all problems with their places.")))
            .ToList();
        foreach (var mapping in selection.Good)
        {
            prepared.Add(await PrepareAsync(scope, mapping, creates, cancellationToken));
        }

        return prepared;
    }

    private static async Task<Prepared> PrepareAsync(CommandScope scope, Mapping mapping, bool creates, CancellationToken cancellationToken)
    {
        try
        {
            var crm = scope.Connections.Crm(mapping.Crm.Connection);
            return new(mapping.Name, mapping.Crm, await crm.PrepareAsync(mapping.Crm.Object, mapping.Crm.Key, creates, cancellationToken), null);
        }
        catch (PortException e)
        {
            return new(mapping.Name, mapping.Crm, null, Failure.Of(e));
        }
        catch (ConfigurationException e)
        {
            return new(mapping.Name, mapping.Crm, null, new(e.Message, e.Remedy));
        }
    }

    private static void Show(Ui ui, IReadOnlyList<Prepared> prepared)
    {
        foreach (var failed in prepared.Where(each => each.Failure is not null))
        {
            ui.Explain(failed.Failure!);
        }

        if (ui.Json)
        {
            ui.WriteJson(prepared.Select(Document));
            return;
        }

        foreach (var each in prepared.Where(each => each.Key is not null))
        {
            var (crm, key) = (each.Crm!, each.Key!);
            ui.Say($"{each.Mapping}: {crm.Key} of {crm.Object} in '{crm.Connection}' {(key.IsReady ? "is ready." : "is not ready.")}");
            foreach (var line in key.Made.Select(made => $"  made: {made}")
                .Concat(key.CanMake.Select(can => $"  to be made by retl prepare: {can}"))
                .Concat(key.ForAdmin.Select(admin => $"  for an administrator: {admin}")))
            {
                ui.Say(line);
            }
        }
    }

    private static object Document(Prepared each) => new
    {
        each.Mapping,
        each.Crm?.Connection,
        each.Crm?.Object,
        each.Crm?.Key,
        Ready = each.Key?.IsReady ?? false,
        Made = each.Key?.Made ?? [],
        CanMake = each.Key?.CanMake ?? [],
        ForAdmin = each.Key?.ForAdmin ?? [],
        Error = each.Failure?.What,
    };

    /// <summary>What became of one mapping's key.</summary>
    private sealed record Prepared(string Mapping, CrmSide? Crm, KeyPreparation? Key, Failure? Failure);
}
