using System.Security.Cryptography;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Salesforce.Auth;

namespace ReverseEtl.Crms.Tests.Salesforce;

public sealed class SettingsTests
{
    [Fact]
    public void Defaults_are_those_of_the_reference()
    {
        var settings = Read(("ClientId", "a"), ("ClientSecret", "b"));
        Assert.Equal(("v66.0", 4, 100L), (settings.ApiVersion, settings.Parallelism, settings.DailyApiBudget.Requests(100)!.Value));
        Assert.IsType<ClientCredentialsGrant>(settings.Grant);
    }

    [Theory]
    [InlineData("67.0")]
    [InlineData("v67.0")]
    [InlineData("67")]
    public void Version_may_be_written_in_several_ways(string text) =>
        Assert.Equal("v67.0", Read(("ClientId", "a"), ("ClientSecret", "b"), ("apiversion", text)).ApiVersion);

    [Fact]
    public void Private_key_may_come_on_one_line()
    {
        using var key = RSA.Create(2048);
        var settings = Read(("Auth", "jwt_bearer"), ("ClientId", "a"), ("Username", "u"), ("PrivateKey", key.ExportPkcs8PrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal)));
        Assert.IsType<JwtBearerGrant>(settings.Grant);
    }

    [Theory]
    [InlineData("ClientSecret", "ClientId", "a")]
    [InlineData("Auth", "Auth", "password")]
    [InlineData("ApiVersion", "ApiVersion", "latest")]
    [InlineData("DailyApiBudget", "DailyApiBudget", "some")]
    [InlineData("Parallelism", "Parallelism", "0")]
    [InlineData("LoginUrl", "LoginUrl", "acme")]
    [InlineData("RequestTimeout", "RequestTimeout", "-1")]
    public void Wrong_setting_is_named_and_its_value_is_not(string named, string key, string value)
    {
        (string, string)[] good = key == "ClientId" ? [] : [("ClientId", "a"), ("ClientSecret", "b")];
        var e = Assert.Throws<CrmSettingsException>(() => Read([.. good, (key, value)]));
        Assert.Equal(named, e.Key);
        Assert.StartsWith($"Crms:sf:{named} ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'" + value, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Private_key_that_is_none_is_refused_without_showing_it()
    {
        var e = Assert.Throws<CrmSettingsException>(() => Read(("Auth", "jwt_bearer"), ("ClientId", "a"), ("Username", "u"), ("PrivateKey", "abc123")));
        Assert.DoesNotContain("abc123", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Registry_knows_salesforce_and_names_its_types()
    {
        Assert.Contains("salesforce", CrmRegistry.Types);
        var e = Assert.Throws<CrmSettingsException>(() => CrmRegistry.Create(Connection(("Type", "siebel"))));
        Assert.Contains("salesforce", e.Message, StringComparison.Ordinal);
    }

    private static SalesforceSettings Read(params (string Key, string Value)[] settings) => SalesforceSettings.Read(Connection(settings));

    private static CrmConnection Connection(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["LoginUrl"] = "https://acme.my.salesforce.com" };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new CrmConnection("sf", all, TimeProvider.System, new Random(1));
    }
}
