using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Crms.HubSpot.Webhooks;

/// <summary>Whether a webhook call comes from HubSpot.</summary>
public enum SignatureVerdict
{
    /// <summary>It does, and it is fresh.</summary>
    Genuine,

    /// <summary>It carries no signature, or no time stamp that can be read.</summary>
    Unsigned,

    /// <summary>The signature is not HubSpot's for this address and body.</summary>
    Forged,

    /// <summary>It is signed for more than five minutes ago, or ahead: sent again by somebody, or a clock is wrong.</summary>
    Stale,
}

/// <summary>Checks signatures of version 3 (reference §7.3). Pure: the clock and the secret are given.</summary>
public static class HubSpotSignature
{
    /// <summary>The header with the signature.</summary>
    public const string SignatureHeader = "X-HubSpot-Signature-v3";

    /// <summary>The header with the moment of signing, in milliseconds since 1970.</summary>
    public const string TimestampHeader = "X-HubSpot-Request-Timestamp";

    /// <summary>How far the moment of signing may be from now, in either direction.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(300_000);

    // HubSpot undoes these escapes of the address before it signs, and no others: a %20 stays one.
    private static readonly (string Escape, string Character)[] Decoded =
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"),
        ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
    ];

    /// <summary>Judges one call.</summary>
    /// <param name="clientSecret">The app's secret. Without one nothing is genuine.</param>
    /// <param name="method">The verb as sent.</param>
    /// <param name="publicUrl">The address that HubSpot called, query included; behind a proxy not the one that arrives here.</param>
    /// <param name="body">The body, byte for byte.</param>
    /// <param name="timestamp">The time stamp header; null when it is missing.</param>
    /// <param name="signature">The signature header; null when it is missing.</param>
    /// <param name="now">The present.</param>
    public static SignatureVerdict Check(
        string clientSecret, string method, string publicUrl, ReadOnlySpan<byte> body, string? timestamp, string? signature, DateTimeOffset now)
    {
        if (clientSecret.Length == 0 || string.IsNullOrEmpty(signature)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return SignatureVerdict.Unsigned;
        }

        // First the signature, which covers the time stamp: only what HubSpot signed can be stale.
        var given = new byte[SHA256.HashSizeInBytes];
        var isGenuine = Convert.TryFromBase64String(signature, given, out var length) && length == given.Length
            && CryptographicOperations.FixedTimeEquals(given, Sign(clientSecret, method, publicUrl, body, timestamp));
        var age = Math.Abs((decimal)now.ToUnixTimeMilliseconds() - milliseconds);
        return !isGenuine ? SignatureVerdict.Forged
            : age > (decimal)Window.TotalMilliseconds ? SignatureVerdict.Stale
            : SignatureVerdict.Genuine;
    }

    private static byte[] Sign(string secret, string method, string url, ReadOnlySpan<byte> body, string timestamp)
    {
        var address = Decoded.Aggregate(url, (text, d) => text.Replace(d.Escape, d.Character, StringComparison.OrdinalIgnoreCase));
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(method + address));
        hash.AppendData(body);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        return hash.GetHashAndReset();
    }
}
