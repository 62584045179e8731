using System.Globalization;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The public API: finds the endpoint, checks the caller and the limits, and turns refusals into answers.</summary>
internal sealed class HubSpotApi
{
    private const string UnknownPath =
        "<html><head><title>Error 404 Not Found</title></head><body><h2>HTTP ERROR 404 Not Found</h2></body></html>";

    private const string NoCredentials =
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at "
        + "https://developers.hubspot.com/docs/methods/auth/oauth-overview";

    private readonly HubSpotWorld _world;
    private readonly RateLimiter _limiter;
    private readonly ObjectsApi _objects;
    private readonly PropertiesApi _properties;
    private readonly PipelinesApi _pipelines;
    private readonly OwnersApi _owners;
    private readonly AccountApi _account;

    public HubSpotApi(HubSpotWorld world)
    {
        _world = world;
        _limiter = new RateLimiter(world);
        _objects = new ObjectsApi(world);
        _properties = new PropertiesApi(world);
        _pipelines = new PipelinesApi(world);
        _owners = new OwnersApi(world);
        _account = new AccountApi(world, _limiter);
    }

    public SandboxResponse Handle(SandboxRequest request)
    {
        var correlation = _world.NextCorrelationId();
        return Answer(request, correlation)
            .With("X-HubSpot-Correlation-Id", correlation)
            .With("Date", _world.Now.ToString("r", CultureInfo.InvariantCulture));
    }

    private SandboxResponse Answer(SandboxRequest request, string correlation)
    {
        try
        {
            if (request.Target.Length > _world.Switches.TargetLimit)
            {
                throw new RefusalException(new Failure(414, null, "URI Too Long"));
            }

            // An unknown version or family is not found whoever asks; only known paths ask for credentials.
            return ApiPath.Parse(request.Segments) is { } path && IsKnown(path)
                ? Limited(new ApiCall(request, path, Authenticate(request), _world.Now), correlation)
                : SandboxResponse.Content(404, "text/html;charset=utf-8", UnknownPath);
        }
        catch (RefusalException e)
        {
            return Refused(e.Failure, correlation);
        }
    }

    private static bool IsKnown(ApiPath path) => path.Family switch
    {
        "objects" or "properties" or "pipelines" or "property-validations" => path.Rest.Count > 0,
        "owners" => true,
        "account-info" => path.Rest.Count > 0,
        ApiPath.PrivateApps => true,
        _ => false,
    };

    private HubSpotToken Authenticate(SandboxRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Header("Authorization") ?? "";
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && _world.Tokens.TryGetValue(header[scheme.Length..].Trim(), out var token)
            ? token
            : throw new RefusalException(new Failure(401, "INVALID_AUTHENTICATION", NoCredentials));
    }

    private SandboxResponse Limited(ApiCall call, string correlation)
    {
        if (_world.Disturbances.MovingSeconds(call.At) is { } seconds)
        {
            return Refused(
                    new Failure(477, "MIGRATION_IN_PROGRESS", "This account is being moved to another data centre."), correlation)
                .With("Retry-After", $"{seconds}");
        }

        var isSearch = ObjectsApi.IsSearch(call.Path);
        var policy = _limiter.Admit(call.Token, isSearch, call.At);
        var answer = policy is null
            ? Guarded(call, correlation)
            : SandboxResponse.Json(429, RateLimiter.Body(policy, correlation, _world.NextCorrelationId()));
        return isSearch ? answer : _limiter.Stamp(answer, call.Token);
    }

    private SandboxResponse Guarded(ApiCall call, string correlation)
    {
        try
        {
            return Dispatch(call);
        }
        catch (RefusalException e)
        {
            return Refused(e.Failure, correlation);
        }
    }

    private SandboxResponse Dispatch(ApiCall call)
    {
        var model = call.Path.Family is "owners" or "account-info" or ApiPath.PrivateApps ? null : FindModel(call);
        var writes = call.Path.Family == "objects"
            ? ObjectsApi.Writes(call.Method, call.Path)
            : PropertiesApi.Writes(call.Method, call.Path);
        var scopes = Scopes.For(call.Path, model, writes);
        if (_world.Switches.CheckScopes && scopes.Count > 0 && call.Token.Scopes is { } granted && !scopes.Any(granted.Contains))
        {
            throw new RefusalException(Scopes.Missing(scopes));
        }

        if (writes && call.Path.Family == "objects" && _world.Disturbances.HitsLock(call.At))
        {
            throw new RefusalException(new Failure(
                423, null, "The resource is locked while large volumes of data are synchronised. Try again in 2 seconds."));
        }

        return call.Path.Family switch
        {
            "objects" => _objects.Handle(call, model!),
            "properties" => _properties.Handle(call, model!),
            "pipelines" => _pipelines.Handle(call, model!),
            "property-validations" => PropertyValidationsApi.Handle(call, model!),
            "owners" => _owners.Handle(call),
            _ => _account.Handle(call),
        };
    }

    private ObjectModel FindModel(ApiCall call) => _world.Model(call.Rest[0])
        ?? throw Refuse.Because($"Unable to infer object type from: {call.Rest[0]}");

    private static SandboxResponse Refused(Failure failure, string correlation) =>
        SandboxResponse.Json(failure.Status, failure.Body(correlation));
}
