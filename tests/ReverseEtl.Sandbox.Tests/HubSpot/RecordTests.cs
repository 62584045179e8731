using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class RecordTests
{
    private readonly Portal _portal = new();

    [Fact]
    public async Task Create_answers_201_with_the_location_and_the_values_as_stored()
    {
        var answer = await _portal.Create(Portal.Contacts, """{"email":" Ann@Ex.Test ","firstname":"Ann"}""");
        Assert.Equal(201, answer.Status);
        Assert.EndsWith(answer.Id, answer.Headers["Location"]);
        Assert.Equal("ann@ex.test", answer.Property("email"));
        Assert.True(long.Parse(answer.Id) > 840926056000);
    }

    [Fact]
    public async Task Properties_are_alphabetical_text_or_null_and_always_hold_id_and_times()
    {
        var id = _portal.Contact("ann@ex.test", ("lead_score", "17"));
        var answer = await _portal.Get($"{Portal.Contacts}/{id}?properties=phone,lead_score,no_such_one");
        var properties = answer.Body["properties"]!.AsObject();
        Assert.Equal(["createdate", "hs_object_id", "lastmodifieddate", "lead_score", "phone"], properties.Select(p => p.Key));
        Assert.Equal("17", (string?)properties["lead_score"]);
        Assert.Null(properties["phone"]);
    }

    [Fact]
    public async Task Get_without_properties_shows_the_defaults()
    {
        var id = _portal.Contact("ann@ex.test");
        var answer = await _portal.Get($"{Portal.Contacts}/{id}");
        Assert.Equal(
            ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
            answer.Body["properties"]!.AsObject().Select(p => p.Key));
    }

    [Fact]
    public async Task Property_lists_may_be_repeated_or_separated_by_commas()
    {
        var id = _portal.Contact("ann@ex.test");
        var answer = await _portal.Get($"{Portal.Contacts}/{id}?properties=phone&properties=city,zip");
        Assert.Subset(answer.Body["properties"]!.AsObject().Select(p => p.Key).ToHashSet(), new HashSet<string> { "phone", "city", "zip" });
    }

    [Fact]
    public async Task Times_lose_their_fraction_when_it_is_zero()
    {
        Assert.Equal("2026-11-02T10:11:12.345Z", (string?)(await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""")).Body["createdAt"]);
        _portal.Time.Advance(TimeSpan.FromMilliseconds(655));
        Assert.Equal("2026-11-02T10:11:13Z", (string?)(await _portal.Create(Portal.Contacts, """{"email":"b@ex.test"}""")).Body["createdAt"]);
    }

    [Fact]
    public async Task Update_leaves_other_values_and_an_empty_text_clears()
    {
        var id = _portal.Contact("ann@ex.test", ("firstname", "Ann"), ("city", "Bonn"));
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        var answer = await _portal.Change($"{Portal.Contacts}/{id}", """{"city":""}""");
        Assert.Equal(200, answer.Status);
        var read = await _portal.Get($"{Portal.Contacts}/{id}?properties=city,firstname");
        Assert.Null(read.Property("city"));
        Assert.Equal("Ann", read.Property("firstname"));
        Assert.Equal("2026-11-02T10:11:13.345Z", (string?)read.Body["updatedAt"]);
    }

    [Fact]
    public async Task Write_of_the_same_value_changes_nothing()
    {
        var id = _portal.Contact("ann@ex.test", ("city", "Bonn"));
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        await _portal.Change($"{Portal.Contacts}/{id}", """{"city":"Bonn"}""");
        var read = await _portal.Get($"{Portal.Contacts}/{id}?propertiesWithHistory=city");
        Assert.Equal("2026-11-02T10:11:12.345Z", (string?)read.Body["updatedAt"]);
        Assert.Single(read.Body["propertiesWithHistory"]!["city"]!.AsArray());
    }

    [Fact]
    public async Task Write_of_the_same_value_leaves_traces_where_switched_on()
    {
        _portal.Crm.Switches.IdenticalWritesAddHistory = true;
        _portal.Crm.Switches.IdenticalWritesBumpModified = true;
        var id = _portal.Contact("ann@ex.test", ("city", "Bonn"));
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        await _portal.Change($"{Portal.Contacts}/{id}", """{"city":"Bonn"}""");
        var read = await _portal.Get($"{Portal.Contacts}/{id}?propertiesWithHistory=city");
        Assert.Equal("2026-11-02T10:11:13.345Z", (string?)read.Body["updatedAt"]);
        Assert.Equal(2, read.Body["propertiesWithHistory"]!["city"]!.AsArray().Count);
    }

    [Fact]
    public async Task History_is_newest_first_and_names_its_sources()
    {
        var id = (await _portal.Create(Portal.Contacts, """{"email":"ann@ex.test","city":"Bonn"}""")).Id;
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        _portal.Edit(id, "city", "Kiel");
        var read = await _portal.Get($"{Portal.Contacts}/{id}?propertiesWithHistory=city");
        var history = read.Body["propertiesWithHistory"]!["city"]!.AsArray();
        Assert.Equal(["Kiel", "Bonn"], history.Select(h => (string?)h!["value"]));
        Assert.Equal(("CRM_UI", "userId:28604240", 28604240),
            ((string?)history[0]!["sourceType"], (string?)history[0]!["sourceId"], (int)history[0]!["updatedByUserId"]!));
        Assert.Equal(("INTEGRATION", "5670736"), ((string?)history[1]!["sourceType"], (string?)history[1]!["sourceId"]));
        Assert.Equal("2026-11-02T10:11:12.345Z", (string?)history[1]!["timestamp"]);
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(3, 3)]
    [InlineData(0, 26)]
    public async Task History_keeps_the_newest_entries(int kept, int shown)
    {
        _portal.Crm.Switches.HistoryVersions = kept;
        var id = _portal.Contact("ann@ex.test", ("city", "c0"));
        for (var i = 1; i <= 25; i++)
        {
            _portal.Edit(id, "city", $"c{i}");
        }

        var history = (await _portal.Get($"{Portal.Contacts}/{id}?propertiesWithHistory=city")).Body["propertiesWithHistory"]!["city"]!.AsArray();
        Assert.Equal((shown, "c25"), (history.Count, (string?)history[0]!["value"]));
    }

    [Fact]
    public async Task Unknown_id_is_404() => Assert.Equal((404, "resource not found"), await Missing("99"));

    [Fact]
    public async Task Id_that_is_no_number_is_404_and_says_so() =>
        Assert.Equal((404, "Object not found.  objectId are usually numeric."), await Missing("K-17"));

    [Theory]
    [InlineData("ANN%40ex.test", "email")]
    [InlineData("a%2B1%2Fb", "warehouse_id")]
    public async Task Record_is_found_by_a_unique_property(string value, string property)
    {
        var id = _portal.Contact("ann@ex.test", ("warehouse_id", "a+1/b"));
        Assert.Equal(id, (await _portal.Get($"{Portal.Contacts}/{value}?idProperty={property}")).Id);
        Assert.Equal(id, (await _portal.Change($"{Portal.Contacts}/{value}?idProperty={property}", """{"city":"Bonn"}""")).Id);
    }

    [Fact]
    public async Task Record_is_not_found_by_a_property_that_is_not_unique()
    {
        _portal.Contact("ann@ex.test", ("city", "Bonn"));
        var answer = await _portal.Get($"{Portal.Contacts}/Bonn?idProperty=city");
        Assert.Equal((400, "Unable to perform update/upsert by non-unique 0-1 property city"), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 404)]
    public async Task Additional_address_finds_the_contact_as_switched(bool resolves, int status)
    {
        _portal.Crm.Switches.SecondaryEmailResolves = resolves;
        _portal.Crm.MergeAsUser("contacts", _portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        Assert.Equal(status, (await _portal.Get($"{Portal.Contacts}/b%40ex.test?idProperty=email")).Status);
    }

    [Fact]
    public async Task List_pages_by_the_id_of_the_next_record()
    {
        var ids = Enumerable.Range(0, 5).Select(i => _portal.Contact($"c{i}@ex.test")).ToArray();
        var first = await _portal.Get($"{Portal.Contacts}?limit=2");
        Assert.Equal(ids[..2], first.Ids);
        Assert.Equal(ids[2], (string?)first.Body["paging"]!["next"]!["after"]);
        var last = await _portal.Get($"{Portal.Contacts}?limit=3&after={ids[2]}");
        Assert.Equal(ids[2..], last.Ids);
        Assert.Null(last.Body["paging"]);
    }

    [Theory]
    [InlineData("limit=101", 400)]
    [InlineData("limit=100", 200)]
    [InlineData("limit=51&propertiesWithHistory=email", 400)]
    [InlineData("limit=50&propertiesWithHistory=email", 200)]
    public async Task List_has_page_limits(string query, int status) =>
        Assert.Equal(status, (await _portal.Get($"{Portal.Contacts}?{query}")).Status);

    [Fact]
    public async Task Too_long_a_target_is_414() =>
        Assert.Equal(414, (await _portal.Get($"{Portal.Contacts}?properties={new string('a', 16_000)}")).Status);

    [Theory]
    [InlineData("{oops")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"properties":"none"}""")]
    [InlineData("""{"properties":{"email":["a@ex.test"]}}""")]
    [InlineData("""{"properties":{"firstname":"\ud800"}}""")]
    [InlineData("""{"properties":{"email":"a@ex.test","trial_ends":"-9223372036854775808"}}""")]
    [InlineData("""{"properties":{"email":"a@ex.test","last_seen_at":"9223372036854775807"}}""")]
    public async Task Nonsense_is_400(string body) => Assert.Equal(400, (await _portal.Post(Portal.Contacts, body)).Status);

    [Fact]
    public async Task Last_of_two_equal_keys_wins() =>
        Assert.Equal("b@ex.test", (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","email":"b@ex.test"}""")).Property("email"));

    [Fact]
    public async Task Trace_id_is_echoed()
    {
        var answer = await _portal.Post(Portal.Contacts, """{"objectWriteTraceId":"r1","properties":{"email":"a@ex.test"}}""");
        Assert.Equal("r1", (string?)answer.Body["objectWriteTraceId"]);
    }

    private async Task<(int, string?)> Missing(string id)
    {
        var answer = await _portal.Get($"{Portal.Contacts}/{id}");
        return (answer.Status, answer.Message);
    }
}
