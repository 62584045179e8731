using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

/// <summary>What HubSpot does is not known, or it does both: each switch works in both positions.</summary>
public sealed class UnverifiedTests
{
    private readonly Portal _portal = new();

    private HubSpotSwitches Switches => _portal.Crm.Switches;

    [Theory]
    [InlineData(true, 207, 2)]
    [InlineData(false, 409, 1)]
    public async Task Address_in_use_spoils_its_row_or_the_batch(bool alone, int status, int contacts)
    {
        Switches.ConflictRowsFailAlone = alone;
        var id = _portal.Contact("a@ex.test");
        var answer = await _portal.Batch(
            Portal.Contacts, "create", """{"objectWriteTraceId":"r1","properties":{"email":"b@ex.test"}}""",
            """{"objectWriteTraceId":"r2","properties":{"email":"A@ex.test"}}""");
        Assert.Equal((status, contacts), (answer.Status, _portal.Crm.Records("contacts").Count));
        Assert.Contains($"Existing ID: {id}", alone ? (string?)answer.Errors[0]!["message"] : answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "OBJECT_NOT_FOUND")]
    [InlineData(false, null)]
    public async Task Not_found_has_a_category_or_none(bool has, string? category)
    {
        Switches.NotFoundHasCategory = has;
        var answer = await _portal.Get($"{Portal.Contacts}/99");
        Assert.Equal((404, "resource not found", category), (answer.Status, answer.Message, answer.Category));
    }

    [Theory]
    [InlineData(true, "INVALID_OPTION", "maybe was not one of the allowed options: [true, false]")]
    [InlineData(false, "INVALID_BOOLEAN", "maybe was not a valid boolean.")]
    public async Task Boolean_error_has_one_text_or_the_other(bool options, string code, string message)
    {
        Switches.BooleanErrorsListOptions = options;
        var answer = await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","newsletter":"maybe"}""");
        Assert.Equal((400, code, message), (answer.Status, answer.Code, (string?)answer.Body["errors"]![0]!["message"]));
    }

    [Theory]
    [InlineData(DateErrorText.ByType, "INVALID_DATE", "INVALID_LONG")]
    [InlineData(DateErrorText.Date, "INVALID_DATE", "INVALID_DATE")]
    [InlineData(DateErrorText.Long, "INVALID_LONG", "INVALID_LONG")]
    public async Task Date_error_has_one_text_or_the_other(DateErrorText texts, string date, string time)
    {
        Switches.DateErrors = texts;
        var answer = await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","last_seen_at":"soon","trial_ends":"soon"}""");
        var codes = answer.Body["errors"]!.AsArray().ToDictionary(e => (string)e!["context"]!["propertyName"]![0]!, e => (string?)e!["code"]);
        Assert.Equal((date, time), (codes["trial_ends"], codes["last_seen_at"]));
    }

    [Theory]
    [InlineData(true, 403)]
    [InlineData(false, 200)]
    public async Task Lists_ask_for_scopes_or_not(bool ask, int status)
    {
        Switches.ListsAskForScopes = ask;
        _portal.Crm.AddToken(new HubSpotToken("key", "7", new HashSet<string> { "crm.objects.contacts.read" }));
        _portal.Token = "key";
        Assert.Equal(status, (await _portal.Post("/crm/lists/2026-09/search", "{}")).Status);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Use_of_the_day_is_told_or_not(bool told, int results)
    {
        Switches.DailyUsageIsTold = told;
        Assert.Equal(results, (await _portal.Get("/account-info/2026-09/api-usage/daily/private-apps")).Results.Count);
    }

    [Theory]
    [InlineData(false, "https://api.hubapi.com/")]
    [InlineData(true, "https://api.hubspot.com/")]
    public async Task Link_to_the_next_page_names_this_host_or_another(bool another, string host)
    {
        Switches.LinksNameAnotherHost = another;
        _portal.Contact("a@ex.test");
        _portal.Contact("b@ex.test");
        var next = (await _portal.Get($"{Portal.Contacts}?limit=1")).Body["paging"]!["next"]!;
        Assert.StartsWith(host, (string?)next["link"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 400)]
    public async Task Additional_addresses_are_written_by_the_api_or_not(bool writable, int status)
    {
        Switches.AdditionalEmailsWritable = writable;
        var id = _portal.Contact("a@ex.test");
        Assert.Equal(status, (await _portal.Change($"{Portal.Contacts}/{id}", """{"hs_additional_emails":"b@ex.test"}""")).Status);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public async Task Batch_create_of_associations_answers_as_switched(int status)
    {
        Switches.AssociationBatchCreateStatus = status;
        var (ann, acme) = (_portal.Contact("a@ex.test"), _portal.Company("Acme"));
        var answer = await _portal.Batch("/crm/associations/2026-09/contacts/companies", "create", $$"""
            {"from":{"id":"{{ann}}"},"to":{"id":"{{acme}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]}
            """);
        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public async Task Batch_create_of_properties_answers_as_switched(int status)
    {
        Switches.PropertyBatchCreateStatus = status;
        var answer = await _portal.Batch(
            "/crm/properties/2026-09/contacts", "create",
            """{"name":"q","label":"Q","type":"string","fieldType":"text","groupName":"contactinformation"}""");
        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData(true, 400)]
    [InlineData(false, 200)]
    public async Task Batch_read_of_properties_must_name_the_sensitivity_or_not(bool required, int status)
    {
        Switches.DataSensitivityRequired = required;
        var answer = await _portal.Post("/crm/properties/2026-09/contacts/batch/read", """{"archived":false,"inputs":[{"name":"email"}]}""");
        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "")]
    public async Task Cleared_value_reads_as_null_or_as_empty_text(bool text, string? value)
    {
        Switches.ClearedReadsAsEmptyText = text;
        var id = _portal.Contact("a@ex.test", ("city", "Bonn"));
        await _portal.Change($"{Portal.Contacts}/{id}", """{"city":""}""");
        Assert.Equal(value, (await _portal.Get($"{Portal.Contacts}/{id}?properties=city")).Property("city"));
    }

    [Theory]
    [InlineData("EXPIRED_AUTHENTICATION")]
    [InlineData("INVALID_AUTHENTICATION")]
    public async Task Ended_token_has_the_category_that_is_switched(string category)
    {
        Switches.ExpiredTokenCategory = category;
        _portal.Crm.AddToken(new HubSpotToken("late", "7") { ExpiresAt = _portal.Time.GetUtcNow() });
        _portal.Token = "late";
        var answer = await _portal.Get(Portal.Contacts);
        Assert.Equal((401, category), (answer.Status, answer.Category));
    }

    [Theory]
    [InlineData(true, "Bonn")]
    [InlineData(false, null)]
    public async Task Merge_fills_what_is_empty_or_not(bool fills, string? city)
    {
        Switches.MergeFillsEmptyValues = fills;
        var survivor = _portal.Crm.MergeAsUser("contacts", _portal.Contact("a@ex.test"), _portal.Contact("b@ex.test", ("city", "Bonn")));
        Assert.Equal(city, (await _portal.Get($"{Portal.Contacts}/{survivor}?properties=city")).Property("city"));
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 207)]
    public async Task Merged_away_id_leads_to_the_survivor_in_a_batch_read_or_is_missing(bool resolves, int status)
    {
        Switches.MergedIdsResolveInBatchRead = resolves;
        var (ann, bea) = (_portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        var survivor = _portal.Crm.MergeAsUser("contacts", ann, bea);
        var answer = await _portal.Batch(Portal.Contacts, "read", $$"""{"id":"{{ann}}"}""");
        Assert.Equal((status, resolves ? survivor : null), (answer.Status, answer.Ids.SingleOrDefault()));
        Assert.Equal(resolves ? null : ann, (string?)answer.Body["errors"]?[0]!["context"]!["ids"]![0]);
        Assert.Equal(survivor, (await _portal.Get($"{Portal.Contacts}/{ann}")).Id);
    }

    [Theory]
    [InlineData(true, "ex.test")]
    [InlineData(false, "https://www.Ex.test/about")]
    public async Task Domain_is_normalised_or_kept(bool normalises, string stored)
    {
        Switches.NormaliseDomain = normalises;
        var made = await _portal.Create(Portal.Companies, """{"domain":"https://www.Ex.test/about"}""");
        Assert.Equal(stored, made.Property("domain"));
    }

    [Theory]
    [InlineData(true, "+4922812345")]
    [InlineData(false, "+49 (228) 123-45")]
    public async Task Phone_is_normalised_or_kept(bool normalises, string stored)
    {
        Switches.NormalisePhone = normalises;
        var made = await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","phone":"+49 (228) 123-45"}""");
        Assert.Equal(stored, made.Property("phone"));
    }

    [Theory]
    [InlineData(true, 400)]
    [InlineData(false, 201)]
    public async Task Unknown_owner_is_refused_or_not(bool validates, int status)
    {
        Switches.ValidateOwners = validates;
        Assert.Equal(status, (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","hubspot_owner_id":"1"}""")).Status);
    }

    [Theory]
    [InlineData(3000, 400)]
    [InlineData(0, 200)]
    public async Task Long_search_is_refused_or_not(int limit, int status)
    {
        Switches.SearchBodyLimit = limit;
        Assert.Equal(status, (await _portal.Post($"{Portal.Contacts}/search", $$"""{"query":"{{new string('a', 3000)}}"}""")).Status);
    }

    [Theory]
    [InlineData(5, 429)]
    [InlineData(0, 200)]
    public async Task Searches_are_limited_or_not(int limit, int status)
    {
        Switches.SearchesPerSecond = limit;
        for (var i = 0; i < 5; i++)
        {
            await _portal.Post($"{Portal.Contacts}/search", "{}");
        }

        Assert.Equal(status, (await _portal.Post($"{Portal.Contacts}/search", "{}")).Status);
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(40, 414)]
    public async Task Long_target_is_refused_from_the_length_that_is_switched(int shorter, int status)
    {
        Switches.TargetLimit = 60 - shorter;
        Assert.Equal(status, (await _portal.Get(Portal.Contacts)).Status);
    }

    [Fact]
    public async Task Answers_stand_in_the_order_of_the_inputs_only_when_switched()
    {
        var ids = Enumerable.Range(0, 20).Select(i => _portal.Contact($"c{i}@ex.test")).ToArray();
        async Task<string[]> Read() => (await _portal.Batch(Portal.Contacts, "read", [.. ids.Select(id => $$"""{"id":"{{id}}"}""")])).Ids;
        Assert.NotEqual(ids, await Read());
        Switches.ShuffleResults = false;
        Assert.Equal(ids, await Read());
    }

    [Fact]
    public void Webhooks_come_in_order_only_when_switched()
    {
        string[] Told()
        {
            var made = Enumerable.Range(0, 20).Select(i => _portal.Company($"c{i}")).ToArray();
            var body = System.Text.Json.Nodes.JsonNode.Parse(Assert.Single(_portal.Crm.TakeWebhooks()).Body)!.AsArray();
            return [.. body.Select(e => Array.IndexOf(made, e!["objectId"]!.ToString()).ToString("D2"))];
        }

        _portal.Crm.Subscribe(HubSpotApp.Default.AppId, "https://ex.test/hook", "company.creation");
        var shuffled = Told();
        Assert.NotEqual(shuffled.Order(), shuffled);
        Switches.WebhooksShuffle = false;
        var straight = Told();
        Assert.Equal(straight.Order(), straight);
    }

    [Fact]
    public async Task Lag_is_the_same_for_all_without_its_random_part()
    {
        (Switches.SearchIndexLagSeconds, Switches.SearchIndexJitterSeconds) = (3, 0);
        for (var i = 0; i < 10; i++)
        {
            _portal.Contact($"c{i}@ex.test");
        }

        async Task<int> Found() => (int)(await _portal.Post($"{Portal.Contacts}/search", "{}")).Body["total"]!;
        _portal.Time.Advance(TimeSpan.FromSeconds(2.999));
        Assert.Equal(0, await Found());
        _portal.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(10, await Found());
    }
}
