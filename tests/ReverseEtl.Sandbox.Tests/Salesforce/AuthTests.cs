using System.Security.Cryptography;
using System.Text;
using System.Buffers.Text;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class AuthTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Username_and_password_sign_in_only_where_that_is_allowed()
    {
        var form = SalesforceClient.ClientCredentials().Replace("client_credentials", "password") +
            $"&username={Uri.EscapeDataString(SalesforceOptions.DefaultUsername)}&password={SalesforceOptions.DefaultPassword}";
        var org = new SalesforceClient();
        Assert.Equal("unsupported_grant_type", org.Form(form).Body!["error"]!.ToString());
        org.Sandbox.Switches = org.Sandbox.Switches with { UsernamePasswordFlow = true };
        Assert.Equal(200, org.Form(form).Status);
        Assert.Equal("invalid_client", org.Form(form.Replace("client_secret=", "client_secret=x")).Body!["error"]!.ToString());
    }

    [Fact]
    public void Client_credentials_answer_has_the_documented_members_and_no_expiry()
    {
        var body = _org.Form(SalesforceClient.ClientCredentials()).Body!.AsObject();
        Assert.Equal("http://sandbox.local", body["instance_url"]!.ToString());
        Assert.Equal("Bearer", body["token_type"]!.ToString());
        Assert.Equal("1772445600250", body["issued_at"]!.GetValue<string>());
        Assert.EndsWith($"/id/{_org.Sandbox.OrganizationId}/{_org.Sandbox.IntegrationUserId}", body["id"]!.ToString());
        Assert.False(body.ContainsKey("expires_in"));
        Assert.False(body.ContainsKey("refresh_token"));
    }

    [Fact]
    public void Client_credentials_may_come_as_basic_authorization()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{SalesforceOptions.DefaultClientId}:{SalesforceOptions.DefaultClientSecret}"));
        Assert.Equal(200, _org.Form("grant_type=client_credentials", ("Authorization", $"Basic {basic}")).Status);
        Assert.Equal(400, _org.Form("grant_type=client_credentials", ("Authorization", "Basic !!")).Status);
    }

    [Theory]
    [InlineData("grant_type=client_credentials&client_id=x&client_secret=y", "invalid_client_id", "client identifier invalid")]
    [InlineData("grant_type=client_credentials&client_id=3MVG9sandboxClientId&client_secret=y", "invalid_client", "invalid client credentials")]
    [InlineData("grant_type=password&username=a&password=b", "unsupported_grant_type", "grant type not supported")]
    [InlineData("", "invalid_request", "grant type is required")]
    [InlineData(
        "grant_type=refresh_token&client_id=3MVG9sandboxClientId&client_secret=sandbox-client-secret&refresh_token=old",
        "invalid_grant",
        "expired access/refresh token")]
    public void Refusals_are_400_with_an_oauth_object(string form, string error, string description)
    {
        var answer = _org.Form(form);
        Assert.Equal(400, answer.Status);
        Assert.Equal($$"""{"error":"{{error}}","error_description":"{{description}}"}""", answer.Text);
    }

    [Fact]
    public void Login_host_and_missing_run_as_user_refuse_client_credentials()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { LoginHost = true };
        Assert.Equal("request not supported on this domain", _org.Form(SalesforceClient.ClientCredentials()).Body!["error_description"]!.ToString());
        _org.Sandbox.Switches = _org.Sandbox.Switches with { LoginHost = false, NoRunAsUser = true };
        Assert.Equal("no client credentials user enabled", _org.Form(SalesforceClient.ClientCredentials()).Body!["error_description"]!.ToString());
    }

    [Fact]
    public void Refresh_token_renews_and_rotates_only_when_told()
    {
        var form = $"grant_type=refresh_token&client_id={SalesforceOptions.DefaultClientId}&client_secret={SalesforceOptions.DefaultClientSecret}&refresh_token=";
        Assert.False(_org.Form(form + SalesforceOptions.DefaultRefreshToken).Body!.AsObject().ContainsKey("refresh_token"));
        _org.Sandbox.Switches = _org.Sandbox.Switches with { RotateRefreshTokens = true };
        var renewed = _org.Form(form + SalesforceOptions.DefaultRefreshToken).Body!["refresh_token"]!.ToString();
        Assert.Equal(400, _org.Form(form + SalesforceOptions.DefaultRefreshToken).Status);
        Assert.Equal(200, _org.Form(form + renewed).Status);
    }

    [Fact]
    public void Token_endpoint_wants_a_form()
    {
        var answer = _org.Raw("POST", "/services/oauth2/token", "{}", [("Content-Type", "application/json")], withToken: false);
        Assert.Equal("invalid_request", answer.Body!["error"]!.ToString());
    }

    [Fact]
    public void Data_call_without_a_good_token_is_401()
    {
        var answer = _org.Raw("GET", SalesforceClient.Api + "/limits", null, [], withToken: false);
        Assert.Equal(401, answer.Status);
        Assert.Equal("""[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]""", answer.Text);
        Assert.Equal("INVALID_AUTH_HEADER", _org.Get("/limits", ("Authorization", "Basic x")).ErrorCode);
    }

    [Fact]
    public void Token_dies_of_idling_slides_with_use_and_its_successor_differs()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { TokenLifetimeSeconds = 60 };
        var first = _org.Token;
        _org.Time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(200, _org.Get("/limits").Status);
        _org.Time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(200, _org.Get("/limits").Status);
        _org.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("INVALID_SESSION_ID", _org.Get("/limits").ErrorCode);
        _org.Login();
        Assert.NotEqual(first, _org.Token);
        Assert.Equal(200, _org.Get("/limits").Status);
    }

    [Fact]
    public void Token_dies_after_a_number_of_calls_and_by_revocation()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { TokenLifetimeCalls = 2 };
        Assert.Equal([200, 200, 401], new[] { _org.Get("/limits").Status, _org.Get("/limits").Status, _org.Get("/limits").Status });
        _org.Login();
        _org.Sandbox.RevokeTokens();
        Assert.Equal(401, _org.Get("/limits").Status);
    }

    [Fact]
    public void Jwt_bearer_checks_signature_claims_and_expiry()
    {
        using var key = RSA.Create(2048);
        using var stranger = RSA.Create(2048);
        var org = new SalesforceClient(new SalesforceOptions { JwtPublicKeyPem = key.ExportSubjectPublicKeyInfoPem() });
        var good = org.Form(Assertion(org, key));
        Assert.Equal(200, good.Status);
        Assert.False(good.Body!.AsObject().ContainsKey("issued_at"));
        Assert.False(good.Body!.AsObject().ContainsKey("refresh_token"));
        Assert.Equal("invalid assertion", Refusal(org.Form(Assertion(org, stranger))));
        Assert.Equal("audience is invalid", Refusal(org.Form(Assertion(org, key, aud: "https://example.org"))));
        Assert.Equal("user hasn't approved this consumer", Refusal(org.Form(Assertion(org, key, sub: "someone@example.org"))));
        Assert.Equal("assertion is not valid/expired", Refusal(org.Form(Assertion(org, key, lifetime: 600))));
        Assert.Equal("assertion is not valid/expired", Refusal(org.Form(Assertion(org, key, lifetime: -1))));
        Assert.Equal("invalid assertion", Refusal(org.Form("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=a.b")));
    }

    [Fact]
    public void Reset_may_bring_the_key_that_assertions_are_checked_against()
    {
        using var key = RSA.Create(2048);
        Assert.Equal("invalid assertion", Refusal(_org.Form(Assertion(_org, key))));
        var body = new System.Text.Json.Nodes.JsonObject { ["jwtPublicKeyPem"] = key.ExportSubjectPublicKeyInfoPem() };
        Assert.Equal(204, _org.Admin("POST", "reset", body.ToJsonString()).Status);
        Assert.Equal(200, _org.Form(Assertion(_org, key)).Status);
    }

    [Fact]
    public void Identity_url_of_the_token_answers_with_the_user()
    {
        var answer = _org.Raw("GET", $"/id/{_org.Sandbox.OrganizationId}/{_org.Sandbox.IntegrationUserId}", null, []);
        Assert.Equal(SalesforceOptions.DefaultUsername, answer.Body!["username"]!.ToString());
        Assert.Equal(403, _org.Raw("GET", $"/id/{_org.Sandbox.OrganizationId}/{_org.Sandbox.HumanUserId}", null, []).Status);
    }

    private static string Refusal(Answer answer)
    {
        Assert.Equal("invalid_grant", answer.Body!["error"]!.ToString());
        return answer.Body["error_description"]!.ToString();
    }

    private static string Assertion(
        SalesforceClient org, RSA key, string aud = "https://login.salesforce.com", string sub = SalesforceOptions.DefaultUsername, int lifetime = 170)
    {
        var exp = org.Time.GetUtcNow().ToUnixTimeSeconds() + lifetime;
        var text = Encode("""{"alg":"RS256"}""") + "." + Encode($$"""{"iss":"{{SalesforceOptions.DefaultClientId}}","sub":"{{sub}}","aud":"{{aud}}","exp":{{exp}}}""");
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion={text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
