using System.Text.Json.Nodes;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>What HubSpot's reads are known to do, each with its answer as captured or documented.</summary>
public sealed class ReadPitfallTests
{
    private static readonly DateTimeOffset Since = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private const string Empty = """{"results":[]}""";

    [Theory]
    [InlineData("contacts", "lastmodifieddate")]
    [InlineData("0-1", "lastmodifieddate")]
    [InlineData("companies", "hs_lastmodifieddate")]
    [InlineData("2-123", "hs_lastmodifieddate")]
    public async Task The_search_filters_by_the_types_own_last_modified_property(string type, string property)
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, Empty).Then(200, Empty);

        await foreach (var _ in hubspot.Crm.ReadChangesAsync(Scripted.Read() with { Object = type }, Since, default))
        {
            Assert.Fail("Nothing changed.");
        }

        var search = hubspot.Wire.Requests[0];
        Assert.Equal($"/crm/objects/2026-09/{type}/search", search.PathAndQuery);
        Assert.Equal(
            $$"""{"filterGroups":[{"filters":[{"propertyName":"{{property}}","operator":"GTE","value":"1772442000000"},{"propertyName":"hs_object_id","operator":"GT","value":"0"}]}],"sorts":[{"propertyName":"hs_object_id","direction":"ASCENDING"}],"properties":["{{property}}","hs_merged_object_ids"],"limit":200}""",
            search.Body);
        Assert.StartsWith($"/crm/objects/2026-09/{type}?limit=100&archived=true&properties=", hubspot.Last.Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Full_search_pages_go_on_behind_the_highest_id_as_a_number()
    {
        await using var hubspot = new Scripted();
        var ids = Enumerable.Range(0, 199).Select(i => (900 + i).ToString()).Append("99").ToList();
        hubspot.Wire.Then(200, Page(ids)).Then(200, Page(["12345678901234567"])).Then(200, Empty);

        var changes = await hubspot.Changes(Since);

        Assert.Equal(201, changes.Count);
        var body = JsonNode.Parse(hubspot.Wire.Requests[1].Body)!;
        Assert.Equal("1098", (string?)body["filterGroups"]![0]!["filters"]![1]!["value"]);
        Assert.False(body.AsObject().ContainsKey("after"));
    }

    [Fact]
    public async Task A_search_that_ignores_the_id_filter_is_trouble_and_no_endless_loop()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = _ => ScriptedWire.Answer(200, Page(Enumerable.Range(1, 200).Select(i => $"{i}")));

        var e = await Assert.ThrowsAsync<PortException>(() => hubspot.Changes(Since));

        Assert.Equal(PortTrouble.Unavailable, e.Trouble);
    }

    [Fact]
    public async Task Values_and_times_are_read_in_every_spelling()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """
            {"results":[{"id":17,"properties":{"firstname":"","amount":17.50,"vip":true,"born":"1767484800000","seen_at":"2026-01-04T09:00:00Z","lastmodifieddate":"1772442000123"},"updatedAt":"2026-03-02T09:00:00Z","archived":false}]}
            """);

        var found = await hubspot.Crm.ReadAsync(Scripted.Read("firstname", "amount", "vip", "born", "seen_at", "tags"), ["17"], default);

        var record = found["17"];
        Assert.Equal(
            [FieldValue.Null, FieldValue.Of("17.50"), FieldValue.Of("true"), FieldValue.Of("2026-01-04"), FieldValue.Of("2026-01-04T09:00:00Z"), FieldValue.NotObserved],
            record.Values);
        Assert.Equal(Since.AddMilliseconds(123), record.Version);
    }

    [Fact]
    public async Task Missing_ids_are_asked_for_among_the_archived_and_then_one_by_one()
    {
        await using var hubspot = new Scripted();
        const string Missing = """{"category":"OBJECT_NOT_FOUND","message":"Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.","context":{"ids":["2","3","4"]}}""";
        hubspot.Wire.Otherwise = sent => sent.PathAndQuery switch
        {
            "/crm/objects/2026-09/contacts/batch/read" when sent.Body.Contains("\"9\"") => ScriptedWire.Answer(200, """{"results":[{"id":"9"}]}"""),
            "/crm/objects/2026-09/contacts/batch/read" => ScriptedWire.Answer(207, $$"""{"results":[{"id":"1"}],"errors":[{{Missing}}]}"""),
            "/crm/objects/2026-09/contacts/batch/read?archived=true" => ScriptedWire.Answer(207, $$"""{"results":[{"id":"2","archived":true,"archivedAt":"2026-03-02T09:30:00Z"}],"errors":[{{Missing}}]}"""),
            "/crm/objects/2026-09/contacts/3" => ScriptedWire.Answer(200, """{"id":"9"}"""),
            _ => ScriptedWire.Answer(404, """{"status":"error","message":"resource not found"}"""),
        };

        var found = await hubspot.Crm.ReadAsync(Scripted.Read(), ["1", "2", "3", "4"], default);

        Assert.Equal(["1", "2", "3"], found.Keys.Order());
        Assert.Equal(CrmPresence.Deleted, found["2"].Presence);
        Assert.Equal(Since.AddMinutes(30), found["2"].Version);
        Assert.Equal("9", found["3"].Id);
    }

    [Fact]
    public async Task An_error_row_of_a_read_that_is_not_about_missing_records_is_never_taken_for_a_deletion()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(207, """{"results":[],"errors":[{"category":"VALIDATION_ERROR","message":"no","context":{"ids":["1"]}}]}""");

        await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.ReadAsync(Scripted.Read(), ["1"], default));
    }

    [Fact]
    public async Task Archived_records_are_asked_for_one_by_one_only_up_to_a_bound()
    {
        await using var hubspot = new Scripted();
        var pages = 0;
        hubspot.Wire.Otherwise = sent =>
        {
            if (sent.Method == "POST")
            {
                return ScriptedWire.Answer(200, Empty);
            }

            if (!sent.PathAndQuery.Contains('?'))
            {
                return ScriptedWire.Answer(404);
            }

            var ids = Enumerable.Range((pages * 100) + 1, 100).Select(i => $"{i}");
            return ScriptedWire.Answer(200, Page(ids, ++pages < 5 ? "cursor" + pages : null));
        };

        var changes = await hubspot.Changes(Since);

        Assert.Equal(500, changes.Count);
        Assert.All(changes, change => Assert.Equal(CrmPresence.Deleted, change.Record!.Presence));
        Assert.Equal(200, hubspot.Wire.Requests.Count(sent => sent.Method == "GET" && !sent.PathAndQuery.Contains('?')));
    }

    [Fact]
    public async Task A_deletion_that_was_looked_into_once_is_not_looked_into_again()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.Method == "POST" ? ScriptedWire.Answer(200, Empty)
            : sent.PathAndQuery.Contains('?') ? ScriptedWire.Answer(200, Page(["1"]))
            : ScriptedWire.Answer(404);

        var first = await hubspot.Changes(Since);
        var second = await hubspot.Changes(Since);

        Assert.Equal(CrmPresence.Deleted, first.Single().Record!.Presence);
        Assert.Equal(CrmPresence.Deleted, second.Single().Record!.Presence);
        Assert.Single(hubspot.Wire.Requests, sent => sent.PathAndQuery.EndsWith("/1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Addresses_too_long_for_the_list_are_filled_by_batch_reads()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = sent => sent.Method == "POST" ? ScriptedWire.Answer(200, """{"results":[{"id":"1","properties":{"firstname":"A"}}]}""")
            : sent.PathAndQuery.Contains("archived=true") ? ScriptedWire.Answer(200, Empty)
            : ScriptedWire.Answer(200, """{"results":[{"id":"1"}]}""");
        var read = Scripted.Read("firstname") with
        {
            Fields = [.. Enumerable.Range(0, 400).Select(i => Scripted.Schema.Find("firstname")! with { Name = $"a_rather_long_property_{i}" }), Scripted.Schema.Find("firstname")!],
        };

        var changes = new List<CrmChange>();
        await foreach (var page in hubspot.Crm.ReadChangesAsync(read, null, default))
        {
            changes.AddRange(page);
        }

        Assert.Equal("A", changes.Single().Record!.Values[^1].Text);
        Assert.All(hubspot.Wire.Requests, sent => Assert.True(sent.PathAndQuery.Length < 6_000));
    }

    [Fact]
    public async Task A_414_makes_the_list_shrink()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(414, "<html/>").Then(200, """{"results":[{"id":"1"}]}""")
            .Then(200, """{"results":[{"id":"1","properties":{"firstname":"A"}}]}""").Then(200, Empty);

        var changes = await hubspot.Changes(null, "firstname");

        Assert.Equal("A", changes.Single().Record!.Values[0].Text);
    }

    [Fact]
    public async Task Searches_over_their_limit_wait_a_second_and_ordinary_requests_go_on()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(429, """{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT","policyName":"SECONDLY"}""")
            .Then(200, Empty).Then(200, Empty);
        var start = hubspot.Time.GetUtcNow();

        await hubspot.Changes(Since);

        Assert.InRange(hubspot.Time.GetUtcNow() - start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Six_searches_take_more_than_a_second()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = _ => ScriptedWire.Answer(200, Empty);
        var start = hubspot.Time.GetUtcNow();

        for (var i = 0; i < 6; i++)
        {
            await hubspot.Changes(Since);
        }

        Assert.InRange(hubspot.Time.GetUtcNow() - start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_headers_tell_the_accounts_own_limit()
    {
        await using var hubspot = new Scripted(new() { RequestsPerTenSeconds = 2 });
        hubspot.Wire.Otherwise = _ => ScriptedWire.Answer(
            200, "{}", ("X-HubSpot-RateLimit-Max", "190"), ("X-HubSpot-RateLimit-Remaining", "150"), ("x-hubspot-ratelimit-interval-milliseconds", "10000"));
        var start = hubspot.Time.GetUtcNow();

        for (var i = 0; i < 20; i++)
        {
            await hubspot.Crm.CheckAsync(default);
        }

        Assert.Equal(start, hubspot.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_used_up_day_lasts_until_midnight_where_the_account_is()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """{"portalId":4242,"timeZone":"Europe/Berlin","utcOffsetMilliseconds":"3600000"}""")
            .Then(429, """{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT"}""");
        await hubspot.Crm.CheckAsync(default);

        var e = await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.CheckAsync(default));

        // 10:00 UTC is 11:00 there.
        Assert.Equal(PortTrouble.Limited, e.Trouble);
        Assert.InRange(e.RetryAfter!.Value, TimeSpan.FromHours(12.9), TimeSpan.FromHours(13));
        await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.CheckAsync(default));
        Assert.Equal(2, hubspot.Wire.Requests.Count);
    }

    [Fact]
    public async Task The_clock_is_HubSpots_own()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(403, "{}", ("Date", "Mon, 02 Mar 2026 11:22:33 GMT"));

        Assert.Equal(new DateTimeOffset(2026, 3, 2, 11, 22, 33, TimeSpan.Zero), await hubspot.Crm.NowAsync(default));
    }

    [Fact]
    public async Task Html_where_an_answer_should_be_is_trouble_that_passes()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(503, "<html/>").Then(200, "<html>maintenance</html>").Then(200, """{"results":[{"name":"email","type":"string"}]}""");

        Assert.NotNull(await hubspot.Crm.DescribeAsync("contacts", default));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_sent()
    {
        await using var wire = new Scripted();
        await using var crm = new ReverseEtl.Crms.HubSpot.HubSpotCrm(new() { AccessToken = " " }, wire.Wire, wire.Time, new Random(1));

        var e = await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default));

        Assert.Equal(PortTrouble.SignIn, e.Trouble);
        Assert.Empty(wire.Wire.Requests);
    }

    [Fact]
    public async Task Cancelling_is_told_as_such()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.ThenSilence();
        using var cancel = new CancellationTokenSource();
        var check = hubspot.Crm.CheckAsync(cancel.Token);
        await Eventually.Holds(() => hubspot.Wire.Requests.Count == 1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }

    [Fact]
    public async Task A_lost_answer_to_a_read_is_repeated_and_then_trouble_that_passes()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Otherwise = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "pat-secret");

        var e = await Assert.ThrowsAsync<PortException>(() => hubspot.Crm.DescribeAsync("contacts", default));

        Assert.Equal(PortTrouble.Unavailable, e.Trouble);
        Assert.Equal(5, hubspot.Crm.Calls);
        Assert.DoesNotContain("pat-", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_print_without_their_token() =>
        Assert.DoesNotContain("pat-", new ReverseEtl.Crms.HubSpot.HubSpotSettings { AccessToken = "pat-x" }.ToString(), StringComparison.Ordinal);

    private static string Page(IEnumerable<string> ids, string? after = null) => new JsonObject
    {
        ["results"] = new JsonArray([.. ids.Select(id => (JsonNode)new JsonObject { ["id"] = id, ["updatedAt"] = "2026-03-02T10:00:00Z" })]),
        ["paging"] = after is null ? null : new JsonObject { ["next"] = new JsonObject { ["after"] = after, ["link"] = "https://api.hubspot.com/x" } },
    }.ToJsonString();
}
