namespace ReverseEtl.Crms.Salesforce.Auth;

/// <summary>The app signs in as itself and acts as its Run-As user (§1.1). Only My Domain hosts accept it.</summary>
public sealed class ClientCredentialsGrant(string clientId, string clientSecret) : SalesforceGrant(clientId)
{
    /// <inheritdoc />
    public override IReadOnlyList<KeyValuePair<string, string>> Form(DateTimeOffset now) =>
    [
        new("grant_type", "client_credentials"),
        new("client_id", ClientId),
        new("client_secret", clientSecret),
    ];

    internal override string Remedy(string error) => error switch
    {
        "invalid_grant" => "Set LoginUrl to the org's My Domain address and give the app a Run-As user for the client credentials flow.",
        "unsupported_grant_type" => "Enable the client credentials flow for the app.",
        _ => "Check ClientId and ClientSecret.",
    };
}
