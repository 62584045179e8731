using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ReverseEtl.Core.Checking;
using ReverseEtl.Daemon.Demo;
using ReverseEtl.Daemon.Terminal;

namespace ReverseEtl.Daemon.Commands;

/// <summary>The command line of <c>retl</c>.</summary>
public static class Retl
{
    /// <summary>Runs one command.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, RetlParts parts, CancellationToken cancellationToken)
    {
        var root = Create(parts);
        var result = root.Parse(arguments);
        var isAnswered = result.Action is HelpAction or { ClearsParseErrors: true };
        if (result.Errors.Count > 0 && !isAnswered)
        {
            var json = arguments.Contains("--json");
            new Ui(parts.Output, parts.Error, json, verbose: false).Fail(FailureOf(result));
            return ExitCodes.Failed;
        }

        // Signals are the caller's business: the daemon's host has its own handling, others get the token.
        var invocation = new InvocationConfiguration
        {
            Output = parts.Output,
            Error = parts.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await result.InvokeAsync(invocation, cancellationToken);
    }

    private static RootCommand Create(RetlParts parts)
    {
        var options = new GlobalOptions(parts);
        var root = new RootCommand("Keeps warehouse models and CRM objects consistent, in both directions, field by field.")
        {
            ValidateCommand.Create(options),
            PrepareCommand.Create(options),
            PlanCommand.Create(options),
            SyncCommand.Create(options),
            DaemonCommand.Create(options),
            StatusCommand.Create(options),
            RunsCommand.Create(options),
            ConflictsCommand.Create(options),
            RejectsCommand.Create(options),
            ExplainCommand.Create(options),
            HealthCommand.Create(options),
            SandboxCommand.Create(options),
            DemoCommand.Create(options, parts),
            SchemaCommand.Create(parts),
        };
        options.AddTo(root);
        return root;
    }

    private static Failure FailureOf(ParseResult result)
    {
        var command = result.CommandResult.Command;
        if (result.UnmatchedTokens is [var stranger, ..] && command.Subcommands.Count > 0)
        {
            var nearest = NearestWord.Find(stranger, command.Subcommands.Select(each => each.Name));
            return new($"There is no command '{PathOf(result)}{stranger}'.", nearest is null ? $"retl {PathOf(result)}--help lists them." : $"Did you mean 'retl {PathOf(result)}{nearest}'?");
        }

        return new(result.Errors[0].Message, $"retl {PathOf(result)}--help shows what it takes.");
    }

    private static string PathOf(ParseResult result)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? each = result.CommandResult; each is not null; each = each.Parent)
        {
            if (each is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command)
            {
                names.Push(command.Command.Name);
            }
        }

        return string.Concat(names.Select(name => name + " "));
    }
}
