using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class AdminTests
{
    private readonly Portal _portal = new();

    [Fact]
    public async Task Person_creates_edits_archives_and_restores()
    {
        var created = await _portal.Post("/_sandbox/records/contacts", """{"email":"a@ex.test"}""");
        Assert.Equal(201, created.Status);
        var record = $"/_sandbox/records/contacts/{created.Id}";
        Assert.Equal(204, (await _portal.Patch(record, """{"city":"Bonn"}""")).Status);
        Assert.Equal("Bonn", (await _portal.Get(record)).Property("city"));
        Assert.Equal(204, (await _portal.Delete(record)).Status);
        Assert.Empty((await _portal.Get("/_sandbox/records/contacts")).Body.AsArray());
        var all = (await _portal.Get("/_sandbox/records/contacts?includeDeleted=true")).Body.AsArray();
        Assert.True((bool)all.Single()!["archived"]!);
        Assert.Equal(204, (await _portal.Post($"{record}/undelete", "")).Status);
        Assert.Single((await _portal.Get("/_sandbox/records/contacts")).Body.AsArray());
        Assert.Equal(204, (await _portal.Post($"{record}/purge", "")).Status);
        Assert.Equal(404, (await _portal.Get(record)).Status);
    }

    [Fact]
    public async Task Person_clears_with_null()
    {
        var id = _portal.Contact("a@ex.test", ("city", "Bonn"));
        await _portal.Patch($"/_sandbox/records/contacts/{id}", """{"city":null}""");
        Assert.DoesNotContain("city", _portal.Crm.Record("contacts", id)!.Properties.Keys);
    }

    [Fact]
    public async Task Person_is_refused_what_hubspot_refuses()
    {
        _portal.Contact("a@ex.test");
        var answer = await _portal.Post("/_sandbox/records/contacts", """{"email":"a@ex.test"}""");
        Assert.Equal(409, answer.Status);
        Assert.StartsWith("Contact already exists", (string?)answer.Body["error"]);
    }

    [Fact]
    public async Task Merge_answers_the_new_id()
    {
        var (a, b) = (_portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        var merged = await _portal.Post("/_sandbox/merge/contacts", $$"""{"winner":"{{a}}","losers":["{{b}}"]}""");
        Assert.Equal(merged.Id, (await _portal.Get($"{Portal.Contacts}/{a}")).Id);
    }

    [Fact]
    public async Task Other_sources_than_people_can_be_played()
    {
        var id = _portal.Contact("a@ex.test");
        await _portal.Patch($"/_sandbox/records/contacts/{id}?source=IMPORT", """{"city":"Bonn"}""");
        await _portal.Patch($"/_sandbox/records/contacts/{id}?source=CALCULATED", """{"num_notes":"3"}""");
        var history = (await _portal.Get($"{Portal.Contacts}/{id}?propertiesWithHistory=city,num_notes")).Body["propertiesWithHistory"]!;
        Assert.Equal(("IMPORT", "CALCULATED"), ((string?)history["city"]![0]!["sourceType"], (string?)history["num_notes"]![0]!["sourceType"]));
        Assert.Null(history["city"]![0]!["updatedByUserId"]);
    }

    [Fact]
    public async Task Bulk_edit_stamps_all_records_with_one_time()
    {
        for (var i = 0; i < 3; i++)
        {
            _portal.Contact($"c{i}@ex.test");
            _portal.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(204, (await _portal.Post("/_sandbox/bulk/contacts", """{"properties":{"city":"Bonn"}}""")).Status);
        Assert.Single(_portal.Crm.Records("contacts").Select(r => r.UpdatedAt).Distinct());
        Assert.All(_portal.Crm.Records("contacts"), r => Assert.Equal("Bonn", r.Properties["city"]));
    }

    [Fact]
    public async Task Touch_moves_the_time_alone()
    {
        var id = _portal.Contact("a@ex.test");
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        await _portal.Post($"/_sandbox/records/contacts/{id}/touch", "");
        Assert.Equal("2026-11-02T10:11:13.345Z", (await _portal.Get($"{Portal.Contacts}/{id}")).Property("lastmodifieddate"));
    }

    [Fact]
    public async Task Writes_of_the_api_are_logged_with_their_app_and_those_of_people_are_not()
    {
        _portal.Contact("ui@ex.test");
        await _portal.Batch(
            Portal.Contacts, "upsert",
            """{"objectWriteTraceId":"r1","id":"W-1","idProperty":"warehouse_id","properties":{"firstname":"Al"}}""",
            """{"objectWriteTraceId":"r2","id":"W-2","idProperty":"warehouse_id","properties":{"firstname":"Bo","segment":"x"}}""");
        var writes = (await _portal.Get("/_sandbox/writes")).Body.AsArray();
        Assert.Equal(2, writes.Count);
        Assert.Equal(("upsert", "contacts", true, "5670736", "Al"), (
            (string?)writes[0]!["operation"], (string?)writes[0]!["type"], (bool)writes[0]!["success"]!,
            (string?)writes[0]!["by"], (string?)writes[0]!["fields"]!["firstname"]));
        Assert.Equal((false, "W-2"), ((bool)writes[1]!["success"]!, (string?)writes[1]!["id"]));
        Assert.Equal(204, (await _portal.Delete("/_sandbox/writes")).Status);
        Assert.Empty(_portal.Crm.Writes);
    }

    [Fact]
    public async Task Switches_are_set_by_name_and_unknown_ones_are_refused()
    {
        var set = await _portal.Post("/_sandbox/switches", """{"searchIndexLagSeconds":0,"nullValue":"clear"}""");
        Assert.Equal((200, "clear"), (set.Status, (string?)set.Body["nullValue"]));
        Assert.Equal(NullValue.Clear, _portal.Crm.Switches.NullValue);
        Assert.Equal(400, (await _portal.Post("/_sandbox/switches", """{"dailyLimit":1,"nope":true}""")).Status);
        Assert.Equal(400, (await _portal.Post("/_sandbox/switches", """{"dailyLimit":"many"}""")).Status);
        Assert.Equal(625_000, (int)(await _portal.Get("/_sandbox/switches")).Body["dailyLimit"]!);
    }

    [Fact]
    public async Task Properties_rules_locks_and_tokens_are_set_up()
    {
        var property = """{"name":"tier","label":"Tier","type":"string","fieldType":"text","groupName":"contactinformation"}""";
        Assert.Equal(201, (await _portal.Post("/_sandbox/properties/contacts", property)).Status);
        Assert.Equal(201, (await _portal.Post("/_sandbox/rules/contacts", """{"property":"tier","equals":"tin","message":"No tin"}""")).Status);
        Assert.Equal(404, (await _portal.Post("/_sandbox/rules/gadgets", """{"property":"tier","equals":"tin","message":"No tin"}""")).Status);
        Assert.Equal(400, (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","tier":"tin"}""")).Status);
        Assert.Equal(204, (await _portal.Post("/_sandbox/locks", """{"times":1}""")).Status);
        Assert.Equal(423, (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""")).Status);
        Assert.Equal(201, (await _portal.Post("/_sandbox/tokens", """{"token":"t2","appId":"9"}""")).Status);
        _portal.Token = "t2";
        await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""");
        Assert.Equal("9", _portal.Crm.Writes[^1].By);
    }

    [Fact]
    public async Task Reset_forgets_everything()
    {
        _portal.Contact("a@ex.test");
        _portal.Crm.Switches.DailyLimit = 1;
        Assert.Equal(204, (await _portal.Post("/_sandbox/reset", "")).Status);
        Assert.Empty((await _portal.Get(Portal.Contacts)).Results);
        Assert.Equal(625_000, _portal.Crm.Switches.DailyLimit);
    }

    [Fact]
    public async Task Unknown_admin_path_is_404() => Assert.Equal(404, (await _portal.Get("/_sandbox/nothing")).Status);

    [Fact]
    public async Task Time_can_be_made_to_pass()
    {
        var id = _portal.Contact("a@ex.test");
        _portal.Crm.ArchiveAsUser("contacts", id);
        Assert.Single((await _portal.Get($"{Portal.Contacts}?archived=true")).Results);
        Assert.Equal(204, (await _portal.Post("/_sandbox/clock", """{"seconds":7776000}""")).Status);
        Assert.Empty((await _portal.Get($"{Portal.Contacts}?archived=true")).Results);
        Assert.Equal(400, (await _portal.Post("/_sandbox/clock", """{"seconds":-1}""")).Status);
        for (var i = 0; i < 12; i++)
        {
            await _portal.Post("/_sandbox/clock", """{"seconds":315360000}""");
        }

        Assert.Equal(201, (await _portal.Create(Portal.Contacts, """{"email":"later@ex.test"}""")).Status);
    }

    [Fact]
    public async Task Token_is_made_with_all_that_is_particular_about_it()
    {
        var made = await _portal.Post(
            "/_sandbox/tokens", """{"token":"key","appId":"7","seconds":60,"sourceType":"API","hasNoSourceId":true,"mayEditAssociations":false}""");
        Assert.Equal(201, made.Status);
        _portal.Token = "key";
        var ann = (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""")).Id;
        var entry = (await _portal.Get($"{Portal.Contacts}/{ann}?propertiesWithHistory=email")).Body["propertiesWithHistory"]!["email"]![0]!;
        Assert.Equal(("API", null), ((string?)entry["sourceType"], (string?)entry["sourceId"]));
        var acme = _portal.Company("Acme");
        Assert.Equal(400, (await _portal.Put($"{Portal.Contacts}/{ann}/associations/default/companies/{acme}")).Status);
        _portal.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((401, "EXPIRED_AUTHENTICATION"), ((await _portal.Get(Portal.Contacts)) is var late ? (late.Status, late.Category) : default));
    }

    [Fact]
    public async Task Person_links_labels_and_parts_records()
    {
        var (ann, acme) = (_portal.Contact("a@ex.test"), _portal.Company("Acme"));
        var link = $"/_sandbox/associations/contacts/{ann}/companies/{acme}";
        Assert.Equal(204, (await _portal.Put($"{link}?label=Primary")).Status);
        Assert.Equal("Primary", (string?)(await _portal.Get($"/_sandbox/associations/contacts/{ann}/companies")).Body[acme]![0]);
        Assert.Equal(400, (await _portal.Put($"{link}?label=Nope")).Status);
        Assert.Equal(204, (await _portal.Delete(link)).Status);
        Assert.Empty((await _portal.Get($"/_sandbox/associations/contacts/{ann}/companies")).Body.AsObject());
    }

    [Fact]
    public async Task App_is_installed_and_uninstalled()
    {
        var app = HubSpotApp.Default;
        var code = (string?)(await _portal.Post($"/_sandbox/apps/{app.AppId}/install", "{}")).Body["code"];
        var exchanged = await _portal.PostForm(
            "/oauth/2026-09/token", ("grant_type", "authorization_code"), ("client_id", app.ClientId), ("client_secret", app.ClientSecret),
            ("redirect_uri", app.RedirectUri), ("code", code!));
        Assert.Equal(200, exchanged.Status);
        Assert.Equal(204, (await _portal.Post($"/_sandbox/apps/{app.AppId}/uninstall", "{}")).Status);
        _portal.Token = (string?)exchanged.Body["access_token"];
        Assert.Equal(401, (await _portal.Get(Portal.Contacts)).Status);
        Assert.Equal(404, (await _portal.Post("/_sandbox/apps/1/install", "{}")).Status);
    }

    [Fact]
    public async Task Webhooks_are_taken_reported_and_forged()
    {
        const string subscription = """{"targetUrl":"https://ex.test/hook","events":["contact.creation"]}""";
        Assert.Equal(204, (await _portal.Post("/_sandbox/webhooks/subscribe", subscription)).Status);
        _portal.Contact("a@ex.test");
        var taken = Assert.Single((await _portal.Post("/_sandbox/webhooks/take", "{}")).Body.AsArray())!;
        Assert.Equal(204, (await _portal.Post("/_sandbox/webhooks/report", $$"""{"id":{{taken["id"]}},"status":500}""")).Status);
        _portal.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, (int)Assert.Single((await _portal.Post("/_sandbox/webhooks/take", "{}")).Body.AsArray())!["attempt"]!);
        var forged = await _portal.Post("/_sandbox/webhooks/forge", """{"kind":"oldTimestamp","body":"[]"}""");
        Assert.Equal("https://ex.test/hook", (string?)forged.Body["url"]);
        Assert.Equal(400, (await _portal.Post("/_sandbox/webhooks/forge", """{"kind":"nice"}""")).Status);
        Assert.Equal(400, (await _portal.Post("/_sandbox/webhooks/subscribe", """{"targetUrl":"https://ex.test","events":["x.y"]}""")).Status);
    }

    [Fact]
    public async Task Custom_object_is_defined()
    {
        var made = await _portal.Post(
            "/_sandbox/schemas", """{"name":"car","labels":{},"primaryDisplayProperty":"hs_object_id"}""");
        Assert.Equal(200, (await _portal.Get($"/crm/objects/2026-09/{made.Id}")).Status);
    }
}
