using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace ReverseEtl.Crms.Tests.Http;

/// <summary>One request as it reached the wire.</summary>
public sealed record Sent(string Method, string PathAndQuery, string Host, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The decoded path and query.</summary>
    public string Plain => Uri.UnescapeDataString(PathAndQuery.Replace('+', ' '));
}

/// <summary>A wire that answers from a script and writes down what it was sent.</summary>
public sealed class ScriptedWire : HttpMessageHandler
{
    private readonly ConcurrentQueue<Func<Sent, HttpResponseMessage>> _script = new();
    private readonly ConcurrentQueue<Sent> _sent = new();

    /// <summary>Answers what no script line is left for.</summary>
    public Func<Sent, HttpResponseMessage?>? Otherwise { get; set; }

    /// <summary>Asked before the script; what it answers is not written down. For sign-ins that a test does not care about.</summary>
    public Func<Sent, HttpResponseMessage?>? Before { get; set; }

    public IReadOnlyList<Sent> Requests => [.. _sent];

    public ScriptedWire Then(Func<Sent, HttpResponseMessage> step)
    {
        _script.Enqueue(step);
        return this;
    }

    public ScriptedWire Then(int status, string body = "", params (string Name, string Value)[] headers) => Then(_ => Answer(status, body, headers));

    public ScriptedWire ThenThrow(Exception e) => Then(_ => throw e);

    public static HttpResponseMessage Answer(int status, string body = "", params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(body, Encoding.UTF8, body.StartsWith('<') ? "text/html" : "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var sent = new Sent(request.Method.Method, request.RequestUri!.PathAndQuery, request.RequestUri.Host, body, headers);
        if (Before?.Invoke(sent) is { } early)
        {
            return early;
        }

        _sent.Enqueue(sent);
        var answer = _script.TryDequeue(out var step) ? step(sent) : Otherwise?.Invoke(sent);
        if (answer is null)
        {
            throw new InvalidOperationException($"The script has no answer for {sent.Method} {sent.PathAndQuery}.");
        }

        if (answer.StatusCode == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return answer;
    }

    /// <summary>A script line that never answers.</summary>
    public ScriptedWire ThenSilence() => Then(_ => new HttpResponseMessage(0));
}
