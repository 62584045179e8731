using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Turns events into deliveries and repeats those that failed: up to ten times within a day, in no order (reference §7.2).</summary>
internal sealed class DeliveryQueue(HubSpotWorld world, Random random)
{
    private const int MaxRetries = 10;
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly List<Outgoing> _waiting = [];
    private readonly Dictionary<long, Outgoing> _underWay = [];
    private long _lastId;
    private int _events;

    /// <summary>Deliveries that will not be tried again.</summary>
    public int GivenUp { get; private set; }

    /// <summary>What may be sent now; each counts as under way until its outcome is reported.</summary>
    public IReadOnlyList<HubSpotDelivery> Take(DateTimeOffset now)
    {
        Gather(now);

        // An app that was silenced in between is told nothing more.
        _waiting.RemoveAll(o => o.App.TargetUrl is null);
        var due = _waiting.Where(o => o.DueAt <= now).ToArray();
        if (world.Switches.WebhooksShuffle)
        {
            random.Shuffle(due);
        }

        var taken = new List<HubSpotDelivery>();
        foreach (var outgoing in due.Where(o => _underWay.Values.Count(u => u.App == o.App) < o.App.MaxConcurrentRequests))
        {
            _waiting.Remove(outgoing);
            _underWay[outgoing.Id] = outgoing;
            taken.Add(Sign(outgoing, now));
        }

        return taken;
    }

    /// <summary>Takes note of an outcome; null when nothing came back in time. Unknown ids are passed over.</summary>
    public void Report(long id, int? status, DateTimeOffset now)
    {
        if (!_underWay.Remove(id, out var outgoing) || status is >= 200 and < 300)
        {
            return;
        }

        if (outgoing.Attempt >= MaxRetries)
        {
            GivenUp++;
            return;
        }

        // Ten waits that together stay within the day; HubSpot does not tell its own.
        var longest = Day / MaxRetries;
        var grown = TimeSpan.FromMinutes(Math.Pow(2, outgoing.Attempt));
        var wait = (grown < longest ? grown : longest) * (0.5 + (random.NextDouble() / 2));
        _waiting.Add(outgoing with { Attempt = outgoing.Attempt + 1, DueAt = now + wait });
    }

    /// <summary>A delivery as somebody else might make one.</summary>
    public HubSpotDelivery Forge(HubSpotForgery kind, string url, string secret, string body, DateTimeOffset now)
    {
        var (key, at) = kind switch
        {
            HubSpotForgery.WrongSecret => ("not-the-secret", now),
            HubSpotForgery.OldTimestamp => (secret, now - TimeSpan.FromMinutes(6)),
            _ => (secret, now),
        };
        var headers = kind == HubSpotForgery.NoSignature
            ? new Dictionary<string, string>()
            : WebhookSignature.Headers(key, url, body, at);
        return new HubSpotDelivery(++_lastId, url, headers, kind == HubSpotForgery.ChangedBody ? body + " " : body, 0);
    }

    private void Gather(DateTimeOffset now)
    {
        var delay = TimeSpan.FromSeconds(world.Switches.WebhookDelaySeconds);
        var ready = world.Events.Pending.Where(e => e.At + delay <= now).ToList();
        world.Events.Remove(ready);
        foreach (var group in ready.SelectMany(Repeated).GroupBy(e => e.App))
        {
            var events = group.ToArray();
            if (world.Switches.WebhooksShuffle)
            {
                random.Shuffle(events);
            }

            foreach (var batch in events.Chunk(Math.Max(1, world.Switches.WebhookBatch)))
            {
                _waiting.Add(new Outgoing(++_lastId, group.Key, batch, 0, now));
            }
        }
    }

    private IEnumerable<WebhookEvent> Repeated(WebhookEvent one)
    {
        var every = world.Switches.WebhookDuplicateEvery;
        return every > 0 && ++_events % every == 0 ? [one, one] : [one];
    }

    private HubSpotDelivery Sign(Outgoing outgoing, DateTimeOffset now)
    {
        var body = new JsonArray([.. outgoing.Events.Select(e => e.AsOf(outgoing.Attempt))]).ToJsonString(Text.Relaxed);
        var url = outgoing.App.TargetUrl ?? "";
        return new HubSpotDelivery(
            outgoing.Id, url, WebhookSignature.Headers(world.SecretOf(outgoing.App.AppId), url, body, now), body, outgoing.Attempt);
    }

    private sealed record Outgoing(long Id, WebhookApp App, WebhookEvent[] Events, int Attempt, DateTimeOffset DueAt);
}
