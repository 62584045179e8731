using System.CommandLine;
using ReverseEtl.Daemon.Hosting;
using ReverseEtl.Daemon.Terminal;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl daemon</c>: the loops of all mappings until SIGTERM.</summary>
internal static class DaemonCommand
{
    public static Command Create(GlobalOptions options)
    {
        var command = new Command("daemon", "Keep all mappings consistent until SIGTERM. Listens on Urls (default http://127.0.0.1:5080): /healthz, /readyz, /webhooks/CONNECTION. --json makes the logs JSON.");
        options.Run(command, async (scope, _, cancellationToken) =>
        {
            // What cannot become right by waiting is told at once.
            scope.Settings.CheckForDaemon();
            await using var app = DaemonHost.Build(scope, loggers => scope.Parts.Cycles(scope.Settings, scope.Connections, scope.Time, loggers));
            try
            {
                await app.StartAsync(cancellationToken);
            }
            catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
            {
                throw new UserException(e.Message, "Stop the other process, or set Urls to another address.");
            }

            app.Logger.LogInformation("Listening on {Urls}", string.Join(", ", app.Urls));
            await app.WaitForShutdownAsync(cancellationToken);
            if (scope.Ui.Json)
            {
                scope.Ui.WriteJson(new { Status = "stopped" });
            }

            return ExitCodes.Good;
        });
        return command;
    }
}
