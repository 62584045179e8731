using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Scheduling;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Network;

/// <summary>What lies between the processes and the CRM: it delays, loses, doubles and reorders.</summary>
/// <remarks>
/// No request takes effect later than <see cref="LongestFlight"/> after it left. Recovery builds on such a bound (the in-flight fence), as
/// Salesforce gives one by ending every transaction after ten minutes.
/// </remarks>
public sealed partial class SimNetwork(EventLoop loop, ICrmDesk desk, CrmWatch watch, EventLog log, Coverage.Counters counters, Random random)
{
    /// <summary>How long after it left a request may still take effect.</summary>
    public static readonly TimeSpan LongestFlight = TimeSpan.FromMinutes(12);

    private static readonly TimeSpan ClientPatience = TimeSpan.FromMinutes(2);
    private long _exchanges;
    private Storm? _storm;

    /// <summary>What goes wrong at present.</summary>
    public NetworkFaults Faults { get; set; } = NetworkFaults.None;

    /// <summary>For a while the CRM turns requests away.</summary>
    public void Turn(Storm storm) => _storm = storm;

    /// <summary>Takes a request of a process; <paramref name="answer"/> gets what comes back, if anything does.</summary>
    /// <param name="process">Who sends.</param>
    /// <param name="request">What.</param>
    /// <param name="answer">Called from the loop, at most once.</param>
    public void Send(string process, SandboxRequest request, Action<Delivered> answer)
    {
        var exchange = new Exchange(++_exchanges, process, request, WireWrite.Read(desk.Kind, request), loop.Now);
        foreach (var write in exchange.Writes)
        {
            log.Add(new Sent(loop.Now, process, write.Table.Name, exchange.Number, write.Id, write.Key, write.Fields, write.IsRemoval, write.IsConditional));
        }

        var fate = Faults.Draw(random, exchange.Writes.Count > 0);
        if (fate is not Fate.Answered)
        {
            log.Add(new Struck(loop.Now, $"{process}#{exchange.Number} {fate}{(exchange.Writes.Count > 0 ? " (a write)" : "")}"));
            counters.Hit(exchange.Writes.Count > 0 ? $"write {fate}" : $"read {fate}");
        }

        switch (fate)
        {
            case Fate.LostBefore:
                Later(Latency(), () => answer(Delivered.Broken));
                break;
            case Fate.LostAfter:
                Later(Latency(), () => Arrive(exchange));
                Later(TimeSpan.FromMilliseconds(2 * Faults.MostLatency) + Latency(), () => answer(Delivered.Broken));
                break;
            case Fate.AnsweredLate:
                Later(Latency(), () => Arrive(exchange));
                break;
            case Fate.Late:
                Later(ClientPatience + (random.NextDouble() * (LongestFlight - ClientPatience)), () => Arrive(exchange));
                break;
            case Fate.Twice:
                Later(Latency(), () => Back(Arrive(exchange), answer));
                Later(Latency(), () => Arrive(exchange));
                break;
            case Fate.Truncated:
                Later(Latency(), () => Back(Cut(Arrive(exchange)), answer));
                break;
            case Fate.BadGateway:
                Later(Latency(), () =>
                {
                    Arrive(exchange);
                    Back(SandboxResponse.Content(502, "text/html", "<html>Bad Gateway</html>"), answer);
                });
                break;
            default:
                Later(Latency(), () => Back(Arrive(exchange), answer));
                break;
        }
    }

    private SandboxResponse Arrive(Exchange exchange)
    {
        if (_storm is { } storm && loop.Now < storm.Until)
        {
            counters.Hit(storm.Status is 429 ? "storm of 429" : "storm of 5xx");
            return storm.Answer();
        }

        var answer = desk.Site.Handle(exchange.Request);
        if (exchange.Writes.Count > 0)
        {
            var moved = exchange.Writes.Any(w => w.IsConditional) ? Refusal().Count(answer.Text) : 0;
            log.Add(new Landed(loop.Now, exchange.Number, loop.Now - exchange.SentAt >= ClientPatience, moved));
        }

        // A bulk job does its work while it is asked about.
        if (exchange.Writes.Count > 0 || exchange.Request.Path.Contains("/jobs/ingest", StringComparison.Ordinal))
        {
            watch.Note(new Author(AuthorKind.Engine, exchange.Process) { Exchange = exchange.Number });
        }

        return answer;
    }

    private void Back(SandboxResponse answer, Action<Delivered> deliver) => Later(Latency(), () => deliver(new Delivered(answer)));

    private static SandboxResponse Cut(SandboxResponse whole) => whole with { Body = whole.Body[..(whole.Body.Length / 2)] };

    [GeneratedRegex("\"httpStatusCode\":412")]
    private static partial Regex Refusal();

    private TimeSpan Latency() => TimeSpan.FromMilliseconds(20 + random.Next(Faults.MostLatency));

    private void Later(TimeSpan delay, Action action) => loop.After(delay, action);
}

/// <summary>What comes back to a client: an answer, or a broken connection.</summary>
/// <param name="Answer">Null when the connection broke.</param>
public readonly record struct Delivered(SandboxResponse? Answer)
{
    /// <summary>The connection broke.</summary>
    public static Delivered Broken => default;
}

/// <summary>A request under way.</summary>
public sealed record Exchange(long Number, string Process, SandboxRequest Request, IReadOnlyList<WireWrite> Writes, DateTimeOffset SentAt);

/// <summary>A time in which the CRM turns everything away before it looks at it.</summary>
/// <param name="Status">429, 500 or 503.</param>
/// <param name="Until">When it is over.</param>
public sealed record Storm(int Status, DateTimeOffset Until)
{
    /// <summary>What everybody is told.</summary>
    public SandboxResponse Answer() => SandboxResponse.Content(Status, "application/json", Status is 429
        ? """{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT","policyName":"SECONDLY"}"""
        : """[{"errorCode":"SERVER_UNAVAILABLE","message":"try again"}]""");
}
