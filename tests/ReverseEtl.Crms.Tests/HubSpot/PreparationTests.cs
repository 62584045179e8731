using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Crms.Tests.HubSpot;

public sealed class PreparationTests : IAsyncDisposable
{
    private readonly Portal _portal = new();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Key_that_is_there_and_unique_is_ready()
    {
        Assert.True((await _portal.Crm.PrepareAsync("contacts", Portal.Key, creates: false, default)).IsReady);
        Assert.True((await _portal.Crm.PrepareAsync("contacts", "email", creates: false, default)).IsReady);
    }

    [Fact]
    public async Task Missing_key_is_told_and_made_only_when_asked()
    {
        var look = await _portal.Crm.PrepareAsync("deals", "wh_deal", creates: false, default);
        Assert.False(look.IsReady);
        Assert.Equal(["property wh_deal of deals (text, unique)"], look.CanMake);
        Assert.Null((await _portal.Crm.DescribeAsync("deals", default))!.Find("wh_deal"));
        var made = await _portal.Crm.PrepareAsync("deals", "wh_deal", creates: true, default);
        Assert.True(made.IsReady);
        Assert.Single(made.Made);
        Assert.True((await _portal.Crm.DescribeAsync("deals", default))!.Find("wh_deal")!.Unique);
    }

    [Fact]
    public async Task Second_key_finds_the_group_of_the_first()
    {
        await _portal.Crm.PrepareAsync("deals", "wh_one", creates: true, default);
        Assert.True((await _portal.Crm.PrepareAsync("deals", "wh_two", creates: true, default)).IsReady);
    }

    [Fact]
    public async Task Property_without_unique_values_is_never_touched()
    {
        var answer = await _portal.Crm.PrepareAsync("companies", "domain", creates: true, default);
        Assert.False(answer.IsReady);
        Assert.Contains("cannot switch that on", Assert.Single(answer.ForAdmin), StringComparison.Ordinal);
        Assert.Equal(0, _portal.Site.Counters.Where(c => c.Key.StartsWith("POST", StringComparison.Ordinal)).Sum(c => c.Value));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Property_in_the_recycle_bin_comes_back_only_where_it_can_carry_a_key(bool unique, bool creates)
    {
        _portal.Account.AddProperty("deals", $$"""
            {"name":"wh_deal","label":"K","type":"string","fieldType":"text","groupName":"dealinformation","hasUniqueValue":{{(unique ? "true" : "false")}}}
            """);
        using var admin = new HttpClient(new SandboxHandler(_portal.Site, _portal.Time)) { BaseAddress = new Uri("https://api.hubapi.com") };
        admin.DefaultRequestHeaders.Authorization = new("Bearer", HubSpotOptions.DefaultToken);
        using var archived = await admin.DeleteAsync("crm/properties/2026-09/deals/wh_deal");
        Assert.True(archived.IsSuccessStatusCode);

        var answer = await _portal.Crm.PrepareAsync("deals", "wh_deal", creates, default);

        Assert.Equal((unique && creates, unique && creates ? 1 : 0), (answer.IsReady, answer.Made.Count));
        Assert.Equal(unique && !creates ? 1 : 0, answer.CanMake.Count);
        Assert.Equal(unique ? 0 : 1, answer.ForAdmin.Count(words => words.Contains("recycle bin", StringComparison.Ordinal)));
        Assert.Equal(unique && creates, (await _portal.Crm.DescribeAsync("deals", default))!.Find("wh_deal") is not null);
    }

    [Fact]
    public async Task Missing_scope_names_what_an_admin_must_do()
    {
        _portal.Account.AddToken(new HubSpotToken("narrow", "7", new HashSet<string> { "crm.schemas.deals.read" }));
        await using var crm = _portal.Connect("narrow");
        Assert.Contains(
            "Grant the scope to write the properties of deals (crm.schemas.deals.write)",
            Assert.Single((await crm.PrepareAsync("deals", "wh_deal", creates: true, default)).ForAdmin), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eleventh_unique_property_is_a_matter_for_an_admin()
    {
        for (var i = 0; i < 10; i++)
        {
            await _portal.Crm.PrepareAsync("deals", $"wh_{i}", creates: true, default);
        }

        var answer = await _portal.Crm.PrepareAsync("deals", "wh_more", creates: true, default);
        Assert.Contains("at most 10", Assert.Single(answer.ForAdmin), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_hubspot_does_not_take_is_told_before_anything_is_sent()
    {
        var answer = await _portal.Crm.PrepareAsync("deals", "Warehouse Id", creates: true, default);
        Assert.Contains("is no name", Assert.Single(answer.ForAdmin), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_object_is_no_place_for_a_key() =>
        Assert.Contains("such an object", Assert.Single((await _portal.Crm.PrepareAsync("gadgets", "k", creates: true, default)).ForAdmin), StringComparison.Ordinal);
}
