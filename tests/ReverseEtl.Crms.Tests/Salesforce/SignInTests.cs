using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Web;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Salesforce.Auth;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

public sealed class SignInTests : IDisposable
{
    private const string Answer = """{"access_token":"tok","instance_url":"https://acme.example","id":"https://login.example/id/00D000000000001EAA/005000000000001"}""";
    private readonly ScriptedWire _wire = new();
    private readonly JumpTime _time = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public async Task Client_credentials_are_posted_as_a_form()
    {
        await SignIn(new ClientCredentialsGrant("the id", "s&cret"));
        var form = Form();
        Assert.Equal(("client_credentials", "the id", "s&cret"), (form["grant_type"], form["client_id"], form["client_secret"]));
        Assert.Equal(("login.example", "/services/oauth2/token"), (_wire.Requests[0].Host, _wire.Requests[0].PathAndQuery));
        Assert.Equal(("acme.example", "Bearer tok"), (_wire.Requests[1].Host, _wire.Requests[1].Headers["Authorization"]));
    }

    [Fact]
    public async Task Jwt_is_signed_and_short_lived()
    {
        using var key = RSA.Create(2048);
        await SignIn(new JwtBearerGrant("the id", "ann@example.org", key, "https://test.salesforce.com"));
        var form = Form();
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var parts = form["assertion"]!.Split('.');
        Assert.True(key.VerifyData(
            System.Text.Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        Assert.Equal(("the id", "ann@example.org", "https://test.salesforce.com"),
            (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString(), claims.GetProperty("aud").GetString()));
        Assert.Equal(_time.GetUtcNow().AddMinutes(3).ToUnixTimeSeconds(), claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task Refresh_token_is_posted_and_a_new_one_is_used_from_then_on()
    {
        _wire.Then(200, """{"access_token":"a","refresh_token":"second"}""").Then(401).Then(200, Answer).Then(200, "{}");
        await using var crm = New(new RefreshTokenGrant("the id", null, "first"));
        await crm.CheckAsync(default);
        Assert.Equal("first", Form()["refresh_token"]);
        Assert.Equal("second", Form(2)["refresh_token"]);
    }

    [Theory]
    [InlineData("https://login.salesforce.com", "https://login.salesforce.com")]
    [InlineData("https://acme.my.salesforce.com", "https://login.salesforce.com")]
    [InlineData("https://test.salesforce.com", "https://test.salesforce.com")]
    [InlineData("https://acme--uat.sandbox.my.salesforce.com", "https://test.salesforce.com")]
    public void Audience_follows_the_login_host(string login, string audience) => Assert.Equal(audience, JwtBearerGrant.AudienceOf(new Uri(login)));

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"no client credentials user enabled"}""", "Run-As user")]
    [InlineData(400, """{"error":"invalid_client_id","error_description":"client identifier invalid"}""", "ClientId")]
    [InlineData(401, """{"error":"invalid_client"}""", "ClientSecret")]
    [InlineData(400, """{"error":"unsupported_grant_type"}""", "Enable the client credentials flow")]
    [InlineData(400, """{"error":"inactive_org"}""", "locked")]
    [InlineData(404, "<html>no</html>", "LoginUrl")]
    [InlineData(200, "", "LoginUrl")]
    [InlineData(200, """{"hello":1}""", "LoginUrl")]
    public async Task Refused_sign_in_names_the_remedy_and_no_secret(int status, string body, string remedy)
    {
        _wire.Then(status, body);
        await using var crm = New(new ClientCredentialsGrant("the id", "s3cret"));
        var e = await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default));
        Assert.Equal(PortTrouble.SignIn, e.Trouble);
        Assert.Contains(remedy, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
        Assert.Single(_wire.Requests);
    }

    [Fact]
    public async Task Sign_in_outlasts_passing_trouble()
    {
        _wire.Then(503, "<html>").ThenThrow(new IOException("reset")).Then(200, Answer).Then(200, "{}");
        await using var crm = New(new ClientCredentialsGrant("a", "b"));
        await crm.CheckAsync(default);
        Assert.Equal(1, crm.Calls);
    }

    [Fact]
    public async Task Sign_in_that_is_down_for_long_is_unavailable()
    {
        _wire.Otherwise = _ => ScriptedWire.Answer(503, """{"error":"server_error"}""");
        await using var crm = New(new ClientCredentialsGrant("a", "b"));
        Assert.Equal(PortTrouble.Unavailable, (await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default))).Trouble);
    }

    [Fact]
    public async Task Expired_session_is_renewed_and_the_request_repeated_at_the_new_instance()
    {
        _wire.Then(200, Answer).Then(401, """[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]""")
            .Then(200, """{"access_token":"new","instance_url":"https://moved.example"}""").Then(200, "{}");
        await using var crm = New(new ClientCredentialsGrant("a", "b"));
        await crm.CheckAsync(default);
        Assert.Equal(("moved.example", "Bearer new"), (_wire.Requests[3].Host, _wire.Requests[3].Headers["Authorization"]));
    }

    [Theory]
    [InlineData("This session is not valid for use with the REST API")]
    [InlineData("Connected app is not attached to Agent")]
    public async Task Hopeless_session_is_not_renewed(string message)
    {
        _wire.Then(200, Answer).Then(401, $$"""[{"message":"{{message}}","errorCode":"INVALID_SESSION_ID"}]""");
        await using var crm = New(new ClientCredentialsGrant("a", "b"));
        Assert.Equal(PortTrouble.SignIn, (await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default))).Trouble);
        Assert.Equal(2, _wire.Requests.Count);
    }

    private async Task SignIn(SalesforceGrant grant)
    {
        _wire.Then(200, Answer).Then(200, "{}");
        await using var crm = New(grant);
        await crm.CheckAsync(default);
    }

    private SalesforceCrm New(SalesforceGrant grant) =>
        new(new SalesforceSettings { LoginUrl = new Uri("https://login.example"), Grant = grant, RequestTimeout = TimeSpan.FromMinutes(10) }, _wire, _time, new Random(1));

    private System.Collections.Specialized.NameValueCollection Form(int request = 0) => HttpUtility.ParseQueryString(_wire.Requests[request].Body);
}
