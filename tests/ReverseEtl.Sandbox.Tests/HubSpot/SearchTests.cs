namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class SearchTests
{
    private readonly Portal _portal = new();

    private static string Filter(string property, string operation, string rest = "") =>
        $$"""{"filterGroups":[{"filters":[{"propertyName":"{{property}}","operator":"{{operation}}"{{rest}}}]}]}""";

    private static string Value(string value) => $",\"value\":\"{value}\"";

    private async Task<Answer> Search(string body, string path = Portal.Contacts)
    {
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        return await _portal.Post($"{path}/search", body);
    }

    [Fact]
    public async Task Writes_are_searchable_after_the_lag_but_readable_at_once()
    {
        var id = (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""")).Id;
        Assert.Empty((await Search("{}")).Results);
        Assert.Equal([id], (await _portal.Get(Portal.Contacts)).Ids);
        _portal.LetIndexCatchUp();
        Assert.Equal([id], (await Search("{}")).Ids);
    }

    [Fact]
    public async Task Search_shows_the_values_that_the_index_knows()
    {
        var id = _portal.Contact("a@ex.test", ("city", "Bonn"));
        _portal.LetIndexCatchUp();
        _portal.Edit(id, "city", "Kiel");
        var answer = await Search("""{"properties":["city"]}""");
        Assert.Equal("Bonn", (string?)answer.Results[0]!["properties"]!["city"]);
    }

    [Fact]
    public async Task Later_write_may_be_searchable_before_an_earlier_one()
    {
        for (var i = 0; i < 40; i++)
        {
            _portal.Contact($"c{i}@ex.test");
            _portal.Time.Advance(TimeSpan.FromMilliseconds(50));
        }

        _portal.Time.Advance(TimeSpan.FromSeconds(4));
        var seen = (await Search("""{"limit":200}""")).Ids;
        var all = _portal.Crm.Records("contacts").Select(r => r.Id).ToArray();
        Assert.InRange(seen.Length, 1, 39);
        Assert.NotEqual(all[..seen.Length], seen);
    }

    [Fact]
    public async Task Archived_and_merged_records_are_never_found()
    {
        var (a, b, c) = (_portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"), _portal.Contact("c@ex.test"));
        _portal.LetIndexCatchUp();
        _portal.Crm.ArchiveAsUser("contacts", a);
        var survivor = _portal.Crm.MergeAsUser("contacts", b, c);
        Assert.Empty((await Search("{}")).Results);
        _portal.LetIndexCatchUp();
        Assert.Equal([survivor], (await Search("{}")).Ids);
    }

    [Theory]
    [InlineData("city", "EQ", "BONN", 2)]
    [InlineData("city", "NEQ", "bonn", 1)]
    [InlineData("segment", "EQ", "smb", 1)]
    [InlineData("segment", "EQ", "SMB", 0)]
    [InlineData("segment", "CONTAINS_TOKEN", "smb", 1)]
    [InlineData("segment", "CONTAINS_TOKEN", "SMB", 0)]
    [InlineData("segment", "CONTAINS_TOKEN", "SM*", 0)]
    [InlineData("segment", "CONTAINS_TOKEN", "sm*", 1)]
    [InlineData("city", "CONTAINS_TOKEN", "BON*", 2)]
    [InlineData("lead_score", "GT", "10", 1)]
    [InlineData("lead_score", "LTE", "10.0", 1)]
    [InlineData("email", "EQ", "A@ex.test", 1)]
    [InlineData("jobtitle", "CONTAINS_TOKEN", "sales", 1)]
    [InlineData("email", "CONTAINS_TOKEN", "*@ex.test", 3)]
    [InlineData("jobtitle", "NOT_CONTAINS_TOKEN", "sales", 0)]
    [InlineData("last_seen_at", "GTE", "2026-01-01", 1)]
    [InlineData("last_seen_at", "LT", "1767225600000", 0)]
    public async Task Operator_finds_by_type_and_case(string property, string operation, string value, int count)
    {
        Populate();
        Assert.Equal(count, (int)(await Search(Filter(property, operation, Value(value)))).Body["total"]!);
    }

    [Theory]
    [InlineData("city", "IN", ",\"values\":[\"bonn\"]", 2)]
    [InlineData("city", "IN", ",\"values\":[\"Bonn\"]", 0)]
    [InlineData("city", "NOT_IN", ",\"values\":[\"bonn\"]", 1)]
    [InlineData("interests", "IN", ",\"values\":[\"support\",\"training\"]", 1)]
    [InlineData("segment", "HAS_PROPERTY", "", 1)]
    [InlineData("segment", "NOT_HAS_PROPERTY", "", 2)]
    [InlineData("lead_score", "BETWEEN", ",\"value\":\"5\",\"highValue\":\"10\"", 1)]
    public async Task Operator_with_lists_and_ranges_finds(string property, string operation, string rest, int count)
    {
        Populate();
        Assert.Equal(count, (int)(await Search(Filter(property, operation, rest))).Body["total"]!);
    }

    [Fact]
    public async Task Not_equal_matches_empty_values_where_switched()
    {
        _portal.Crm.Switches.NegativeFiltersMatchEmpty = true;
        Populate();
        Assert.Equal(2, (int)(await Search(Filter("segment", "NEQ", Value("smb")))).Body["total"]!);
    }

    [Fact]
    public async Task Address_filter_also_matches_additional_addresses()
    {
        var survivor = _portal.Crm.MergeAsUser("contacts", _portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        _portal.LetIndexCatchUp();
        Assert.Equal([survivor], (await Search(Filter("email", "EQ", Value("b@ex.test")))).Ids);
    }

    [Fact]
    public async Task Groups_are_alternatives_and_a_top_level_filter_list_is_accepted()
    {
        Populate();
        var either = await Search("""
            {"filterGroups":[{"filters":[{"propertyName":"city","operator":"EQ","value":"Kiel"}]},
                             {"filters":[{"propertyName":"segment","operator":"EQ","value":"smb"}]}]}
            """);
        Assert.Equal(2, (int)either.Body["total"]!);
        Assert.Equal(1, (int)(await Search("""{"filters":[{"propertyName":"city","operator":"EQ","value":"Kiel"}]}""")).Body["total"]!);
    }

    [Fact]
    public async Task Free_text_finds_words_by_their_beginning()
    {
        Populate();
        Assert.Equal(1, (int)(await Search("""{"query":"ann"}""")).Body["total"]!);
    }

    [Fact]
    public async Task Contacts_are_filtered_by_lastmodifieddate_and_nothing_else()
    {
        Populate();
        Assert.Equal(3, (int)(await Search(Filter("lastmodifieddate", "GTE", Value("0")))).Body["total"]!);
        Assert.Equal(0, (int)(await Search(Filter("hs_lastmodifieddate", "GTE", Value("0")))).Body["total"]!);
    }

    [Fact]
    public async Task Companies_are_filtered_by_hs_lastmodifieddate()
    {
        _portal.Company("Acme");
        _portal.LetIndexCatchUp();
        Assert.Equal(1, (int)(await Search(Filter("hs_lastmodifieddate", "GTE", Value("2026-01-01")), Portal.Companies)).Body["total"]!);
        Assert.Equal(400, (await Search(Filter("lastmodifieddate", "GTE", Value("0")), Portal.Companies)).Status);
    }

    [Theory]
    [InlineData(5, 1, 200)]
    [InlineData(6, 1, 400)]
    [InlineData(1, 6, 200)]
    [InlineData(1, 7, 400)]
    [InlineData(3, 6, 200)]
    [InlineData(4, 5, 400)]
    public async Task Filters_have_limits(int groups, int filters, int status)
    {
        _portal.Crm.Switches.SearchBodyLimit = 10_000;
        var filter = string.Join(',', Enumerable.Repeat("""{"propertyName":"city","operator":"EQ","value":"x"}""", filters));
        var all = string.Join(',', Enumerable.Repeat($$"""{"filters":[{{filter}}]}""", groups));
        Assert.Equal(status, (await Search($$"""{"filterGroups":[{{all}}]}""")).Status);
    }

    [Theory]
    [InlineData("""{"limit":200}""", 200)]
    [InlineData("""{"limit":201}""", 400)]
    [InlineData("""{"limit":200,"after":"9800"}""", 200)]
    [InlineData("""{"limit":200,"after":"10000"}""", 400)]
    [InlineData("""{"limit":200,"after":"9801"}""", 400)]
    [InlineData("""{"sorts":[{"propertyName":"city","direction":"ASCENDING"}]}""", 200)]
    [InlineData("""{"sorts":["-city"]}""", 200)]
    [InlineData("""{"sorts":["city","email"]}""", 400)]
    [InlineData("""{"sorts":["nope"]}""", 400)]
    [InlineData("""{"filters":[{"propertyName":"nope","operator":"EQ","value":"x"}]}""", 400)]
    [InlineData("""{"filters":[{"propertyName":"city","operator":"LIKE","value":"x"}]}""", 400)]
    [InlineData("""{"filters":[{"propertyName":"city","operator":"EQ"}]}""", 400)]
    [InlineData("""{"sorts":"email"}""", 400)]
    [InlineData("""{"sorts":[{"propertyName":"email","direction":"UP"}]}""", 400)]
    [InlineData("""{"sorts":[{"propertyName":"email","direction":"ASCENDING"}]}""", 200)]
    public async Task Search_is_checked(string body, int status) => Assert.Equal(status, (await Search(body)).Status);

    [Fact]
    public async Task Body_over_3000_characters_is_refused()
    {
        var values = string.Join(',', Enumerable.Repeat("\"aaaaaaaaaaaaaaaaaaaa\"", 150));
        Assert.Equal(400, (await Search(Filter("city", "IN", $",\"values\":[{values}]"))).Status);
    }

    [Fact]
    public async Task Default_order_is_creation_and_sorting_puts_empty_values_last()
    {
        Populate();
        var ids = _portal.Crm.Records("contacts").Select(r => r.Id).ToArray();
        Assert.Equal(ids, (await Search("{}")).Ids);
        Assert.Equal([ids[1], ids[0], ids[2]], (await Search("""{"sorts":[{"propertyName":"lead_score","direction":"DESCENDING"}]}""")).Ids);
    }

    [Fact]
    public async Task Offset_paging_skips_a_row_when_one_leaves_the_result()
    {
        var ids = Enumerable.Range(0, 5).Select(i => _portal.Contact($"c{i}@ex.test")).ToArray();
        _portal.LetIndexCatchUp();
        var first = await Search("""{"limit":2}""");
        Assert.Equal((5, "2"), ((int)first.Body["total"]!, (string?)first.Body["paging"]!["next"]!["after"]));
        _portal.Crm.ArchiveAsUser("contacts", ids[0]);
        var second = await Search("""{"limit":2,"after":"2"}""");
        Assert.Equal([ids[3], ids[4]], second.Ids);
        Assert.Null(second.Body["paging"]);
    }

    [Fact]
    public async Task Sixth_search_in_a_second_is_429_without_limit_headers()
    {
        for (var i = 0; i < 5; i++)
        {
            var fine = await _portal.Post($"{Portal.Contacts}/search", "{}");
            Assert.Equal(200, fine.Status);
            Assert.DoesNotContain(fine.Headers.Keys, k => k.StartsWith("X-HubSpot-RateLimit", StringComparison.OrdinalIgnoreCase));
        }

        var refused = await _portal.Post($"{Portal.Companies}/search", "{}");
        Assert.Equal((429, "SECONDLY", "RATE_LIMIT"), (refused.Status, (string?)refused.Body["policyName"], (string?)refused.Body["errorType"]));
        Assert.Equal("You have reached your secondly limit.", refused.Message);
        Assert.DoesNotContain("Retry-After", refused.Headers.Keys);
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await _portal.Post($"{Portal.Contacts}/search", "{}")).Status);
    }

    private void Populate()
    {
        _portal.Contact("a@ex.test", ("firstname", "Ann"), ("city", "Bonn"), ("lead_score", "10"), ("jobtitle", "Head of Sales"), ("segment", "smb"));
        _portal.Contact("b@ex.test", ("city", "bonn"), ("lead_score", "20"), ("interests", "support"), ("last_seen_at", "2026-05-01T00:00:00Z"));
        _portal.Contact("c@ex.test", ("city", "Kiel"));
        _portal.LetIndexCatchUp();
    }
}
