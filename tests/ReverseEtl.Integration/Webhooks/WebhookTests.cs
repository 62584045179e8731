using System.Globalization;
using ReverseEtl.Sandbox.HubSpot;
using Xunit.Abstractions;

namespace ReverseEtl.Integration.Webhooks;

/// <summary>From a person's edit in HubSpot through a webhook to the warehouse.</summary>
public sealed class WebhookTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Edit_in_HubSpot_is_in_the_warehouse_long_before_the_next_poll()
    {
        await using var office = await Office.OpenAsync();
        var times = (await office.MeasureEditsAsync(10)).Order().ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"proof: webhook, {times.Count} edits in HubSpot reached the warehouse over HTTP after {times[times.Count / 2].TotalMilliseconds:0} ms (median), at the latest {times[^1].TotalMilliseconds:0} ms"));
        await office.HearAsync("run webhook true");
        Assert.Equal("1", await office.ValueAsync("select count(*) from retl.run where reason <> 'webhook'"));
    }

    [Fact]
    public async Task Calls_that_are_doubled_shuffled_repeated_or_forged_write_nothing_that_HubSpot_does_not_say()
    {
        await using var office = await Office.OpenAsync();
        office.Screen.Switch("webhookDuplicateEvery", 1);
        office.Screen.Switch("webhookBatch", 3);
        office.Screen.Switch("webhooksShuffle", true);
        var ids = Enumerable.Range(1, 20).ToDictionary(n => n, n => office.Screen.IdOf("contacts", "warehouse_id", $"P-{n}"));
        foreach (var (n, id) in ids)
        {
            office.Screen.Edit("contacts", id, ("phone", "old"));
            office.Screen.Edit("contacts", id, ("phone", $"new {n}"));
        }

        var forged = $$"""[{"subscriptionType":"contact.propertyChange","objectId":{{ids[1]}},"propertyName":"phone","propertyValue":"forged"}]""";
        foreach (var kind in Enum.GetValues<HubSpotForgery>())
        {
            Assert.Equal(401, await office.CallAsync(kind, forged));
        }

        while (await office.SendAsync() > 0)
        {
        }

        while (await office.ValueAsync("select (select count(*) from people where phone not like 'new %') + (select count(*) from retl.dirty)") != "0")
        {
            await office.HearAsync("run webhook true");
        }

        Assert.Equal("20", await office.ValueAsync("select count(*) from people where phone = 'new ' || substr(id, 3)"));
    }
}
