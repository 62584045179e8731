using System.Globalization;
using ReverseEtl.Crms.Http;

namespace ReverseEtl.Crms;

/// <summary>What a connector is made from.</summary>
/// <param name="Name">The connection's name below <c>Crms</c> in the configuration.</param>
/// <param name="Settings">Its keys and values; keys compare without case.</param>
/// <param name="Time">All waiting and timing.</param>
/// <param name="Random">Randomness of backoff.</param>
public sealed record CrmConnection(string Name, IReadOnlyDictionary<string, string?> Settings, TimeProvider Time, Random Random)
{
    /// <summary>Carries the requests; null for sockets. It is not disposed by the connector.</summary>
    public HttpMessageHandler? Wire { get; init; }

    /// <summary>The value of a key; null when it is missing or blank.</summary>
    public string? Find(string key) =>
        Settings.FirstOrDefault(pair => pair.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value is { } value
            && !string.IsNullOrWhiteSpace(value)
            ? value.Trim()
            : null;

    /// <summary>The value of a key that must be there.</summary>
    /// <exception cref="CrmSettingsException">It is missing or blank.</exception>
    public string Require(string key) => Find(key) ?? throw new CrmSettingsException(Name, key, "is missing.");

    /// <summary>A whole number.</summary>
    /// <exception cref="CrmSettingsException">It is no whole number in the range.</exception>
    public int Int(string key, int otherwise, int least, int most)
    {
        if (Find(key) is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new CrmSettingsException(Name, key, $"must be a whole number from {least} to {most}.");
    }

    /// <summary>Yes or no; no when it is missing.</summary>
    /// <exception cref="CrmSettingsException">It is neither.</exception>
    public bool Flag(string key, bool otherwise = false) => Find(key) is not { } text ? otherwise
        : bool.TryParse(text, out var flag) ? flag : throw new CrmSettingsException(Name, key, "must be true or false.");

    /// <summary>An absolute http or https address.</summary>
    /// <exception cref="CrmSettingsException">It is none.</exception>
    public Uri Address(string key, string? otherwise = null)
    {
        var text = Find(key) ?? otherwise ?? Require(key);
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            ? address
            : throw new CrmSettingsException(Name, key, "must be an address such as https://acme.my.salesforce.com.");
    }

    /// <summary>A length of time above zero.</summary>
    /// <exception cref="CrmSettingsException">It is none.</exception>
    public TimeSpan Length(string key, TimeSpan otherwise)
    {
        if (Find(key) is not { } text)
        {
            return otherwise;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var length) && length > TimeSpan.Zero
            ? length
            : throw new CrmSettingsException(Name, key, "must be a length of time such as 00:02:00.");
    }

    /// <summary>A share of the account's daily requests; all of them when the key is missing.</summary>
    /// <exception cref="CrmSettingsException">It is neither a number nor a percentage.</exception>
    public DailyBudget Budget(string key)
    {
        if (Find(key) is not { } text)
        {
            return DailyBudget.All;
        }

        try
        {
            return DailyBudget.Parse(text);
        }
        catch (FormatException)
        {
            throw new CrmSettingsException(Name, key, "must be a number of requests such as 50000, or a percentage such as 40%.");
        }
    }
}
