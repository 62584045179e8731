using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace ReverseEtl.Crms.Salesforce.Auth;

/// <summary>An assertion signed with the key whose certificate the app knows (§1.2).</summary>
public sealed class JwtBearerGrant(string clientId, string username, RSA key, string audience) : SalesforceGrant(clientId)
{
    // Salesforce refuses assertions that live longer than three minutes.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(3);

    /// <summary>The audience that goes with a login host: sandboxes have one of their own.</summary>
    public static string AudienceOf(Uri loginUrl) =>
        loginUrl.Host.Equals("test.salesforce.com", StringComparison.OrdinalIgnoreCase)
        || loginUrl.Host.Contains(".sandbox.", StringComparison.OrdinalIgnoreCase)
            ? "https://test.salesforce.com"
            : "https://login.salesforce.com";

    /// <inheritdoc />
    public override IReadOnlyList<KeyValuePair<string, string>> Form(DateTimeOffset now) =>
    [
        new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        new("assertion", Assertion(now)),
    ];

    internal override string Remedy(string error) => error == "invalid_grant"
        ? "Pre-authorise the user for the app, upload the key's certificate, check Username and Audience, and keep this machine's clock right."
        : "Check ClientId and that the app accepts JWT bearer assertions.";

    private string Assertion(DateTimeOffset now)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = ClientId,
            ["sub"] = username,
            ["aud"] = audience,
            ["exp"] = (now + Life).ToUnixTimeSeconds(),
        };
        var signed = Encode("""{"alg":"RS256","typ":"JWT"}"""u8) + "." + Encode(JsonSerializer.SerializeToUtf8Bytes(claims));
        var signature = key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return signed + "." + Encode(signature);
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
