using System.Globalization;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Bulk;
using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>The front door: sizes, tokens, versions, limits, then the resource.</summary>
internal sealed class RestApi
{
    private const int MostHeaderBytes = 16_384;

    /// <summary>50 MB for everything but Bulk data (reference §8).</summary>
    private const int MostBodyBytes = 50 * 1024 * 1024;
    private static readonly HashSet<string> Schemes = new(StringComparer.OrdinalIgnoreCase) { "Bearer", "OAuth" };
    private readonly Org _org;
    private readonly TokenStore _tokens;
    private readonly TokenEndpoint _tokenEndpoint;
    private readonly UsageMeter _meter = new();
    private readonly RestRouter _router;

    public RestApi(Org org)
    {
        _org = org;
        _tokens = new TokenStore(org);
        _tokenEndpoint = new TokenEndpoint(org, _tokens);
        Engine = new RestEngine(org);
        _router = new RestRouter(Engine, _meter);
    }

    public RestEngine Engine { get; }

    /// <summary>Kills every access token, as a password reset or an administrator does.</summary>
    public void RevokeTokens() => _tokens.RevokeAll();

    /// <summary>The Bulk API, whose jobs go on between calls.</summary>
    public BulkApi Bulk => _router.Bulk;

    public SandboxResponse Handle(SandboxRequest request)
    {
        SandboxResponse answer;
        try
        {
            answer = Serve(request);
        }
        catch (SalesforceException e)
        {
            answer = Errors.Answer(e);
        }

        return Compression.Apply(request, Dressed(request, answer));
    }

    /// <summary>What every answer carries; the usage is told on every call but the list of versions (reference §2.5).</summary>
    private SandboxResponse Dressed(SandboxRequest request, SandboxResponse answer)
    {
        if (request.Path.StartsWith("/services/data/v", StringComparison.Ordinal))
        {
            answer = answer.With("Sforce-Limit-Info", $"api-usage={_meter.Used(_org.Instant)}/{_org.Switches.DailyApiLimit}");
        }

        var pretty = request.Header("X-PrettyPrint") is "1" or "true" && JsonText.Is(answer);
        return (pretty ? JsonText.Indented(answer) : answer).With("Date", _org.Now.ToString("r", CultureInfo.InvariantCulture));
    }

    private SandboxResponse Serve(SandboxRequest request)
    {
        if (request.Target.Length > MostHeaderBytes)
        {
            return JsonText.Answer(414, Errors.Array(new SalesforceError("URI_TOO_LONG", "The URI is longer than 16384 bytes")));
        }

        if (request.Target.Length + request.Headers.Sum(h => h.Key.Length + h.Value.Length + 4) > MostHeaderBytes)
        {
            return JsonText.Answer(431, Errors.Array(new SalesforceError(
                "REQUEST_HEADER_FIELDS_TOO_LARGE", "The URI and headers are longer than 16384 bytes")));
        }

        string[] path = [.. request.Segments];
        return path switch
        {
            ["services", "oauth2", "token"] => _tokenEndpoint.Token(request),
            ["services", "oauth2", "revoke"] => _tokenEndpoint.Revoke(request),
            ["services", "data"] => ApiVersions.List(),
            ["services", "data", var version, ..] => Data(request, version, path),
            ["id", var org, var user] => Identity(request, org, user),
            _ => SandboxResponse.Content(404, "text/html;charset=UTF-8", "<html><body>URL No Longer Exists</body></html>"),
        };
    }

    private SandboxResponse Data(SandboxRequest request, string version, string[] path)
    {
        var user = User(request);
        ApiVersions.Require(version);
        var limit = _org.Switches.DailyApiLimit;
        if (_meter.Used(_org.Instant) >= limit && !_org.Switches.SoftOverage)
        {
            return JsonText.Answer(403, Errors.Array(new SalesforceError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")));
        }

        _meter.Add(_org.Instant);
        if (request.Body.Length > MostBodyBytes && !IsBulkData(request, path[3..]))
        {
            return JsonText.Answer(413, Errors.Array(new SalesforceError(
                "EXCEEDED_MAX_SIZE_REQUEST", $"The request body is larger than {MostBodyBytes} bytes")));
        }

        return IsJson(request) || IsBulkData(request, path[3..])
            ? _router.Route(request, version, path[3..], user, atomic: false)
            : JsonText.Answer(415, Errors.Array(new SalesforceError(
                "UNSUPPORTED_MEDIA_TYPE", "Content type of the request body is not supported. Use application/json")));
    }

    private SandboxResponse Identity(SandboxRequest request, string organization, string userId)
    {
        var caller = User(request);
        if (organization != _org.Users.OrganizationId || _org.Table("User")!.Find(userId) is not { } user || userId != caller)
        {
            throw new SalesforceException(403, new SalesforceError("FORBIDDEN", "Bad_Id"));
        }

        string? Text(string field) => Engine.Reader.Read(user, user.Latest, user.Type[field])?.ToString();
        return JsonText.Answer(200, new System.Text.Json.Nodes.JsonObject
        {
            ["id"] = $"{_tokenEndpoint.InstanceUrl(request)}{request.Path}",
            ["user_id"] = userId,
            ["organization_id"] = organization,
            ["username"] = Text("Username"),
            ["display_name"] = Text("Name"),
            ["email"] = Text("Email"),
            ["active"] = true,
        });
    }

    /// <summary>The user behind the bearer token, or 401.</summary>
    private string User(SandboxRequest request)
    {
        var header = request.Header("Authorization") ?? "";
        var space = header.IndexOf(' ');
        var scheme = space < 0 ? "" : header[..space];
        if (header.Length > 0 && !Schemes.Contains(scheme))
        {
            throw new SalesforceException(401, new SalesforceError("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"));
        }

        return _tokens.Use(header[(space + 1)..].Trim())
            ?? throw new SalesforceException(401, new SalesforceError("INVALID_SESSION_ID", "Session expired or invalid"));
    }

    /// <summary>The calls whose body is CSV, alone or in a multipart form.</summary>
    private static bool IsBulkData(SandboxRequest request, string[] path) => path
        is ["jobs", "ingest", _, "batches"]
        || (path is ["jobs", "ingest"] && request.Header("Content-Type")?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true);

    private static bool IsJson(SandboxRequest request) =>
        request.Body.Length == 0 || request.Header("Content-Type")?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;
}
