using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Checks a JWT bearer assertion (reference §1.2).</summary>
internal static class JwtAssertion
{
    /// <summary>How far ahead <c>exp</c> may lie.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private static readonly string[] LoginHosts = ["https://login.salesforce.com", "https://test.salesforce.com"];

    /// <summary>null when good, otherwise the error description of <c>invalid_grant</c>.</summary>
    public static string? Refusal(string assertion, SalesforceOptions options, string instanceUrl, DateTimeOffset now)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3 || Json(parts[0]) is not { } header || Json(parts[1]) is not { } claims)
        {
            return "invalid assertion";
        }

        if (header["alg"]?.ToString() != "RS256" || !Signed(parts, options.JwtPublicKeyPem))
        {
            return "invalid assertion";
        }

        if (claims["iss"]?.ToString() != options.ClientId || claims["sub"]?.ToString() != options.Username)
        {
            return "user hasn't approved this consumer";
        }

        var audience = claims["aud"]?.ToString().TrimEnd('/');
        if (!LoginHosts.Contains(audience) && audience != instanceUrl)
        {
            return "audience is invalid";
        }

        return claims["exp"] is JsonValue exp && exp.TryGetValue<long>(out var seconds)
            && seconds > now.ToUnixTimeSeconds() && seconds <= (now + Longest).ToUnixTimeSeconds()
            ? null
            : "assertion is not valid/expired";
    }

    /// <summary>The same key, or <see cref="ArgumentException"/> for what is no PEM of an RSA public key.</summary>
    public static string Key(string pem)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return pem;
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"No public key: {e.Message}", nameof(pem), e);
        }
    }

    private static bool Signed(string[] parts, string? publicKeyPem)
    {
        if (publicKeyPem is null || Bytes(parts[2]) is not { } signature)
        {
            return false;
        }

        using var rsa = RSA.Create();
        rsa.ImportFromPem(publicKeyPem);
        return rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static JsonObject? Json(string part)
    {
        try
        {
            return Bytes(part) is { } bytes && JsonInput.IsReadable(bytes) ? JsonInput.Parse(bytes) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(string part) => Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;
}
