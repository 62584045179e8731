using System.CommandLine;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl sandbox</c>: both simulated CRMs on fixed ports, until stopped.</summary>
internal static class SandboxCommand
{
    private const int SalesforcePort = 5081;
    private const int HubSpotPort = 5082;

    /// <summary>How often the simulated HubSpot looks for webhooks to send; far below what a person notices.</summary>
    private static readonly TimeSpan WebhookPace = TimeSpan.FromMilliseconds(200);

    public static Command Create(GlobalOptions options)
    {
        var salesforce = PortOption("--salesforce-port", SalesforcePort);
        var hubspot = PortOption("--hubspot-port", HubSpotPort);
        var command = new Command("sandbox", "Serve simulated Salesforce and HubSpot accounts until stopped, to rehearse mappings. Below /_sandbox/ an admin API acts as a CRM user.")
        {
            salesforce, hubspot,
        };
        options.Run(command, async (scope, result, cancellationToken) =>
        {
            await using var first = Serve(new SandboxSite(new SalesforceSandbox(scope.Time)), scope.Time, result.GetValue(salesforce));
            var site = new SandboxSite(new HubSpotSandbox(scope.Time));
            await using var second = Serve(site, scope.Time, result.GetValue(hubspot));
            Tell(scope.Ui, first.Url, second.Url);
            using var client = new HttpClient();

            // Cancellation is how it ends.
            await new WebhookSender(site, client, scope.Time).RunAsync(WebhookPace, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCodes.Good;
        });
        return command;
    }

    private static Option<int> PortOption(string name, int port)
    {
        var option = new Option<int>(name) { Description = $"Port on 127.0.0.1, 0 for a free one (default {port}).", DefaultValueFactory = _ => port, HelpName = "PORT" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > ushort.MaxValue)
            {
                result.AddError($"{name} must be from 0 to {ushort.MaxValue}.");
            }
        });
        return option;
    }

    private static SandboxServer Serve(SandboxSite site, TimeProvider time, int port)
    {
        try
        {
            return new SandboxServer(site, time, port);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or WireMock.Exceptions.WireMockException)
        {
            throw new UserException($"The simulated {site.Crm.Name} cannot listen on port {port}.", $"Stop what uses the port, or choose another with --{site.Crm.Name}-port.");
        }
    }

    private static void Tell(Ui ui, Uri salesforce, Uri hubspot)
    {
        if (ui.Json)
        {
            ui.WriteJson(new
            {
                Salesforce = new { Url = salesforce, ClientId = SalesforceOptions.DefaultClientId, ClientSecret = SalesforceOptions.DefaultClientSecret },
                Hubspot = new
                {
                    Url = hubspot,
                    AccessToken = HubSpotOptions.DefaultToken,
                    HubSpotApp.Default.ClientId,
                    HubSpotApp.Default.ClientSecret,
                    HubSpotApp.Default.RefreshToken,
                },
            });
            return;
        }

        ui.Say($"Salesforce: {salesforce}  client id {SalesforceOptions.DefaultClientId}, client secret {SalesforceOptions.DefaultClientSecret}");
        ui.Say($"HubSpot:    {hubspot}  access token {HubSpotOptions.DefaultToken}");
        ui.Say("Act as a CRM user through /_sandbox/ on either. Stop with Ctrl+C.");
    }
}
