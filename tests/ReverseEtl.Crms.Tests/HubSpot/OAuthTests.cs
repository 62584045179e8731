using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Crms.Tests.HubSpot;

public sealed class OAuthTests
{
    private static readonly HubSpotApp App = HubSpotApp.Default;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 2, 10, 11, 12, TimeSpan.Zero));
    private readonly HubSpotSandbox _account;
    private readonly SandboxSite _site;

    public OAuthTests()
    {
        _account = new HubSpotSandbox(_time);
        _site = new SandboxSite(_account);
    }

    [Theory]
    [InlineData("2026-09")]
    [InlineData("2026-03")]
    [InlineData("v3")]
    public async Task Connection_signs_in_once_and_for_all_requests(string version)
    {
        await using var crm = Connect(version: version);
        await crm.CheckAsync(default);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => crm.DescribeAsync("contacts", default)));
        Assert.Equal(1, SignIns);
        Assert.Equal(6, crm.Calls);
    }

    [Fact]
    public async Task Token_is_renewed_two_minutes_before_its_end_and_no_request_is_refused()
    {
        await using var crm = Connect();
        await crm.CheckAsync(default);
        _time.Advance(TimeSpan.FromSeconds(1800 - 121));
        await crm.CheckAsync(default);
        Assert.Equal(1, SignIns);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(crm.CheckAsync(default), crm.CheckAsync(default));
        Assert.Equal(2, SignIns);
        Assert.Equal(4, crm.Calls);
    }

    [Fact]
    public async Task Token_that_is_refused_early_is_renewed_once()
    {
        await using var crm = Connect();
        await crm.CheckAsync(default);
        _account.UninstallApp(App.AppId);
        var trouble = await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default));
        Assert.Equal(PortTrouble.SignIn, trouble.Trouble);
        Assert.Contains("authorise the app again", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotated_refresh_token_is_used_the_next_time()
    {
        _account.Switches.RefreshTokensRotate = true;
        await using var crm = Connect();
        for (var i = 0; i < 3; i++)
        {
            await crm.CheckAsync(default);
            _time.Advance(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(3, SignIns);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refresh_token_that_is_not_the_configured_one_is_told_once_and_without_itself(bool rotates)
    {
        _account.Switches.RefreshTokensRotate = rotates;
        await using var crm = Connect();
        var told = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            await crm.CheckAsync(default);
            told.AddRange(crm.TakeWarnings());
            _time.Advance(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(rotates ? 1 : 0, told.Count);
        Assert.All(told, words => Assert.Contains("set RefreshToken", words, StringComparison.Ordinal));
        Assert.All(told, words => Assert.DoesNotContain(HubSpotApp.Default.RefreshToken!, words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nobody", "x", "x", "Check ClientId")]
    [InlineData("sandbox-client", "x", "x", "Check ClientId")]
    [InlineData("sandbox-client", "sandbox-client-secret", "x", "authorise the app again")]
    public async Task Refusal_says_what_to_mend_and_tells_no_secret(string client, string secret, string refresh, string words)
    {
        await using var crm = Connect(new HubSpotOAuth(client, secret, refresh));
        var trouble = await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default));
        Assert.Equal(PortTrouble.SignIn, trouble.Trouble);
        Assert.Contains(words, trouble.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", trouble.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_that_is_gone_is_a_matter_of_sign_in()
    {
        _account.Switches.HubIsGone = true;
        await using var crm = Connect();
        Assert.Contains("account is gone", (await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_in_during_a_move_is_trouble_that_passes()
    {
        _account.MigrateFor(TimeSpan.FromHours(1));
        await using var crm = Connect();
        var trouble = await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default));
        Assert.Equal(PortTrouble.Limited, trouble.Trouble);
    }

    [Fact]
    public async Task Token_without_a_life_lives_the_usual_time()
    {
        using var wire = new ScriptedWire();
        wire.Otherwise = sent => ScriptedWire.Answer(200, sent.Method == "POST" ? """{"access_token":"a"}""" : "{}");
        await using var crm = new HubSpotCrm(new HubSpotSettings { OAuth = new HubSpotOAuth("c", "s", "r") }, wire, _time, new Random(1));
        await crm.CheckAsync(default);
        _time.Advance(TimeSpan.FromMinutes(27));
        await crm.CheckAsync(default);
        Assert.Equal(1, wire.Requests.Count(sent => sent.Method == "POST"));
        Assert.Equal("/oauth/2026-09/token", wire.Requests[0].PathAndQuery);
        Assert.Equal("grant_type=refresh_token&refresh_token=r&client_id=c&client_secret=s", wire.Requests[0].Body);
    }

    [Theory]
    [InlineData(477, 7200.0, PortTrouble.Limited)]
    [InlineData(429, 300.0, PortTrouble.Limited)]
    [InlineData(400, null, PortTrouble.SignIn)]
    public async Task Sign_in_that_is_put_off_tells_for_how_long(int status, double? seconds, PortTrouble trouble)
    {
        using var wire = new ScriptedWire();
        wire.Otherwise = _ => ScriptedWire.Answer(status, """{"error":"invalid_grant","status":"BAD_REFRESH_TOKEN"}""", seconds is null ? [] : [("Retry-After", $"{seconds}")]);
        await using var crm = new HubSpotCrm(new HubSpotSettings { OAuth = new HubSpotOAuth("c", "s", "r") }, wire, _time, new Random(1));
        var e = await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default));
        Assert.Equal((trouble, seconds), (e.Trouble, e.RetryAfter?.TotalSeconds));
    }

    [Theory]
    [InlineData("oauth")]
    [InlineData("OAuth")]
    [InlineData("refresh_token")]
    public void Sign_in_as_an_app_goes_by_either_word(string word) => Assert.NotNull(HubSpotSettings.Read(new CrmConnection(
        "hub", new Dictionary<string, string?> { ["Auth"] = word, ["RefreshToken"] = "r", ["ClientId"] = "c", ["ClientSecret"] = "s" }, _time, new Random(1))).OAuth);

    [Fact]
    public async Task Own_changes_are_known_by_the_app_behind_the_token()
    {
        _account.AddProperty("contacts", """
            {"name":"wh_id","label":"Key","type":"string","fieldType":"text","groupName":"contactinformation","hasUniqueValue":true}
            """);
        await using var crm = Connect();
        var schema = (await crm.DescribeAsync("contacts", default))!;
        var written = await crm.WriteAsync(
            new CrmWriteBatch("contacts", "wh_id", schema, [Portal.Upsert("K-1", ("firstname", "Ann"))], DateTimeOffset.MaxValue), default);
        var read = new CrmRead("contacts", "wh_id", [schema.Find("firstname")!]);
        var history = await crm.ReadHistoryAsync(read, [written[0].Id!], ["firstname"], default);
        Assert.True(Assert.Single(history[written[0].Id!]).ByUs);
    }

    [Fact]
    public void Settings_ask_for_what_belongs_to_the_chosen_way()
    {
        var settings = new Dictionary<string, string?> { ["RefreshToken"] = "r", ["ClientId"] = "c" };
        var connection = new CrmConnection("hub", settings, _time, new Random(1));
        Assert.Contains("ClientSecret", Assert.Throws<CrmSettingsException>(() => HubSpotSettings.Read(connection)).Message, StringComparison.Ordinal);
        settings["ClientSecret"] = "s";
        Assert.Equal("r", HubSpotSettings.Read(connection).OAuth!.RefreshToken);
        settings["Auth"] = "access_token";
        Assert.Contains("AccessToken", Assert.Throws<CrmSettingsException>(() => HubSpotSettings.Read(connection)).Message, StringComparison.Ordinal);
        settings["Auth"] = "magic";
        Assert.Throws<CrmSettingsException>(() => HubSpotSettings.Read(connection));
    }

    private int SignIns => _site.Counters.Where(c => c.Key.StartsWith("POST /oauth/", StringComparison.Ordinal)).Sum(c => c.Value);

    private HubSpotCrm Connect(HubSpotOAuth? app = null, string version = "2026-09") => new(
        new HubSpotSettings { ApiVersion = version, OAuth = app ?? new HubSpotOAuth(App.ClientId, App.ClientSecret, App.RefreshToken!) },
        new SandboxHandler(_site, _time), _time, new Random(1));
}
