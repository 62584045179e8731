using System.Text.Json.Nodes;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>What happened to properties: the only trace of an edit that a write of ours replaced unseen.</summary>
public sealed class HistoryTests
{
    private const string TokenPath = "/oauth/v2/private-apps/get/access-token-info";
    private const string SomeHistory = """
        {"results":[{"id":"1","propertiesWithHistory":{"vip":[{"value":"true","timestamp":"2026-03-02T10:00:04Z","sourceType":"INTEGRATION","sourceId":"78"}]}}]}
        """;

    [Fact]
    public async Task History_is_read_fifty_records_a_request_and_the_token_is_asked_for_once()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery == TokenPath
            ? ScriptedWire.Answer(200, """{"userId":1,"hubId":2,"appId":77,"scopes":[]}""")
            : ScriptedWire.Answer(200, $$"""{"results":[{{string.Join(',', Inputs(sent).Reverse().Select(input => $$"""{"id":"{{input!["id"]}}"}"""))}}]}""");
        string[] ids = [.. Enumerable.Range(1, 120).Select(i => $"{i}"), "1", ""];

        var first = await hubspot.Crm.ReadHistoryAsync(Scripted.Read("firstname", "vip"), ids, ["firstname", "vip"], default);
        await hubspot.Crm.ReadHistoryAsync(Scripted.Read("firstname"), ["1"], ["firstname"], default);

        Assert.Equal(120, first.Count);
        Assert.All(first.Values, Assert.Empty);
        Assert.Single(hubspot.Wire.Requests, sent => sent.PathAndQuery == TokenPath);
        var reads = hubspot.Wire.Requests.Where(sent => sent.PathAndQuery == "/crm/objects/2026-09/contacts/batch/read").ToList();
        Assert.Equal([1, 20, 50, 50], reads.Select(sent => Inputs(sent).Count).Order());
        Assert.Equal("""["firstname","vip"]""", JsonNode.Parse(reads[0].Body)!["propertiesWithHistory"]!.ToJsonString());
        Assert.Equal("[]", JsonNode.Parse(reads[0].Body)!["properties"]!.ToJsonString());
    }

    [Fact]
    public async Task Nothing_asked_for_asks_for_nothing()
    {
        await using var hubspot = new Scripted();
        Assert.Empty(await hubspot.Crm.ReadHistoryAsync(Scripted.Read("vip"), [], ["vip"], default));
        Assert.Empty(await hubspot.Crm.ReadHistoryAsync(Scripted.Read("vip"), ["1"], [], default));
        Assert.Empty(hubspot.Wire.Requests);
    }

    [Fact]
    public async Task Entries_come_newest_first_with_neutral_values_and_their_authors()
    {
        await using var hubspot = Told("""
            {"firstname":[{"value":"D","timestamp":"2026-03-02T10:00:04Z","sourceType":"INTEGRATION","sourceId":"77","sourceLabel":"App"},
                          {"value":"","timestamp":"2026-03-02T10:00:02.500Z","sourceType":"CRM_UI","sourceId":"userId:28604240","updatedByUserId":28604240},
                          {"value":null,"timestamp":"2026-03-02T10:00:02Z","sourceType":"CRM_UI","sourceId":"userId:5"},
                          {"value":"A","timestamp":"1772445601000","sourceType":"IMPORT"}],
             "BORN":[{"value":"1767225600000","timestamp":"2026-03-02T10:00:03Z","sourceType":"INTEGRATION","sourceId":77}],
             "seen_at":[{"value":"2026-01-04T09:00:00Z","timestamp":"2026-03-02T09:00:00Z","sourceType":"INTEGRATION","sourceId":"78"}]}
            """);

        var events = (await hubspot.Crm.ReadHistoryAsync(
            Scripted.Read("firstname", "born", "seen_at"), ["1"], ["firstname", "born", "seen_at", "nope"], default))["1"];

        Assert.Equal(
            [
                ("firstname", FieldValue.Of("D"), true, "INTEGRATION 77"),
                ("born", FieldValue.Of("2026-01-01"), true, "INTEGRATION 77"),
                ("firstname", FieldValue.Null, false, "28604240"),
                ("firstname", FieldValue.Null, false, "5"),
                ("firstname", FieldValue.Of("A"), false, "IMPORT"),
                ("seen_at", FieldValue.Of("2026-01-04T09:00:00Z"), false, "INTEGRATION 78"),
            ],
            events.Select(one => (one.Field, one.Value, one.ByUs, one.Author!)));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 2, 500, TimeSpan.Zero), events[2].At);
    }

    [Theory]
    [InlineData("MERGE_OBJECTS", true)]
    [InlineData("MERGE_CONTACTS", true)]
    [InlineData("RESTORE_OBJECTS", false)]
    [InlineData("SOMETHING_NEW", false)]
    public async Task What_a_merge_wrote_is_no_edit_of_the_person_who_merged_and_unknown_sources_are_taken_as_they_come(string source, bool merge)
    {
        await using var hubspot = Told($$"""
            {"firstname":[{"value":"D","timestamp":"2026-03-02T10:00:04Z","sourceType":"{{source}}","sourceId":"x","updatedByUserId":5} ] }
            """);
        var entry = (await hubspot.Crm.ReadHistoryAsync(Scripted.Read("firstname"), ["1"], ["firstname"], default))["1"].Single();
        Assert.Equal((merge, false, merge ? source : "5"), (entry.ByMerge, entry.ByUs, entry.Author));
    }

    [Fact]
    public async Task Entry_without_a_time_is_no_answer()
    {
        await using var hubspot = Told("""{"firstname":[{"value":"D","sourceType":"CRM_UI"}]}""");
        var e = await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.ReadHistoryAsync(Scripted.Read("firstname"), ["1"], ["firstname"], default));
        Assert.Equal(PortTrouble.Unavailable, e.Trouble);
    }

    [Theory]
    [InlineData(400, """{"status":"error","category":"VALIDATION_ERROR","message":"pat-secret"}""")]
    [InlineData(401, """{"category":"INVALID_AUTHENTICATION"}""")]
    [InlineData(403, "{}")]
    [InlineData(404, "<html>")]
    [InlineData(200, """{"hubId":2}""")]
    public async Task Token_whose_app_is_not_told_is_never_guessed_and_people_are_warned_once(int status, string body)
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery == TokenPath ? ScriptedWire.Answer(status, body) : ScriptedWire.Answer(200, SomeHistory);

        for (var i = 0; i < 2; i++)
        {
            Assert.Null((await hubspot.Crm.ReadHistoryAsync(Scripted.Read("vip"), ["1"], ["vip"], default))["1"].Single().ByUs);
        }

        var warning = Assert.Single(hubspot.Crm.TakeWarnings());
        Assert.Contains("AppId", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("pat-secret", warning, StringComparison.Ordinal);
        Assert.Single(hubspot.Wire.Requests, sent => sent.PathAndQuery == TokenPath);
    }

    [Fact]
    public async Task Token_whose_app_cannot_be_asked_for_now_is_trouble_that_passes()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery == TokenPath ? ScriptedWire.Answer(503, "<html>") : ScriptedWire.Answer(200, SomeHistory);
        var e = await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.ReadHistoryAsync(Scripted.Read("vip"), ["1"], ["vip"], default));
        Assert.Equal(PortTrouble.Unavailable, e.Trouble);

        hubspot.Wire.Otherwise = sent => ScriptedWire.Answer(200, sent.PathAndQuery == TokenPath ? """{"appId":78}""" : SomeHistory);
        Assert.True((await hubspot.Crm.ReadHistoryAsync(Scripted.Read("vip"), ["1"], ["vip"], default))["1"].Single().ByUs);
    }

    [Fact]
    public async Task App_that_is_configured_is_not_asked_for()
    {
        await using var hubspot = new Scripted(new HubSpotSettings { AppId = "78" });
        hubspot.Wire.Then(200, """
            {"results":[{"id":"1","propertiesWithHistory":{"vip":[{"value":"true","timestamp":"2026-03-02T10:00:04Z","sourceType":"INTEGRATION","sourceId":"78"}]}}]}
            """);
        Assert.True((await hubspot.Crm.ReadHistoryAsync(Scripted.Read("vip"), ["1"], ["vip"], default))["1"].Single().ByUs);
    }

    [Fact]
    public async Task Values_are_those_that_a_read_gives()
    {
        await using var portal = new Portal();
        Property(portal, "tags", "enumeration", "checkbox", """[{"label":"A","value":"a"},{"label":"B","value":"b"}]""");
        Property(portal, "score", "number", "number");
        Property(portal, "born", "date", "date");
        Property(portal, "seen_at", "datetime", "date");
        Property(portal, "vip", "bool", "booleancheckbox", """[{"label":"Yes","value":"true"},{"label":"No","value":"false"}]""");
        string[] fields = ["city", "tags", "score", "born", "seen_at", "vip", "email", "phone"];
        var id = portal.Contact(
            "Ann@ex.test", ("city", "Bonn"), ("tags", "b;a"), ("score", "012.50"), ("born", "2026-01-04"), ("seen_at", "2026-01-04T09:00:00Z"),
            ("vip", "true"), ("phone", "1"));
        portal.Time.Advance(TimeSpan.FromSeconds(1));
        await portal.Write(Update(id, ("phone", null)));

        var read = await portal.Reading(fields);
        var record = (await portal.Crm.ReadAsync(read, [id], default))[id];
        var events = (await portal.Crm.ReadHistoryAsync(read, [id], fields, default))[id];

        Assert.All(fields, (field, i) => Assert.Equal(record.Values[i], events.First(one => one.Field == field).Value));
        Assert.Equal(FieldValue.Null, record.Values[^1]);
        Assert.Equal(("phone", true), (events[0].Field, events[0].ByUs));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Edit_that_our_repeat_replaced_stands_between_two_entries_of_ours(bool identicalWritesAdd)
    {
        await using var portal = new Portal(time: new JumpTime { Horizon = TimeSpan.FromSeconds(100) });
        portal.Account.Switches.IdenticalWritesAddHistory = identicalWritesAdd;
        var id = portal.Contact("ann@ex.test", ("city", "Bonn"));
        var sent = 0;
        portal.Wire.Before = path =>
        {
            if (path.EndsWith("/batch/update", StringComparison.Ordinal) && ++sent == 2)
            {
                portal.Edit(id, "city", "Kiel");
                portal.Time.Advance(TimeSpan.FromMilliseconds(5));
            }
        };
        portal.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: "/batch/update"));

        var result = (await portal.Write(Update(id, ("city", "Ulm")))).Single();

        Assert.Equal((WriteOutcome.Confirmed, 2), (result.Outcome, sent));
        var events = await History(portal, id, "city");
        Assert.Equal([("Ulm", true), ("Kiel", false), ("Ulm", true), ("Bonn", false)], events.Select(one => (one.Value.Text!, one.ByUs)));
        Assert.Equal(result.Version, events[0].At);
        Assert.Equal("28604240", events[1].Author);
    }

    [Fact]
    public async Task Own_entries_are_known_again_by_another_process_and_other_apps_are_not_ours()
    {
        await using var portal = new Portal();
        portal.Account.AddToken(new HubSpotToken("pat-other", "999"));
        var id = (await portal.Write(Upsert("K1", ("firstname", "Ann"), ("city", "Bonn")))).Single().Id!;
        portal.Time.Advance(TimeSpan.FromSeconds(1));
        await using (var other = portal.Connect("pat-other"))
        {
            var schema = (await other.DescribeAsync("contacts", default))!;
            await other.WriteAsync(new CrmWriteBatch("contacts", Key, schema, [Update(id, ("city", "Kiel"))], DateTimeOffset.MaxValue), default);
        }

        await using var again = portal.Connect(HubSpotOptions.DefaultToken);
        var events = (await again.ReadHistoryAsync(await portal.Reading("city"), [id], ["city"], default))[id];

        Assert.Equal(
            [("Kiel", false, "INTEGRATION 999"), ("Bonn", true, "INTEGRATION 5670736")],
            events.Select(one => (one.Value.Text!, one.ByUs, one.Author!)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Merged_away_record_has_its_own_history_or_none_and_never_that_of_what_is_left(bool listedAsArchived)
    {
        await using var portal = new Portal();
        portal.Account.Switches.MergedIdsListedAsArchived = listedAsArchived;
        var (winner, loser) = (portal.Contact("a@ex.test", ("city", "Bonn")), portal.Contact("b@ex.test"));
        portal.Time.Advance(TimeSpan.FromSeconds(1));
        await portal.Write(Update(winner, ("city", "Ulm")), Update(loser, ("city", "Ulm")));
        portal.Time.Advance(TimeSpan.FromSeconds(1));
        portal.Account.MergeAsUser("contacts", winner, loser);

        var read = await portal.Reading("city");
        var found = await portal.Crm.ReadHistoryAsync(read, [winner, loser, "999"], ["city"], default);

        Assert.Equal(listedAsArchived ? [winner, loser] : [], found.Keys.ToHashSet());
        Assert.All(found.Values, events => Assert.Contains(events, one => one is { ByUs: true, Value.Text: "Ulm" }));
    }

    [Fact]
    public async Task Deleted_record_keeps_its_history_and_a_purged_one_leads_nowhere()
    {
        await using var portal = new Portal();
        var (deleted, purged) = (portal.Contact("a@ex.test", ("city", "Bonn")), portal.Contact("b@ex.test", ("city", "Bonn")));
        portal.Account.ArchiveAsUser("contacts", deleted);
        portal.Account.Purge("contacts", purged);
        var found = await portal.Crm.ReadHistoryAsync(await portal.Reading("city"), [deleted, purged], ["city"], default);
        Assert.Equal("Bonn", Assert.Single(Assert.Single(found).Value).Value.Text);
    }

    [Fact]
    public async Task History_goes_back_as_far_as_hubspot_keeps_it()
    {
        await using var portal = new Portal();
        var id = portal.Contact("a@ex.test");
        for (var i = 0; i < 25; i++)
        {
            portal.Time.Advance(TimeSpan.FromSeconds(1));
            portal.Edit(id, "city", $"c{i}");
        }

        Assert.Equal(Enumerable.Range(5, 20).Reverse().Select(i => $"c{i}"), (await History(portal, id, "city")).Select(one => one.Value.Text));
    }

    [Theory]
    [InlineData("INTEGRATION", "16111050")]
    [InlineData("API", null)]
    public async Task Source_that_no_token_tells_is_learnt_from_what_our_own_write_left(string type, string? source)
    {
        await using var hubspot = new Scripted();
        var id = source is null ? "null" : $"\"{source}\"";
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery switch
        {
            TokenPath => ScriptedWire.Answer(404, """{"status":"error","message":"resource not found"}"""),
            _ when sent.PathAndQuery.EndsWith("/update", StringComparison.Ordinal) => ScriptedWire.Answer(200, """
                {"results":[{"id":"1","objectWriteTraceId":"t-1","properties":{"firstname":"Ann","lastmodifieddate":"2026-03-02T10:00:05Z"}}]}
                """),
            _ => ScriptedWire.Answer(200, $$"""
                {"results":[{"id":"1","propertiesWithHistory":{"firstname":[
                  {"sourceId":{{id}},"value":"Ann","timestamp":"2026-03-02T10:00:04.900Z","sourceType":"{{type}}"},
                  {"value":"Bea","timestamp":"2026-03-02T10:00:04Z","sourceType":"CRM_UI","sourceId":"userId:5"},
                  {"value":"Ann","timestamp":"2026-03-02T09:59:00Z","sourceType":"INTEGRATION","sourceId":"78"} ] } } ] }
                """),
        };
        await hubspot.Write(Update("1", ("firstname", "Ann")));

        var events = (await hubspot.Crm.ReadHistoryAsync(Scripted.Read("firstname"), ["1"], ["firstname"], default))["1"];

        Assert.Equal([true, false, false], events.Select(one => one.ByUs));
        Assert.Equal(source is null, hubspot.Crm.TakeWarnings().Count > 0);
    }

    [Fact]
    public async Task Source_in_histories_that_is_not_the_tokens_app_is_learnt_all_the_same()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery == TokenPath ? ScriptedWire.Answer(200, """{"appId":77}""")
            : sent.PathAndQuery.EndsWith("/update", StringComparison.Ordinal) ? ScriptedWire.Answer(200, """
                {"results":[{"id":"1","objectWriteTraceId":"t-1","properties":{"firstname":"Ann","lastmodifieddate":"2026-03-02T10:00:05Z"}}]}
                """)
            : ScriptedWire.Answer(200, """
                {"results":[{"id":"1","propertiesWithHistory":{"firstname":[
                  {"value":"Ann","timestamp":"2026-03-02T10:00:05Z","sourceType":"INTEGRATION","sourceId":"key-9"}]}}]}
                """);
        await hubspot.Write(Update("1", ("firstname", "Ann")));
        Assert.True((await hubspot.Crm.ReadHistoryAsync(Scripted.Read("firstname"), ["1"], ["firstname"], default))["1"].Single().ByUs);
        Assert.Contains("set AppId of this connection to key-9", Assert.Single(hubspot.Crm.TakeWarnings()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_who_typed_our_value_at_the_same_moment_is_not_taken_for_us()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery == TokenPath ? ScriptedWire.Answer(404)
            : sent.PathAndQuery.EndsWith("/update", StringComparison.Ordinal) ? ScriptedWire.Answer(200, """
                {"results":[{"id":"1","objectWriteTraceId":"t-1","properties":{"firstname":"Ann","lastmodifieddate":"2026-03-02T10:00:05Z"}}]}
                """)
            : ScriptedWire.Answer(200, """
                {"results":[{"id":"1","propertiesWithHistory":{"firstname":[
                  {"value":"Ann","timestamp":"2026-03-02T10:00:05Z","sourceType":"CRM_UI","sourceId":"userId:5"}]}}]}
                """);
        await hubspot.Write(Update("1", ("firstname", "Ann")));
        Assert.Null((await hubspot.Crm.ReadHistoryAsync(Scripted.Read("firstname"), ["1"], ["firstname"], default))["1"].Single().ByUs);
    }

    [Theory]
    [InlineData("""{"value":"K1","timestamp":"2026-03-01T10:00:00Z","sourceType":"INTEGRATION","sourceId":"78"}""", true)]
    [InlineData("""{"value":"K1","timestamp":"2026-03-01T10:00:00Z","sourceType":"IMPORT","sourceId":"78"}""", null)]
    [InlineData("""
        {"value":"K1","timestamp":"2026-03-01T10:00:00Z","sourceType":"INTEGRATION","sourceId":"78"},
        {"value":"K0","timestamp":"2026-02-01T10:00:00Z","sourceType":"INTEGRATION","sourceId":"79"}
        """, null)]
    public async Task After_a_restart_the_only_writer_of_the_key_is_us_and_two_leave_it_open(string keys, bool? known)
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery == TokenPath ? ScriptedWire.Answer(404) : ScriptedWire.Answer(200, $$"""
            {"results":[{"id":"1","propertiesWithHistory":{"wh_id":[{{keys}}],"firstname":[
              {"value":"Ann","timestamp":"2026-03-02T10:00:05Z","sourceType":"INTEGRATION","sourceId":"78"},
              {"value":"Bea","timestamp":"2026-03-02T10:00:04Z","sourceType":"INTEGRATION","sourceId":"79"} ] } } ] }
            """);
        var events = (await hubspot.Crm.ReadHistoryAsync(Scripted.Read("firstname"), ["1"], ["firstname"], default))["1"];
        Assert.Equal([known, known is null ? null : false], events.Select(one => one.ByUs));
    }

    [Fact]
    public async Task Account_that_tells_no_app_shows_it_in_what_we_wrote_to_this_process_and_the_next()
    {
        await using var portal = new Portal();
        portal.Account.Switches.TokenInfo = false;
        var id = (await portal.Write(Upsert("K1", ("firstname", "Ann"), ("city", "Bonn")))).Single().Id!;
        portal.Time.Advance(TimeSpan.FromMinutes(1));
        portal.Edit(id, "city", "Kiel");
        Assert.Equal([false, true], (await History(portal, id, "city")).Select(one => one.ByUs));

        await using var again = portal.Connect(HubSpotOptions.DefaultToken);
        var events = (await again.ReadHistoryAsync(await portal.Reading("city"), [id], ["city"], default))[id];
        Assert.Equal([false, true], events.Select(one => one.ByUs));
    }

    [Fact]
    public async Task Condition_that_hubspot_cannot_check_is_a_rejection_and_nothing_is_sent()
    {
        await using var hubspot = new Scripted();
        var result = (await hubspot.Write(Update("7", ("firstname", "x")) with { IfVersion = DateTimeOffset.UnixEpoch })).Single();
        Assert.Equal((WriteOutcome.Rejected, "CONDITION_NOT_SUPPORTED"), (result.Outcome, result.Error!.Code));
        Assert.Empty(hubspot.Wire.Requests);
    }

    private static JsonArray Inputs(Sent sent) => JsonNode.Parse(sent.Body)!["inputs"]!.AsArray();

    private static void Property(Portal portal, string name, string type, string fieldType, string options = "[]") => portal.Account.AddProperty("contacts", $$"""
        {"name":"{{name}}","label":"L","type":"{{type}}","fieldType":"{{fieldType}}","groupName":"contactinformation","options":{{options}}}
        """);

    private static async Task<IReadOnlyList<FieldEvent>> History(Portal portal, string id, string field) =>
        (await portal.Crm.ReadHistoryAsync(await portal.Reading(field), [id], [field], default))[id];

    private static Scripted Told(string history)
    {
        var hubspot = new Scripted();
        hubspot.Wire.Then(200, """{"appId":"77"}""").Then(200, $$"""{"results":[{"id":"1","propertiesWithHistory":{{history}}}]}""");
        return hubspot;
    }
}
