namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>What is fixed for the life of a simulated org: who may log in, and where it says it lives.</summary>
public sealed record SalesforceOptions
{
    /// <summary>Default of <see cref="ClientId"/>.</summary>
    public const string DefaultClientId = "3MVG9sandboxClientId";

    /// <summary>Default of <see cref="ClientSecret"/>; it opens nothing but a sandbox.</summary>
    public const string DefaultClientSecret = "sandbox-client-secret";

    /// <summary>Default of <see cref="RefreshToken"/>; it opens nothing but a sandbox.</summary>
    public const string DefaultRefreshToken = "5Aep861sandboxRefreshToken";

    /// <summary>Default of <see cref="Username"/>.</summary>
    public const string DefaultUsername = "integration@sandbox.example.org";

    /// <summary>Default of <see cref="Password"/>; it opens nothing but a sandbox.</summary>
    public const string DefaultPassword = "sandbox-password-and-token";

    /// <summary>Consumer key of the app.</summary>
    public string ClientId { get; init; } = DefaultClientId;

    /// <summary>Consumer secret of the app.</summary>
    public string ClientSecret { get; init; } = DefaultClientSecret;

    /// <summary>The refresh token that is valid at first.</summary>
    public string RefreshToken { get; init; } = DefaultRefreshToken;

    /// <summary>Username of the integration user, the run-as user of client credentials and the <c>sub</c> of a JWT.</summary>
    public string Username { get; init; } = DefaultUsername;

    /// <summary>The integration user's password with its security token behind it, for the username-password flow.</summary>
    public string Password { get; init; } = DefaultPassword;

    /// <summary>The certificate's public key (PEM) that JWT bearer assertions are checked against; null refuses them all.</summary>
    public string? JwtPublicKeyPem { get; init; }

    /// <summary>The <c>instance_url</c> of token answers; null takes it from the request's Host header.</summary>
    public string? InstanceUrl { get; init; }

    /// <summary>The org has person accounts: Account has the 250 recorded fields of such an org (reference §12).</summary>
    public bool PersonAccounts { get; init; }

    /// <summary>Seed of everything that varies: visibility delays and token texts.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many API writes the log keeps; the oldest half goes when it is full.</summary>
    public int WriteLogCapacity { get; init; } = 200_000;
}
