using System.CommandLine;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl health</c>: asks the daemon on this machine whether it is up; for container health checks, whose images have no shell.</summary>
internal static class HealthCommand
{
    public static Command Create(GlobalOptions options)
    {
        var command = new Command("health", "Ask the daemon on this machine whether it is up. Exit code 0 when it answers, 1 when not.");
        options.Run(command, async (scope, _, cancellationToken) =>
        {
            var daemon = await DaemonProbe.AskAsync(scope.Settings, scope.Time, cancellationToken);
            if (scope.Ui.Json)
            {
                scope.Ui.WriteJson(daemon);
            }
            else
            {
                scope.Ui.Say(daemon switch
                {
                    { Reachable: false } => $"No daemon answers at {daemon.Url}.",
                    { Ready: false } => $"The daemon at {daemon.Url} is up but not ready: {string.Join("; ", daemon.Reasons)}",
                    _ => $"The daemon at {daemon.Url} is ready.",
                });
            }

            return daemon.Reachable ? ExitCodes.Good : ExitCodes.Failed;
        });
        return command;
    }
}
