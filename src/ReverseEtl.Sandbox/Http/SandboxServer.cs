using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace ReverseEtl.Sandbox.Http;

/// <summary>Serves a <see cref="SandboxSite"/> over real HTTP on the loopback interface.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    /// <summary>The target exactly as sent: the server's own path is already decoded.</summary>
    private const string TargetHeader = "X-Sandbox-Raw-Target";

    /// <summary>Tells the middleware around the server to break or to hold the connection.</summary>
    private const string DeliveryHeader = "X-Sandbox-Delivery";

    /// <summary>The model's own Date: WireMock would put the real one in its place.</summary>
    private const string DateHeader = "X-Sandbox-Date";

    /// <summary>The models have limits of their own below this, and must be reached to apply them.</summary>
    private const int MostHeaderBytes = 64 * 1024;

    /// <summary>Bodies from this size on, and those of unknown size, go past WireMock, which makes a text of every body.</summary>
    private const int LargeBodyBytes = 1024 * 1024;

    private readonly WireMockServer _server;
    private readonly SandboxSite _site;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="site">The site to serve.</param>
    /// <param name="time">The clock of delays; the real one for real clients.</param>
    /// <param name="port">A loopback port; 0 for a free one.</param>
    public SandboxServer(SandboxSite site, TimeProvider time, int port = 0)
    {
        _site = site;
        _time = time;
        _server = WireMockServer.Start(new WireMockServerSettings
        {
            Urls = [$"http://127.0.0.1:{port}"],
            StartAdminInterface = false,
            MaxRequestLogCount = 0,
            SaveUnmatchedRequests = false,
            DoNotSaveDynamicResponseInLogEntry = true,
            AllowBodyForAllHttpMethods = true,
            AllowOnlyDefinedHttpStatusCodeInResponse = false,
            DisableJsonBodyParsing = true,
            DisableDeserializeFormUrlEncoded = true,
            DisableRequestBodyDecompressing = true,
            AdditionalServiceRegistration = services => services.Configure<KestrelServerOptions>(Raise),
            PreWireMockMiddlewareInit = app => ((IApplicationBuilder)app).Use(Around),
        });
        _server.Given(Request.Create().UsingAnyMethod()).RespondWith(Response.Create().WithCallback(Answer));
        Url = new Uri(_server.Urls[0].TrimEnd('/') + "/");
    }

    /// <summary>Where the site listens, e.g. <c>http://127.0.0.1:5071/</c>.</summary>
    public Uri Url { get; }

    /// <summary>Stops listening; answers held back are dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _server.Stop();
        _server.Dispose();
        _stopping.Dispose();
    }

    private static void Raise(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestLineSize = MostHeaderBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.AddServerHeader = false;
    }

    private Task Around(HttpContext context, RequestDelegate next)
    {
        context.Request.Headers[TargetHeader] = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        context.Response.OnStarting(async () =>
        {
            var delivery = context.Response.Headers[DeliveryHeader].ToString();
            context.Response.Headers.Remove(DeliveryHeader);
            if (context.Response.Headers.Remove(DateHeader, out var date))
            {
                context.Response.Headers.Date = date;
            }

            if (delivery == nameof(Delivery.NeverAnswered))
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);

                // Cancellation is the only way out and no failure: the connection is broken next.
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (delivery.Length > 0)
            {
                context.Abort();
            }
        });
        return IsLarge(context.Request) ? Past(context) : next(context);
    }

    private static bool IsLarge(HttpRequest request) =>
        request.ContentLength >= LargeBodyBytes || (request.ContentLength is null && request.Headers.ContainsKey("Transfer-Encoding"));

    /// <summary>Answers without WireMock, so that a large upload is held once.</summary>
    private async Task Past(HttpContext context)
    {
        using var body = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.GetBuffer().Length == body.Length ? body.GetBuffer() : body.ToArray();
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        headers.Remove(TargetHeader, out var target);
        var answer = await Serve(context.Request.Method, target!, headers, bytes);
        context.Response.StatusCode = answer.Status is 0 ? 200 : answer.Status;
        foreach (var (name, value) in Told(answer))
        {
            context.Response.Headers[name] = value;
        }

        if (answer.Body.Length > 0)
        {
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private async Task<IResponseMessage> Answer(IRequestMessage request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers ?? new Dictionary<string, WireMockList<string>>())
        {
            headers[name] = string.Join(", ", values);
        }

        headers.Remove(TargetHeader, out var target);
        return Message(await Serve(request.Method.ToUpperInvariant(), target!, headers, request.BodyAsBytes ?? []));
    }

    private async Task<SandboxResponse> Serve(string method, string target, Dictionary<string, string> headers, byte[] body)
    {
        var answer = _site.Handle(new SandboxRequest(method, target, headers, ContentDecoding.Undo(headers, body)));
        if (answer.Delay > TimeSpan.Zero)
        {
            await Task.Delay(answer.Delay, _time, _stopping.Token);
        }

        return answer;
    }

    /// <summary>The headers of an answer, and those that tell the middleware what to do with it.</summary>
    private static IEnumerable<(string Name, string Value)> Told(SandboxResponse answer)
    {
        foreach (var (name, value) in answer.Headers)
        {
            yield return (name.Equals("Date", StringComparison.OrdinalIgnoreCase) ? DateHeader : name, value);
        }

        if (answer.Delivery != Delivery.Answered)
        {
            yield return (DeliveryHeader, answer.Delivery.ToString());
        }
    }

    private static ResponseMessage Message(SandboxResponse answer)
    {
        var message = new ResponseMessage { StatusCode = answer.Status is 0 ? 200 : answer.Status };
        foreach (var (name, value) in Told(answer))
        {
            message.AddHeader(name, value);
        }

        if (answer.Body.Length > 0)
        {
            message.BodyDestination = BodyDestinationFormat.SameAsSource;
            message.BodyData = new BodyData { DetectedBodyType = BodyType.Bytes, BodyAsBytes = answer.Body };
        }

        return message;
    }
}
