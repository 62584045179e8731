using System.Buffers;
using ReverseEtl.Crms.HubSpot.Webhooks;

namespace ReverseEtl.Daemon.Webhooks;

/// <summary><c>POST /webhooks/{connection}</c>. Answers at once, because HubSpot waits five seconds, and tells a caller nothing.</summary>
internal static class WebhookEndpoint
{
    /// <summary>A call has at most 100 events, mostly of some hundred bytes; what is larger is polled. Bodies are held before they are known to be genuine.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>204 taken · 400 no list of events · 401 not genuine · 404 no such connection, or it takes no webhooks · 413 too large.</summary>
    public static async Task<IResult> ReceiveAsync(string connection, HttpRequest request, WebhookReceiver receiver, CancellationToken cancellationToken)
    {
        if (!receiver.Knows(connection))
        {
            return Results.NotFound();
        }

        if (await BodyAsync(request, cancellationToken) is not { } body)
        {
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        var (timestamp, signature) = (request.Headers[HubSpotSignature.TimestampHeader], request.Headers[HubSpotSignature.SignatureHeader]);
        return receiver.Receive(connection, request.Method, body, timestamp, signature) switch
        {
            WebhookVerdict.Taken => Results.NoContent(),
            WebhookVerdict.Refused => Results.StatusCode(StatusCodes.Status401Unauthorized),
            _ => Results.StatusCode(StatusCodes.Status400BadRequest),
        };
    }

    // Null when it is too large; no more than that much of it is read.
    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MostBytes)
        {
            return null;
        }

        var read = await request.BodyReader.ReadAtLeastAsync(MostBytes + 1, cancellationToken);
        var body = read.Buffer.Length > MostBytes ? null : read.Buffer.ToArray();
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return body;
    }
}
