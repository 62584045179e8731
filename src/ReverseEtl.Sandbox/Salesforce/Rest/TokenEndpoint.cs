using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary><c>/services/oauth2/token</c> and <c>/revoke</c> (reference §1). Errors are an object here, not an array.</summary>
internal sealed class TokenEndpoint(Org org, TokenStore tokens)
{
    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private string _refreshToken = org.Options.RefreshToken;
    private int _rotations;

    public SandboxResponse Token(SandboxRequest request)
    {
        if (request.Method != "POST")
        {
            return Refuse("invalid_request", "must use HTTP POST");
        }

        if (request.Header("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return Refuse("invalid_request", "must use application/x-www-form-urlencoded");
        }

        var form = request with { Target = "/?" + request.Text };
        return form.Query("grant_type") switch
        {
            "client_credentials" => ClientCredentials(form),
            JwtBearer => Jwt(form),
            "refresh_token" => Refresh(form),
            "password" when org.Switches.UsernamePasswordFlow => UsernamePassword(form),
            null or "" => Refuse("invalid_request", "grant type is required"),
            _ => Refuse("unsupported_grant_type", "grant type not supported"),
        };
    }

    public SandboxResponse Revoke(SandboxRequest request)
    {
        var token = (request with { Target = "/?" + request.Text }).Query("token") ?? request.Query("token");
        tokens.Revoke(token ?? "");
        return SandboxResponse.Empty(200);
    }

    public string InstanceUrl(SandboxRequest request) =>
        org.Options.InstanceUrl ?? (request.Header("Host") is { Length: > 0 } host ? $"http://{host}" : "https://sandbox.my.salesforce.example");

    private SandboxResponse ClientCredentials(SandboxRequest form)
    {
        if (org.Switches.LoginHost)
        {
            return Refuse("invalid_grant", "request not supported on this domain");
        }

        if (CheckClient(form) is { } refusal)
        {
            return refusal;
        }

        return org.Switches.NoRunAsUser ? Refuse("invalid_grant", "no client credentials user enabled") : Grant(form, full: true);
    }

    private SandboxResponse Jwt(SandboxRequest form) =>
        JwtAssertion.Refusal(form.Query("assertion") ?? "", org.Options, InstanceUrl(form), org.Instant) is { } reason
            ? Refuse("invalid_grant", reason)
            : Grant(form, full: false);

    private SandboxResponse Refresh(SandboxRequest form)
    {
        if (CheckClient(form) is { } refusal)
        {
            return refusal;
        }

        if (form.Query("refresh_token") != _refreshToken)
        {
            return Refuse("invalid_grant", "expired access/refresh token");
        }

        if (!org.Switches.RotateRefreshTokens)
        {
            return Grant(form, full: true);
        }

        _refreshToken = $"{org.Options.RefreshToken}-{++_rotations}";
        return Grant(form, full: true, _refreshToken);
    }

    private SandboxResponse UsernamePassword(SandboxRequest form) =>
        CheckClient(form) is { } refusal ? refusal
        : form.Query("username") == org.Options.Username && form.Query("password") == org.Options.Password ? Grant(form, full: true)
        : Refuse("invalid_grant", "authentication failure - Invalid Password");

    private SandboxResponse? CheckClient(SandboxRequest form)
    {
        var (id, secret) = (form.Query("client_id"), form.Query("client_secret"));
        if (form.Header("Authorization") is { } header && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var buffer = new byte[header.Length];
            var text = Convert.TryFromBase64String(header["Basic ".Length..].Trim(), buffer, out var length)
                ? Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2)
                : [];
            (id, secret) = text is [var basicId, var basicSecret]
                ? (Uri.UnescapeDataString(basicId), Uri.UnescapeDataString(basicSecret))
                : (null, null);
        }

        return id != org.Options.ClientId ? Refuse("invalid_client_id", "client identifier invalid")
            : secret != org.Options.ClientSecret ? Refuse("invalid_client", "invalid client credentials")
            : null;
    }

    /// <summary>JWT bearer answers have neither issued_at nor signature, and no flow has expires_in.</summary>
    private SandboxResponse Grant(SandboxRequest request, bool full, string? refreshToken = null)
    {
        var url = InstanceUrl(request);
        var id = $"{url}/id/{org.Users.OrganizationId}/{org.Users.Integration}";
        var body = new JsonObject { ["access_token"] = tokens.Issue(org.Users.Integration) };
        if (refreshToken is not null)
        {
            body["refresh_token"] = refreshToken;
        }

        var issued = org.Instant.ToUnixTimeMilliseconds().ToString();
        if (full)
        {
            body["signature"] = Convert.ToBase64String(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(org.Options.ClientSecret), Encoding.UTF8.GetBytes(id + issued)));
        }

        body["scope"] = "api";
        body["instance_url"] = url;
        body["id"] = id;
        body["token_type"] = "Bearer";
        if (full)
        {
            body["issued_at"] = issued;
        }

        return JsonText.Answer(200, body);
    }

    private static SandboxResponse Refuse(string error, string description) =>
        JsonText.Answer(400, new JsonObject { ["error"] = error, ["error_description"] = description });
}
