namespace ReverseEtl.Daemon.Configuration;

/// <summary>How the webhook calls for one CRM connection are known to be genuine. Not a record: printing one must tell nothing.</summary>
/// <param name="secret">The app's client secret.</param>
/// <param name="publicUrl">The address that the CRM calls.</param>
/// <param name="portalId">The account, or null.</param>
public sealed class WebhookSettings(string secret, string publicUrl, string? portalId)
{
    private const string UrlKey = "WebhookUrl";
    private const string SecretKey = "WebhookSecret";

    /// <summary><c>WebhookSecret</c>: the client secret of the app that calls; without it the connection's own <c>ClientSecret</c>. A secret.</summary>
    public string Secret => secret;

    /// <summary>
    /// <c>WebhookUrl</c>: the app's target URL, to the letter and query included, as HubSpot signs it; behind a proxy not the address that
    /// arrives here. A wrong one makes every call look forged.
    /// </summary>
    public string PublicUrl => publicUrl;

    /// <summary>
    /// <c>PortalId</c>: the account; events of others are passed over. An app that is installed in several accounts calls for all of them.
    /// Null for any.
    /// </summary>
    public string? PortalId => portalId;

    /// <summary>The connections that take webhooks, by name; names compare without case.</summary>
    /// <exception cref="ConfigurationException">A setting is missing or wrong.</exception>
    public static IReadOnlyDictionary<string, WebhookSettings> ReadAll(RetlSettings settings)
    {
        var found = new Dictionary<string, WebhookSettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in settings.CrmNames)
        {
            if (Read(settings.Configuration.GetSection($"Crms:{name}")) is { } webhooks)
            {
                found.Add(name, webhooks);
            }
        }

        return found;
    }

    private static WebhookSettings? Read(IConfigurationSection connection)
    {
        if (Find(connection, UrlKey) is not { } url)
        {
            return Find(connection, SecretKey) is null ? null : throw new ConfigurationException(
                $"{connection.Path}:{UrlKey}", "is missing; the CRM signs its calls for that address.", "Write the target URL as it stands in the app.");
        }

        var secret = Find(connection, SecretKey) ?? Find(connection, "ClientSecret");
        return (connection["Type"]?.ToLowerInvariant(), secret) switch
        {
            (not "hubspot", _) => throw new ConfigurationException(
                $"{connection.Path}:{UrlKey}", "only a HubSpot connection takes webhooks.", "Remove it; records are found by polling."),
            (_, null) => throw new ConfigurationException(
                $"{connection.Path}:{SecretKey}", "is missing; it tells genuine calls from forged ones.",
                $"Set the app's client secret as environment variable {RetlSettings.Variable($"{connection.Path}:{SecretKey}")}."),
            _ when !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") => throw new ConfigurationException(
                $"{connection.Path}:{UrlKey}", "is no address.", "Write it as https://retl.example.com/webhooks/hubspot."),
            (_, { } known) => new WebhookSettings(known, url, Find(connection, "PortalId")),
        };
    }

    private static string? Find(IConfigurationSection connection, string key) => string.IsNullOrWhiteSpace(connection[key]) ? null : connection[key]!.Trim();
}
