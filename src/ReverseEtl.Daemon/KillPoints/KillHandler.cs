namespace ReverseEtl.Daemon.KillPoints;

/// <summary>Passes a point before each request leaves and after its answer came.</summary>
internal sealed class KillHandler(KillSwitch kill) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var name = $"{request.Method} {request.RequestUri!.AbsolutePath}";
        kill.Pass($"before {name}");
        var answer = await base.SendAsync(request, cancellationToken);
        kill.Pass($"after {name}");
        return answer;
    }
}
