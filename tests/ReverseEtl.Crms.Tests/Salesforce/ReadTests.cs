using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

public sealed class ReadTests
{
    private static readonly DateTimeOffset Since = new(2026, 3, 2, 9, 55, 0, 700, TimeSpan.FromHours(1));

    [Fact]
    public async Task Changes_are_asked_for_with_stamps_authors_and_merges()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, "2026-03-02T10:00:05.000+0000", "\"LastName\":\"Ann\",\"Account\":{\"Name\":\"Acme\"}")));
        var change = Assert.Single(await Changes(rig, rig.Read("LastName", "Account.Name"), Since));

        Assert.Equal(
            "/services/data/v66.0/queryAll?q=SELECT Id,SystemModstamp,IsDeleted,LastModifiedById,MasterRecordId,Key__c,LastName,Account.Name FROM Contact "
            + "WHERE SystemModstamp >= 2026-03-02T08:55:00Z ORDER BY SystemModstamp, Id",
            rig.Wire.Requests[0].Plain);
        Assert.Equal("client=retl", rig.Wire.Requests[0].Headers["Sforce-Call-Options"]);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 5, TimeSpan.Zero), change.Version);
        Assert.Equal(["Ann", "Acme"], change.Record!.Values.Select(value => value.Text));
        Assert.Equal(("k1", CrmPresence.Live), (change.Record.Key, change.Record.Presence));
    }

    [Fact]
    public async Task Everything_is_read_without_a_condition()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page());
        Assert.Empty(await Changes(rig, rig.Read(), null));
        Assert.DoesNotContain("WHERE", rig.Wire.Requests[0].Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Next_page_is_followed_word_for_word()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page("/services/data/v59.0/query/01g5f00000AbCdEAAV-2000%2Bx?a=%20b", Row(1, Stamp(1)))).Then(200, Page(Row(2, Stamp(2))));
        Assert.Equal(2, (await Changes(rig, rig.Read(), Since)).Count);
        Assert.Equal("/services/data/v59.0/query/01g5f00000AbCdEAAV-2000%2Bx?a=%20b", rig.Wire.Requests[1].PathAndQuery);
    }

    [Fact]
    public async Task Missing_link_to_a_promised_page_is_no_end()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, """{"done":false,"records":[]}""");
        Assert.Equal(PortTrouble.Unavailable, (await Assert.ThrowsAsync<PortException>(() => Changes(rig, rig.Read(), Since))).Trouble);
    }

    [Theory]
    [InlineData("INVALID_QUERY_LOCATOR", 400)]
    [InlineData("QUERY_LOCATOR_EXPIRED", 400)]
    [InlineData("NOT_FOUND", 404)]
    public async Task Lost_cursor_starts_again_from_the_last_stamp(string code, int status)
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page("/services/data/v66.0/query/x-1", Row(1, Stamp(1)), Row(2, Stamp(2))))
            .Then(status, $$"""[{"errorCode":"{{code}}","message":"gone"}]""")
            .Then(200, Page(Row(2, Stamp(2)), Row(3, Stamp(3))));
        var changes = await Changes(rig, rig.Read(), Since);
        Assert.Equal([1, 2, 2, 3], changes.Select(change => int.Parse(change.Id[3..15], CultureInfo.InvariantCulture)));
        Assert.Contains("SystemModstamp >= 2026-03-02T10:00:02Z", rig.Wire.Requests[2].Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cursor_lost_again_and_again_gives_up()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = sent => sent.Plain.Contains("queryAll", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, Page("/services/data/v66.0/query/x-1", Row(1, Stamp(1))))
            : ScriptedWire.Answer(400, """[{"errorCode":"INVALID_QUERY_LOCATOR","message":"gone"}]""");
        Assert.Equal(PortTrouble.Unavailable, (await Assert.ThrowsAsync<PortException>(() => Changes(rig, rig.Read(), Since))).Trouble);
        Assert.InRange(rig.Wire.Requests.Count, 10, 20);
    }

    [Fact]
    public async Task Page_that_names_itself_as_the_next_one_is_no_road_without_end()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, Page("/services/data/v66.0/query/x-1", Row(1, Stamp(1))));
        Assert.Equal(PortTrouble.Unavailable, (await Assert.ThrowsAsync<PortException>(() => Changes(rig, rig.Read(), Since))).Trouble);
        Assert.Equal(2, rig.Wire.Requests.Count);
    }

    [Fact]
    public async Task Hidden_field_is_not_asked_for_and_not_observed()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, Stamp(1), "\"LastName\":\"Ann\"")));
        var read = rig.Read("Hidden__c", "LastName", "Owner.Email");
        var values = Assert.Single(await Changes(rig, read, Since)).Record!.Values;
        Assert.DoesNotContain("Hidden__c", rig.Wire.Requests[0].Plain, StringComparison.Ordinal);
        Assert.DoesNotContain("Owner.Email", rig.Wire.Requests[0].Plain, StringComparison.Ordinal);
        Assert.Equal([ValueState.NotObserved, ValueState.Value, ValueState.NotObserved], values.Select(value => value.State));
    }

    [Fact]
    public async Task Field_that_is_described_and_refused_all_the_same_is_left_out_and_warned_of()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = sent => Refused(sent, "Tags__c") ?? Refused(sent, "Day__c")
            ?? ScriptedWire.Answer(200, Page(Row(1, Stamp(1), "\"LastName\":\"Ann\"")));
        var read = rig.Read("Tags__c", "LastName", "Day__c");

        var values = Assert.Single(await Changes(rig, read, Since)).Record!.Values;
        Assert.Equal([FieldValue.NotObserved, FieldValue.Of("Ann"), FieldValue.NotObserved], values);
        Assert.Equal(2, rig.Crm.TakeWarnings().Count);
        Assert.Equal(4, rig.Wire.Requests.Count);

        // Known for a while, and then looked at again.
        Assert.Equal(values, (await rig.Crm.ReadAsync(read, [SalesforceRig.Id(1)], default)).Single().Value.Values);
        Assert.Equal(5, rig.Wire.Requests.Count);
        rig.Time.Advance(TimeSpan.FromMinutes(61));
        await rig.Crm.ReadAsync(read, [SalesforceRig.Id(1)], default);
        Assert.Contains("Tags__c", rig.Wire.Requests[5].Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_that_names_no_column_of_the_read_is_told()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(400, """[{"errorCode":"INVALID_FIELD","message":"No such column 'SystemModstamp' on entity 'Contact'"}]""");
        Assert.Equal(PortTrouble.Refused, (await Assert.ThrowsAsync<PortException>(() => Changes(rig, rig.Read("LastName"), Since))).Trouble);
        Assert.Equal(2, rig.Wire.Requests.Count);
    }

    private static HttpResponseMessage? Refused(Sent sent, string field) => sent.Plain.Contains(field, StringComparison.Ordinal)
        ? ScriptedWire.Answer(400, $$"""[{"errorCode":"INVALID_FIELD","message":"\nSELECT {{field}}\n   ^\nERROR at Row:1:Column:8\nNo such column '{{field}}' on entity 'Contact'. If you are attempting to use a custom field, be sure to append the '__c'"}]""")
        : null;

    [Fact]
    public async Task Hidden_key_field_is_refused()
    {
        await using var rig = new SalesforceRig();
        var e = await Assert.ThrowsAsync<PortException>(() => Changes(rig, rig.Read() with { KeyField = "Gone__c" }, Since));
        Assert.Equal(PortTrouble.Refused, e.Trouble);
        Assert.Contains("Gone__c", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_field_list_is_read_in_several_queries_joined_by_id()
    {
        await using var rig = new SalesforceRig();
        var names = Enumerable.Range(0, 500).Select(i => $"A_custom_field_with_a_long_name_{i:D4}__c").ToArray();
        var before = rig.Wire.Before!;
        var fields = string.Join(",", names.Append("Key__c").Append("SystemModstamp").Append("IsDeleted").Select(name => $$"""{"name":"{{name}}","type":"string"}"""));
        rig.Wire.Before = sent => sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal) ? ScriptedWire.Answer(200, $$"""{"name":"Contact","fields":[{{fields}}]}""") : before(sent);
        rig.Wire.Otherwise = sent =>
        {
            var asked = sent.Plain[(sent.Plain.IndexOf("SELECT ", StringComparison.Ordinal) + 7)..sent.Plain.IndexOf(" FROM", StringComparison.Ordinal)].Split(',');
            return ScriptedWire.Answer(200, Page(Row(1, Stamp(1), string.Join(",", asked.Where(name => name.StartsWith("A_", StringComparison.Ordinal)).Select(name => $"\"{name}\":\"{name}\"")))));
        };

        var change = Assert.Single(await Changes(rig, rig.Read(names), Since));
        Assert.Equal(names, change.Record!.Values.Select(value => value.Text));
        Assert.True(rig.Wire.Requests.Count > 1);
        Assert.All(rig.Wire.Requests, request => Assert.True(request.PathAndQuery.Length < 14_500));
    }

    [Fact]
    public async Task Many_ids_are_asked_for_in_addresses_that_fit()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, Page());
        Assert.Empty(await rig.Crm.ReadAsync(rig.Read(), [.. Enumerable.Range(0, 2000).Select(SalesforceRig.Id), "no id"], default));
        Assert.InRange(rig.Wire.Requests.Count, 4, 6);
        Assert.All(rig.Wire.Requests, request => Assert.True(request.PathAndQuery.Length < 14_500));
        Assert.DoesNotContain(rig.Wire.Requests, request => request.Plain.Contains("no id", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_comes_back_under_the_id_that_was_asked_for()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, Stamp(1))));
        var id = SalesforceRig.Id(1);
        var found = await rig.Crm.ReadAsync(rig.Read(), [id[..15], id], default);
        Assert.Equal([id[..15], id], found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found.Values, record => Assert.Equal(id, record.Id));
    }

    [Fact]
    public async Task Record_whose_id_looks_odd_is_a_record_all_the_same()
    {
        await using var rig = new SalesforceRig();
        const string Odd = "003000000000000001";
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, Page($$"""{"Id":"{{Odd}}","SystemModstamp":"{{Stamp(1)}}","Key__c":"k"}"""));
        Assert.Equal(Odd, Assert.Single(await Changes(rig, rig.Read(), Since)).Id);
        Assert.Equal(Odd, Assert.Single(await rig.Crm.ReadAsync(rig.Read(), [Odd], default)).Value.Id);
        Assert.Equal(Odd, Assert.Single((await rig.Crm.FindByKeyAsync(rig.Read(), ["k"], default))["k"]).Id);
    }

    [Fact]
    public async Task Merged_record_names_the_last_winner_of_the_chain()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, Stamp(1), $"\"IsDeleted\":true,\"MasterRecordId\":\"{SalesforceRig.Id(2)}\"")))
            .Then(200, Page(Row(2, Stamp(1), $"\"IsDeleted\":true,\"MasterRecordId\":\"{SalesforceRig.Id(3)}\"")))
            .Then(200, Page(Row(3, Stamp(1))));
        var record = Assert.Single(await rig.Crm.ReadAsync(rig.Read(), [SalesforceRig.Id(1)], default)).Value;
        Assert.Equal((CrmPresence.Merged, SalesforceRig.Id(3)), (record.Presence, record.MergedInto));
    }

    [Fact]
    public async Task Deleted_record_that_was_not_merged_is_deleted()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, Stamp(1), "\"IsDeleted\":true,\"MasterRecordId\":null")));
        Assert.Equal(CrmPresence.Deleted, Assert.Single(await rig.Crm.ReadAsync(rig.Read(), [SalesforceRig.Id(1)], default)).Value.Presence);
    }

    [Fact]
    public async Task Author_is_told_and_known_as_us()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(
            Row(1, Stamp(1), $"\"LastModifiedById\":\"{SalesforceRig.UserId}\""), Row(2, Stamp(1), "\"LastModifiedById\":\"005000000000002AAA\"")));
        var changes = await Changes(rig, rig.Read(), Since);
        Assert.Equal([true, false], changes.Select(change => change.Record!.LastChangedByUs));
        Assert.Equal("005000000000002AAA", changes[1].Record!.LastChangedBy);
    }

    [Theory]
    [InlineData("Score__c", "2.0E7", "20000000")]
    [InlineData("Score__c", "300.0", "300")]
    [InlineData("Score__c", "12.50", "12.5")]
    [InlineData("Count__c", "17", "17")]
    [InlineData("Flag__c", "true", "true")]
    [InlineData("At__c", "\"2026-03-01T09:15:22.000+0000\"", "2026-03-01T09:15:22Z")]
    [InlineData("At__c", "\"2026-03-01T09:15:22.000Z\"", "2026-03-01T09:15:22Z")]
    [InlineData("At__c", "\"2026-03-01T09:15:22.000-0530\"", "2026-03-01T14:45:22Z")]
    [InlineData("Day__c", "\"2026-03-01\"", "2026-03-01")]
    [InlineData("Hour__c", "\"14:30:00.000Z\"", "14:30:00")]
    [InlineData("Hour__c", "\"14:30:05.250Z\"", "14:30:05.25")]
    [InlineData("LastName", "\" Ann \"", " Ann ")]
    [InlineData("LastName", "\"\"", null)]
    [InlineData("LastName", "null", null)]
    [InlineData("Tags__c", "\"b;a\"", "b;a")]
    [InlineData("AccountId", "\"0015500001QdQWa\"", "0015500001QdQWaAAN")]
    public async Task Value_is_neutral_text(string field, string json, string? text)
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, Stamp(1), $"\"{field}\":{json}")));
        Assert.Equal(FieldValue.Of(text), Assert.Single(await Changes(rig, rig.Read(field), Since)).Record!.Values[0]);
    }

    [Fact]
    public async Task Path_through_nothing_is_empty_and_a_missing_column_is_not_observed()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, Stamp(1), "\"Account\":null")));
        var values = Assert.Single(await Changes(rig, rig.Read("Account.Name", "LastName"), Since)).Record!.Values;
        Assert.Equal([FieldValue.Null, FieldValue.NotObserved], values);
    }

    [Fact]
    public async Task Keys_are_escaped_and_found_in_any_spelling_of_case()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, Stamp(1), "", "O'HARA\\\\x"), Row(2, Stamp(1), "", "other")));
        var found = await rig.Crm.FindByKeyAsync(rig.Read(), ["o'hara\\x", " ", ""], default);
        Assert.Contains(@"FROM Contact WHERE Key__c IN ('o\'hara\\x')", rig.Wire.Requests[0].Plain, StringComparison.Ordinal);
        Assert.Contains("/query?", rig.Wire.Requests[0].PathAndQuery, StringComparison.Ordinal);
        Assert.Equal(SalesforceRig.Id(1), Assert.Single(found["o'hara\\x"]).Id);
        Assert.Single(found);
    }

    [Fact]
    public async Task Numeric_key_is_not_quoted()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, Page(Row(1, Stamp(1), "\"Score__c\":7.0")));
        var read = rig.Read() with { KeyField = "Score__c" };
        var found = await rig.Crm.FindByKeyAsync(read, ["7", "seven"], default);
        Assert.Contains("IN (7)", rig.Wire.Requests[0].Plain, StringComparison.Ordinal);
        Assert.Single(found["7"]);
    }

    [Theory]
    [InlineData("query_case_result.json")]
    [InlineData("query_empty_result.json")]
    public async Task Recorded_pages_are_read(string file)
    {
        await using var rig = new SalesforceRig();
        var body = await File.ReadAllTextAsync(Path.Combine(TestData.Salesforce, "fixtures_netcoreforce", file));
        using var document = JsonDocument.Parse(body);
        var count = document.RootElement.GetProperty("records").GetArrayLength();
        rig.Wire.Then(200, body);
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, Page());
        Assert.Equal(count, (await Changes(rig, rig.Read(), Since)).Count);
    }

    private static async Task<List<CrmChange>> Changes(SalesforceRig rig, CrmRead read, DateTimeOffset? since)
    {
        var all = new List<CrmChange>();
        await foreach (var page in rig.Crm.ReadChangesAsync(read, since, default))
        {
            all.AddRange(page);
        }

        return all;
    }

    private static string Stamp(int second) => $"2026-03-02T10:00:{second:D2}.000+0000";

    private static string Row(int id, string stamp, string more = "", string? key = null) =>
        $$"""{"attributes":{"type":"Contact"},"Id":"{{SalesforceRig.Id(id)}}","SystemModstamp":"{{stamp}}","Key__c":"{{key ?? "k" + id}}"{{(more.Length > 0 ? "," + more : "")}}}""";

    private static string Page(params string[] rows) =>
        rows is [{ } next, ..] && next.StartsWith('/')
            ? $$"""{"totalSize":9,"done":false,"nextRecordsUrl":"{{next}}","records":[{{string.Join(",", rows[1..])}}]}"""
            : $$"""{"totalSize":{{rows.Length}},"done":true,"records":[{{string.Join(",", rows)}}]}""";
}
