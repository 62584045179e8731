using System.Security.Cryptography;

namespace ReverseEtl.Crms.Salesforce.Auth;

/// <summary>One way to get a token: what is posted to the token endpoint.</summary>
/// <remarks>None of these is a record: printing one must tell nothing.</remarks>
public abstract class SalesforceGrant
{
    private protected SalesforceGrant(string clientId) => ClientId = clientId;

    /// <summary>The app's consumer key.</summary>
    public string ClientId { get; }

    /// <summary>The form to post now.</summary>
    public abstract IReadOnlyList<KeyValuePair<string, string>> Form(DateTimeOffset now);

    /// <summary>What was answered may replace what is sent next time.</summary>
    /// <returns>What people must know about it; null for nothing.</returns>
    internal virtual string? Learn(string? refreshToken) => null;

    /// <summary>What to check when the endpoint refuses with this error.</summary>
    internal abstract string Remedy(string error);

    /// <summary>Reads <c>Auth</c> and what belongs to it.</summary>
    /// <exception cref="CrmSettingsException">Something is missing or wrong.</exception>
    public static SalesforceGrant Read(CrmConnection connection, Uri loginUrl) => connection.Find("Auth")?.ToLowerInvariant() switch
    {
        null or "client_credentials" => new ClientCredentialsGrant(connection.Require("ClientId"), connection.Require("ClientSecret")),
        "jwt_bearer" => new JwtBearerGrant(
            connection.Require("ClientId"), connection.Require("Username"), PrivateKey(connection),
            connection.Find("Audience") ?? JwtBearerGrant.AudienceOf(loginUrl)),
        "refresh_token" => new RefreshTokenGrant(
            connection.Require("ClientId"), connection.Find("ClientSecret"), KeptToken(connection) ?? connection.Require("RefreshToken"),
            connection.Find("RefreshTokenFile")),
        _ => throw new CrmSettingsException(connection.Name, "Auth", "must be client_credentials, jwt_bearer or refresh_token."),
    };

    private static RSA PrivateKey(CrmConnection connection)
    {
        var (key, pem) = connection.Find("PrivateKey") is { } text ? ("PrivateKey", text) : ("PrivateKeyFile", ReadKeyFile(connection));
        var rsa = RSA.Create();
        try
        {
            // Environment variables often carry the line breaks of a PEM as the two characters \n.
            rsa.ImportFromPem(pem.Replace("\\n", "\n", StringComparison.Ordinal));
            return rsa;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw new CrmSettingsException(connection.Name, key, "is no unencrypted RSA private key in PEM form.");
        }
    }

    // What replaced the configured one in an earlier life; that one is refused by now.
    private static string? KeptToken(CrmConnection connection) =>
        connection.Find("RefreshTokenFile") is { } path && File.Exists(path) && ReadFile(connection, "RefreshTokenFile", path).Trim() is { Length: > 0 } token
            ? token
            : null;

    private static string ReadKeyFile(CrmConnection connection) => ReadFile(
        connection, "PrivateKeyFile",
        connection.Find("PrivateKeyFile") ?? throw new CrmSettingsException(connection.Name, "PrivateKey", "or PrivateKeyFile is missing."));

    private static string ReadFile(CrmConnection connection, string key, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CrmSettingsException(connection.Name, key, "cannot be read.");
        }
    }
}
