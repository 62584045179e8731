using System.CommandLine;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Terminal;

namespace ReverseEtl.Daemon.Commands;

/// <summary>The options that every command takes, and the frame in which every command runs.</summary>
public sealed class GlobalOptions(RetlParts parts)
{
    private readonly Option<string?> _config = new("--config") { Description = "Configuration file; without it appsettings.json in the working directory.", Recursive = true, HelpName = "FILE" };
    private readonly Option<string?> _mappings = new("--mappings") { Description = "Folder of the mapping files; without it the configuration's Mappings.", Recursive = true, HelpName = "DIR" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on standard output and nothing else.", Recursive = true };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show stack traces.", Recursive = true };

    /// <summary>Adds the options to the root.</summary>
    public void AddTo(Command root)
    {
        root.Add(_config);
        root.Add(_mappings);
        root.Add(_json);
        root.Add(_verbose);
    }

    /// <summary>Gives a command its action: errors become one line, its remedy and exit code 1.</summary>
    public void Run(Command command, Func<CommandScope, ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (result, cancellationToken) =>
        {
            var ui = new Ui(parts.Output, parts.Error, result.GetValue(_json), result.GetValue(_verbose));
            try
            {
                var configuration = ConfigurationFiles.Load(result.GetValue(_config), parts.Folder);
                var settings = new RetlSettings(configuration, parts.Folder, result.GetValue(_mappings));
                await using var scope = new CommandScope(parts, settings, ui);
                return await action(scope, result, cancellationToken);
            }
            catch (Exception e)
            {
                ui.Fail(Failure.Of(e));
                return ExitCodes.Failed;
            }
        });
}
