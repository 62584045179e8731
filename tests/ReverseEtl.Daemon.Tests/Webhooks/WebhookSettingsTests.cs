using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Tests.Support;

namespace ReverseEtl.Daemon.Tests.Webhooks;

public class WebhookSettingsTests
{
    private const string Url = "https://retl.example/webhooks/hubspot";

    [Fact]
    public void Connection_without_the_settings_takes_no_webhooks()
    {
        Assert.Empty(new Bench().With("Crms:hubspot:Type", "hubspot").With("Crms:hubspot:ClientSecret", "c").Settings.Webhooks);
    }

    [Theory]
    [InlineData("w", "c", "w")]
    [InlineData(null, "c", "c")]
    public void Secret_of_an_app_that_signs_in_need_not_be_given_twice(string? webhookSecret, string? clientSecret, string used)
    {
        var found = Settings("hubspot", Url, webhookSecret, clientSecret).Webhooks["HUBSPOT"];

        Assert.Equal((used, Url, null), (found.Secret, found.PublicUrl, found.PortalId));
        Assert.DoesNotContain(used, found.ToString()!.Split('.'));
    }

    [Theory]
    [InlineData("hubspot", null, "w", "Crms:hubspot:WebhookUrl")]
    [InlineData("hubspot", Url, null, "Crms:hubspot:WebhookSecret")]
    [InlineData("hubspot", "retl.example", "w", "Crms:hubspot:WebhookUrl")]
    [InlineData("salesforce", Url, "w", "Crms:hubspot:WebhookUrl")]
    public void What_is_missing_or_wrong_keeps_the_daemon_from_starting(string type, string? url, string? secret, string key)
    {
        var problem = Assert.Throws<ConfigurationException>(() => Settings(type, url, secret, null).CheckForDaemon());

        Assert.Equal(key, problem.Key);
    }

    private static RetlSettings Settings(string type, string? url, string? webhookSecret, string? clientSecret) => new Bench()
        .With("Crms:hubspot:Type", type)
        .With("Crms:hubspot:WebhookUrl", url)
        .With("Crms:hubspot:WebhookSecret", webhookSecret)
        .With("Crms:hubspot:ClientSecret", clientSecret).Settings;
}
