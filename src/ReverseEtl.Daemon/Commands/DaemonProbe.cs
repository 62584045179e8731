using System.Net.Http.Json;
using System.Text.Json;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Hosting;

namespace ReverseEtl.Daemon.Commands;

/// <summary>What a daemon on this machine says of itself.</summary>
/// <param name="Url">Where it was asked.</param>
/// <param name="Reachable">Whether it answered.</param>
/// <param name="Ready">Whether it is ready.</param>
/// <param name="Reasons">Why it is not.</param>
/// <param name="Connections">State, warehouses and CRMs in use, as it sees them.</param>
public sealed record DaemonState(string Url, bool Reachable, bool Ready, IReadOnlyList<string> Reasons, IReadOnlyList<ConnectionCheck> Connections);

/// <summary>Asks the daemon whether it runs.</summary>
internal static class DaemonProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);
    private static readonly JsonSerializerOptions Shape = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Asks. A daemon that does not answer is an answer too.</summary>
    public static async Task<DaemonState> AskAsync(RetlSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var url = (settings.Configuration["Urls"] ?? DaemonHost.DefaultUrls).Split(';')[0].TrimEnd('/');
        if (!Uri.TryCreate(Reachable(url) + "/readyz", UriKind.Absolute, out var address))
        {
            throw new ConfigurationException("Urls", $"'{url}' is no address.", "Write it as http://127.0.0.1:5080.");
        }

        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var client = new HttpClient();
        try
        {
            using var answer = await client.GetAsync(address, either.Token);
            var report = await answer.Content.ReadFromJsonAsync<ReadinessReport>(Shape, either.Token);
            return new(url, true, report!.Ready, report.Reasons, report.Connections);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or NotSupportedException || timeout.IsCancellationRequested)
        {
            return new(url, false, false, [], []);
        }
    }

    // One that listens everywhere is asked on loopback.
    private static string Reachable(string url) =>
        url.Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal).Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal);
}
