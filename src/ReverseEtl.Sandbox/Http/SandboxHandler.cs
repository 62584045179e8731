using System.Net;

namespace ReverseEtl.Sandbox.Http;

/// <summary>Carries HttpClient requests to a <see cref="SandboxSite"/> in the same process, without a socket.</summary>
public sealed class SandboxHandler(SandboxSite site, TimeProvider time) : HttpMessageHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = site.Handle(await Read(request, cancellationToken));
        if (answer.Delay > TimeSpan.Zero)
        {
            await Task.Delay(answer.Delay, time, cancellationToken);
        }

        switch (answer.Delivery)
        {
            case Delivery.ConnectionReset:
                // What a socket reports: the request is gone, the answer did not come. Nothing tells whether it was carried out.
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The sandbox broke the connection.");
            case Delivery.NeverAnswered:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                break;
        }

        return Write(answer, request);
    }

    private static async Task<SandboxRequest> Read(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
        {
            headers[name] = string.Join(", ", values);
        }

        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        return new SandboxRequest(request.Method.Method, request.RequestUri!.PathAndQuery, headers, ContentDecoding.Undo(headers, body));
    }

    private static HttpResponseMessage Write(SandboxResponse answer, HttpRequestMessage request)
    {
        var message = new HttpResponseMessage((HttpStatusCode)answer.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(answer.Body),
        };
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
