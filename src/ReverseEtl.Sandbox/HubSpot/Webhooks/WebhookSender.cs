using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Sends a simulated account's webhooks over HTTP. It talks to the account through the admin API, so it may run anywhere.</summary>
/// <param name="site">The account.</param>
/// <param name="client">Carries the calls.</param>
/// <param name="time">HubSpot waits five seconds for an answer.</param>
public sealed class WebhookSender(SandboxSite site, HttpClient client, TimeProvider time)
{
    /// <summary>How long an app may take to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Sends what is due and reports how it went.</summary>
    /// <returns>The number of deliveries sent.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var due = JsonSerializer.Deserialize<List<HubSpotDelivery>>(Ask("webhooks/take", "{}").Text, Json)!;
        await Task.WhenAll(due.Select(async delivery =>
        {
            var status = await SendAsync(delivery, cancellationToken);
            Ask("webhooks/report", JsonSerializer.Serialize(new { delivery.Id, Status = status }, Json));
        }));
        return due.Count;
    }

    /// <summary>Sends until cancelled, looking for more at a fixed pace.</summary>
    public async Task RunAsync(TimeSpan pace, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(pace, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await SendDueAsync(cancellationToken);
        }
    }

    /// <summary>The status that came back; null for none in time.</summary>
    private async Task<int?> SendAsync(HubSpotDelivery delivery, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in delivery.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var answer = await client.SendAsync(request, either.Token);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // Nobody listens: an outcome like any other, and HubSpot tries again.
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private SandboxResponse Ask(string path, string body) => site.Handle(new SandboxRequest(
        "POST", $"/_sandbox/{path}", new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(body)));
}
