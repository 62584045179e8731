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
    private readonly RecordAssociationsApi _recordAssociations;
    private readonly AssociationsApi _associations;
    private readonly SchemasApi _schemas;
    private readonly ListsApi _lists;
    private readonly LimitsApi _limits;
    private readonly OAuthApi _oauth;
    private readonly WebhooksApi _webhooks;

    public HubSpotApi(HubSpotWorld world)
    {
        _world = world;
        _limiter = new RateLimiter(world);
        _objects = new ObjectsApi(world);
        _properties = new PropertiesApi(world);
        _pipelines = new PipelinesApi(world);
        _owners = new OwnersApi(world);
        _account = new AccountApi(world, _limiter);
        _recordAssociations = new RecordAssociationsApi(world);
        _associations = new AssociationsApi(world);
        _schemas = new SchemasApi(world);
        _lists = new ListsApi(world);
        _limits = new LimitsApi(world);
        _oauth = new OAuthApi(world);
        _webhooks = new WebhooksApi(world);
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
            return ApiPath.Parse(request.Segments) switch
            {
                null => SandboxResponse.Content(404, "text/html;charset=utf-8", UnknownPath),
                { Family: ApiFamily.OAuth } path => Moving(correlation) ?? _oauth.Handle(request, path),
                var path => Limited(new ApiCall(request, path, Authenticate(request), _world.Now), correlation),
            };
        }
        catch (RefusalException e)
        {
            return Refused(e.Failure, correlation);
        }
    }

    private HubSpotToken Authenticate(SandboxRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Header("Authorization") ?? "";
        var token = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? _world.Tokens.GetValueOrDefault(header[scheme.Length..].Trim())
            : null;
        return token switch
        {
            null => throw new RefusalException(new Failure(401, "INVALID_AUTHENTICATION", NoCredentials)),
            { ExpiresAt: { } ends } when ends <= _world.Now => throw new RefusalException(
                new Failure(401, _world.Switches.ExpiredTokenCategory, "The OAuth token used to make this call expired.")),
            _ => token,
        };
    }

    /// <summary>What everybody is told while the account is on the move; null when it is not.</summary>
    private SandboxResponse? Moving(string correlation) => _world.Disturbances.MovingSeconds(_world.Now) is { } seconds
        ? Refused(new Failure(477, "MIGRATION_IN_PROGRESS", "This account is being moved to another data centre."), correlation)
            .With("Retry-After", $"{seconds}")
        : null;

    private SandboxResponse Limited(ApiCall call, string correlation)
    {
        if (Moving(correlation) is { } moving)
        {
            return moving;
        }

        var lane = _limiter.LaneOf(call);
        var policy = _limiter.Admit(lane, call.Token, call.At);
        var answer = policy is null
            ? Guarded(call, correlation)
            : _limiter.Refuse(lane, policy, correlation, _world.NextCorrelationId(), call.At);
        return lane.HasHeaders ? _limiter.Stamp(answer, lane, call.Token) : answer;
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
        var model = IsAboutAType(call.Path.Family) ? FindModel(call) : null;
        var writes = Writes(call);
        var scopes = call.Path.Family is ApiFamily.Lists && !_world.Switches.ListsAskForScopes ? [] : Scopes.For(call.Path, model, writes);
        if (_world.Switches.CheckScopes && scopes.Count > 0 && call.Token.Scopes is { } granted && !scopes.Any(granted.Contains))
        {
            throw new RefusalException(Scopes.Missing(scopes));
        }

        if (writes && call.Path.Family == ApiFamily.Objects && _world.Disturbances.HitsLock(call.At))
        {
            throw new RefusalException(new Failure(
                423, null, "The resource is locked while large volumes of data are synchronised. Try again in 2 seconds."));
        }

        if (writes && call.IsAboutAssociations)
        {
            call.MustEditAssociations();
        }

        return call.Path.Family switch
        {
            ApiFamily.Objects => _objects.Handle(call, model!),
            ApiFamily.RecordAssociations when call.Rest is [_, _, "associations", ..] => _recordAssociations.Handle(call, model!),
            ApiFamily.Associations => _associations.Handle(call, model!),
            ApiFamily.Properties => _properties.Handle(call, model!),
            ApiFamily.Pipelines => _pipelines.Handle(call, model!),
            ApiFamily.PropertyValidations => PropertyValidationsApi.Handle(call, model!),
            ApiFamily.Schemas => _schemas.Handle(call),
            ApiFamily.Lists => _lists.Handle(call),
            ApiFamily.Limits => _limits.Handle(call),
            ApiFamily.Owners => _owners.Handle(call),
            ApiFamily.Webhooks => _webhooks.Handle(call),
            ApiFamily.AccountInfo or ApiFamily.PrivateApps => _account.Handle(call),
            _ => ApiCall.NoSuchEndpoint(),
        };
    }

    private static bool IsAboutAType(ApiFamily family) => family is ApiFamily.Objects or ApiFamily.RecordAssociations
        or ApiFamily.Associations or ApiFamily.Properties or ApiFamily.Pipelines or ApiFamily.PropertyValidations;

    private static bool Writes(ApiCall call) => call.Path.Family switch
    {
        ApiFamily.Objects => ObjectsApi.Writes(call.Method, call.Path),
        ApiFamily.Associations => AssociationsApi.Writes(call.Method, call.Path),
        ApiFamily.Lists => ListsApi.Writes(call.Method, call.Path),
        _ => PropertiesApi.Writes(call.Method, call.Path),
    };

    private ObjectModel FindModel(ApiCall call) => _world.Model(call.Rest[0])
        ?? throw Refuse.Because($"Unable to infer object type from: {call.Rest[0]}");

    private SandboxResponse Refused(Failure failure, string correlation)
    {
        var shown = failure.Status == 404 && !_world.Switches.NotFoundHasCategory ? failure with { Category = null } : failure;
        return SandboxResponse.Json(failure.Status, shown.Body(correlation));
    }
}
