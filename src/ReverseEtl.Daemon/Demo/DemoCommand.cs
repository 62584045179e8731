using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Terminal;

namespace ReverseEtl.Daemon.Demo;

/// <summary><c>retl demo</c>: the main job, end to end, on this machine.</summary>
internal static class DemoCommand
{
    [SuppressMessage("Reliability", "CA2000", Justification = "The stage is disposed by the using below.")]
    public static Command Create(GlobalOptions options, RetlParts parts)
    {
        var keep = new Option<bool>("--keep") { Description = "Go on running afterwards, so that one can edit and watch." };
        var command = new Command("demo", "Play a first load and a scripted day on a private Postgres and both simulated CRMs, then compare both sides record by record.")
        {
            keep,
        };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            var mappings = Path.GetFullPath(scope.Settings.MappingsFolder, parts.Folder);
            if (!Directory.Exists(mappings))
            {
                throw new UserException($"There is no folder {mappings} with the example mappings.", "Run the demo from the root of the repository, or name the folder with --mappings.");
            }

            await using var stage = await DemoStage.SetAsync(parts, scope.Ui, mappings, cancellationToken);
            var good = await new DemoPlay(stage, scope.Ui, parts).RunAsync(result.GetValue(keep), cancellationToken);
            return good ? ExitCodes.Good : ExitCodes.Failed;
        });
        return command;
    }
}
