using System.Net;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Simulation.Scheduling;

namespace ReverseEtl.Simulation.Network;

/// <summary>
/// The socket of one process: the real connectors send through it into the simulated network. Answers are delivered from the loop, and
/// never to a process that is dead.
/// </summary>
public sealed class SimWire(EventLoop loop, SimNetwork network, string process, Life life, Func<string, Task> count) : HttpMessageHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        loop.RequireThread("the wire");
        cancellationToken.ThrowIfCancellationRequested();
        var asked = await Read(request, cancellationToken);
        await count("wire.send");
        var delivered = new TaskCompletionSource<Delivered>();
        await using var registration = cancellationToken.Register(() => delivered.TrySetCanceled(cancellationToken));
        network.Send(process, asked, answer =>
        {
            if (!life.IsOver)
            {
                delivered.TrySetResult(answer);
            }
        });
        var answer = await delivered.Task;
        await count("wire.answer");
        return answer.Answer is { } response
            ? Write(response, request)
            : throw new HttpRequestException(HttpRequestError.ResponseEnded, "The simulated connection broke.");
    }

    private static async Task<SandboxRequest> Read(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
        {
            headers[name] = string.Join(", ", values);
        }

        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        return new SandboxRequest(request.Method.Method, request.RequestUri!.PathAndQuery, headers, body);
    }

    private static HttpResponseMessage Write(SandboxResponse answer, HttpRequestMessage request)
    {
        var message = new HttpResponseMessage((HttpStatusCode)answer.Status) { RequestMessage = request, Content = new ByteArrayContent(answer.Body) };
        foreach (var (name, value) in answer.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }
}
