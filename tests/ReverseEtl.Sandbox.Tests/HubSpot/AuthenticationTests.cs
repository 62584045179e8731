using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class AuthenticationTests
{
    private const string TokenInfo = "/oauth/v2/private-apps/get/access-token-info";
    private readonly Portal _portal = new();

    [Fact]
    public async Task Known_path_without_token_is_401()
    {
        _portal.Token = null;
        var answer = await _portal.Get(Portal.Contacts);
        Assert.Equal((401, "INVALID_AUTHENTICATION"), (answer.Status, answer.Category));
    }

    [Fact]
    public async Task Known_path_with_a_foreign_token_is_401()
    {
        _portal.Token = "pat-eu1-other";
        Assert.Equal(401, (await _portal.Get(Portal.Contacts)).Status);
    }

    [Theory]
    [InlineData("/crm/objects/2027-09/contacts")]
    [InlineData("/crm/objects/v3/contacts")]
    [InlineData("/crm/v5/objects/contacts")]
    [InlineData("/crm/2026-09/objects/contacts")]
    [InlineData("/nothing")]
    public async Task Unknown_path_is_404_even_without_token(string path)
    {
        _portal.Token = null;
        Assert.Equal(404, (await _portal.Get(path)).Status);
    }

    [Theory]
    [InlineData("/crm/objects/2026-09/contacts")]
    [InlineData("/crm/objects/2026-03/contacts")]
    [InlineData("/crm/v3/objects/contacts")]
    [InlineData("/crm/objects/2026-09/0-1")]
    [InlineData("/crm/v3/objects/0-1")]
    public async Task All_versions_and_both_names_show_the_same_records(string path)
    {
        var id = _portal.Contact("ann@ex.test");
        Assert.Equal([id], (await _portal.Get(path)).Ids);
    }

    [Fact]
    public async Task Unknown_object_type_is_400() => Assert.Equal(400, (await _portal.Get("/crm/objects/2026-09/gadgets")).Status);

    [Fact]
    public async Task Missing_scope_is_403_and_names_what_would_do()
    {
        _portal.Crm.AddToken(new HubSpotToken("narrow", "7", new HashSet<string> { "crm.objects.contacts.read" }));
        _portal.Token = "narrow";
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
        var answer = await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""");
        Assert.Equal((403, "MISSING_SCOPES"), (answer.Status, answer.Category));
        Assert.Equal("crm.objects.contacts.write", (string?)answer.Errors[0]!["context"]!["requiredGranularScopes"]![0]);
    }

    [Fact]
    public async Task Search_and_batch_read_need_only_the_read_scope()
    {
        _portal.Crm.AddToken(new HubSpotToken("narrow", "7", new HashSet<string> { "crm.objects.contacts.read" }));
        _portal.Token = "narrow";
        Assert.Equal(200, (await _portal.Post($"{Portal.Contacts}/search", "{}")).Status);
        Assert.Equal(207, (await _portal.Batch(Portal.Contacts, "read", """{"id":"1"}""")).Status);
    }

    [Fact]
    public async Task Scopes_switched_off_are_not_checked()
    {
        _portal.Crm.Switches.CheckScopes = false;
        _portal.Crm.AddToken(new HubSpotToken("narrow", "7", new HashSet<string>()));
        _portal.Token = "narrow";
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
    }

    [Fact]
    public async Task Every_answer_has_a_correlation_id_and_the_same_seed_gives_the_same_one()
    {
        var one = await _portal.Get(Portal.Contacts);
        var other = await new Portal().Get(Portal.Contacts);
        Assert.Equal(36, one.Headers["X-HubSpot-Correlation-Id"].Length);
        Assert.Equal(one.Headers["X-HubSpot-Correlation-Id"], other.Headers["X-HubSpot-Correlation-Id"]);
    }

    [Fact]
    public async Task Account_details_name_portal_and_time_zone()
    {
        var answer = await _portal.Get("/account-info/2026-09/details");
        Assert.Equal((4242, "Europe/Berlin", "+01:00"),
            ((int)answer.Body["portalId"]!, (string?)answer.Body["timeZone"], (string?)answer.Body["utcOffset"]));
    }

    [Fact]
    public async Task Owners_show_their_id_which_is_not_the_user_id()
    {
        var owners = (await _portal.Get("/crm/owners/2026-09?limit=2")).Body;
        Assert.Equal(2, owners["results"]!.AsArray().Count);
        Assert.NotEqual((string?)owners["results"]![0]!["id"], owners["results"]![0]!["userId"]!.ToString());
        var rest = await _portal.Get($"/crm/owners/2026-09?limit=2&after={owners["paging"]!["next"]!["after"]}");
        Assert.Single(rest.Results);
    }

    [Fact]
    public async Task Pipeline_metadata_is_text()
    {
        var deals = await _portal.Get("/crm/pipelines/2026-09/deals");
        Assert.Equal("true", (string?)deals.Results[0]!["stages"]![5]!["metadata"]!["isClosed"]);
    }

    [Theory]
    [InlineData("default/stages/closedwon", 200)]
    [InlineData("default/stages/nope", 404)]
    [InlineData("nope/stages", 404)]
    public async Task Stage_of_a_pipeline_is_found_by_its_id(string path, int status) =>
        Assert.Equal(status, (await _portal.Get($"/crm/pipelines/2026-09/deals/{path}")).Status);

    [Fact]
    public async Task Token_tells_its_app_and_scopes()
    {
        _portal.Crm.AddToken(new HubSpotToken("pat-two", "77", new HashSet<string> { "crm.objects.contacts.read" }));
        var answer = await _portal.Post(TokenInfo, """{"tokenKey":"pat-two"}""");
        Assert.Equal((200, 77), (answer.Status, (int)answer.Body["appId"]!));
        Assert.Equal("""["crm.objects.contacts.read"]""", answer.Body["scopes"]!.ToJsonString());
        Assert.Equal(404, (await _portal.Post(TokenInfo, """{"tokenKey":"pat-none"}""")).Status);
    }

    [Fact]
    public async Task Token_tells_nothing_where_the_account_knows_no_such_endpoint()
    {
        _portal.Crm.Switches.TokenInfo = false;
        Assert.Equal(404, (await _portal.Post(TokenInfo, $$"""{"tokenKey":"{{HubSpotOptions.DefaultToken}}"}""")).Status);
    }
}
