namespace ReverseEtl.Crms.Tests.Http;

/// <summary>A wire at which people in the CRM can act between requests.</summary>
public sealed class HookedWire(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Called with the path before a request reaches the CRM.</summary>
    public Action<string>? Before { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Before?.Invoke(request.RequestUri!.AbsolutePath);
        return base.SendAsync(request, cancellationToken);
    }
}
