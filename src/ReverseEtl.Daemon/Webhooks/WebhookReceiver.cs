using System.Text;
using ReverseEtl.Crms.HubSpot.Webhooks;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Hosting;

namespace ReverseEtl.Daemon.Webhooks;

/// <summary>Judges webhook calls and tells the loops concerned which records to look at. Nothing in a call is believed but ids. Safe for concurrent use.</summary>
/// <remarks>A call that is repeated, reordered or sent again by somebody within its five minutes costs at most one more look at a record.</remarks>
public sealed class WebhookReceiver(RetlSettings settings, Supervisor supervisor, TimeProvider time, ILogger<WebhookReceiver> logger)
{
    /// <summary>How often refused calls are told of, at most; anybody may send any number of them.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyDictionary<string, WebhookSettings> _connections = settings.Webhooks;
    private readonly Lock _gate = new();
    private DateTimeOffset _quietUntil = DateTimeOffset.MinValue;

    /// <summary>Whether a connection takes webhooks.</summary>
    public bool Knows(string connection) => _connections.ContainsKey(connection);

    /// <summary>Judges one call for a connection that <see cref="Knows"/> tells of, and wakes loops when it is genuine.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="method">The verb as sent.</param>
    /// <param name="body">The body, byte for byte.</param>
    /// <param name="timestamp">The header <see cref="HubSpotSignature.TimestampHeader"/>.</param>
    /// <param name="signature">The header <see cref="HubSpotSignature.SignatureHeader"/>.</param>
    public WebhookVerdict Receive(string connection, string method, ReadOnlySpan<byte> body, string? timestamp, string? signature)
    {
        var webhooks = _connections[connection];
        var verdict = HubSpotSignature.Check(webhooks.Secret, method, webhooks.PublicUrl, body, timestamp, signature, time.GetUtcNow());
        if (verdict is not SignatureVerdict.Genuine)
        {
            TellRefusal(connection, verdict);
            return WebhookVerdict.Refused;
        }

        if (HubSpotEvents.Parse(Encoding.UTF8.GetString(body), webhooks.PortalId) is not { } records)
        {
            return WebhookVerdict.Unreadable;
        }

        foreach (var worker in supervisor.Workers.Where(each => each.Mapping.Crm.Connection.Equals(connection, StringComparison.OrdinalIgnoreCase)))
        {
            var ids = records.Where(record => record.MayBeOf(worker.Mapping.Crm.Object)).Select(record => record.Id).ToList();
            if (ids.Count > 0)
            {
                worker.Hear(ids);
            }
        }

        return WebhookVerdict.Taken;
    }

    private void TellRefusal(string connection, SignatureVerdict verdict)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now < _quietUntil)
            {
                return;
            }

            _quietUntil = now + Silence;
        }

        logger.LogWarning(
            "Webhooks for {Connection}: a call was refused as {Verdict}. If HubSpot sent it, check WebhookUrl, WebhookSecret and the clock", connection, verdict);
    }
}

/// <summary>What became of a webhook call.</summary>
public enum WebhookVerdict
{
    /// <summary>It is genuine and noted.</summary>
    Taken,

    /// <summary>It is not known to be genuine.</summary>
    Refused,

    /// <summary>It is genuine but no list of events.</summary>
    Unreadable,
}
