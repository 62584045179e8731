using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Signs deliveries the way HubSpot does, version 3 (reference §7.3).</summary>
internal static class WebhookSignature
{
    public const string SignatureHeader = "X-HubSpot-Signature-v3";
    public const string TimestampHeader = "X-HubSpot-Request-Timestamp";

    // The only escapes of the address that are undone before signing.
    private static readonly (string Escape, string Character)[] Decoded =
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"),
        ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
    ];

    public static IReadOnlyDictionary<string, string> Headers(string secret, string url, string body, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            [SignatureHeader] = Sign(secret, "POST", url, body, timestamp),
            [TimestampHeader] = timestamp,
        };
    }

    public static string Sign(string secret, string method, string url, string body, string timestamp)
    {
        var address = Decoded.Aggregate(url, (text, d) => text.Replace(d.Escape, d.Character, StringComparison.OrdinalIgnoreCase));
        return Convert.ToBase64String(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(method + address + body + timestamp)));
    }
}
