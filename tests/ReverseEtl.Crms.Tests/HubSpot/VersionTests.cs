using ReverseEtl.Crms.HubSpot;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>The version stands at another place in each family of paths.</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData("2026-09", "/crm/objects/2026-09/contacts", "/crm/properties/2026-09/contacts", "/account-info/2026-09/details")]
    [InlineData("2026-03", "/crm/objects/2026-03/contacts", "/crm/properties/2026-03/contacts", "/account-info/2026-03/details")]
    [InlineData("v3", "/crm/v3/objects/contacts", "/crm/v3/properties/contacts", "/account-info/v3/details")]
    [InlineData("v4", "/crm/v3/objects/contacts", "/crm/v3/properties/contacts", "/account-info/v3/details")]
    public async Task Requests_go_to_the_versions_own_paths(string version, string objects, string properties, string account)
    {
        await using var hubspot = new Scripted(new HubSpotSettings { ApiVersion = version });
        hubspot.Wire.Then(200, "{}").Then(200, """{"results":[]}""").Then(204)
            .Then(200, """{"results":[]}""").Then(200, """{"results":[]}""").Then(404);

        await hubspot.Crm.CheckAsync(default);
        await hubspot.Crm.DescribeAsync("contacts", default);
        await hubspot.Write(Archive("1"));
        await hubspot.Crm.ReadAsync(Scripted.Read(), ["1"], default);

        Assert.Equal(
            [account, properties, $"{objects}/batch/archive", $"{objects}/batch/read", $"{objects}/batch/read?archived=true", $"{objects}/1"],
            hubspot.Wire.Requests.Select(sent => sent.PathAndQuery));
        Assert.All(hubspot.Wire.Requests, sent => Assert.Equal("Bearer pat-secret", sent.Headers["authorization"]));
    }

    [Fact]
    public void A_version_that_is_not_known_is_refused_at_once() =>
        Assert.Throws<ArgumentException>(() => new HubSpotCrm(new() { ApiVersion = "v9" }, new Http.ScriptedWire(), TimeProvider.System, new Random(1)));
}
