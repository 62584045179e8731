using System.Text.Json;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Full reads by query jobs, against answers as they are documented.</summary>
public sealed class BulkReadTests : IAsyncDisposable
{
    private const string Job = "7505f00000QwErTAAV";
    private const string Root = "/services/data/v66.0/jobs/query";
    private readonly SalesforceRig _rig = new(settings => new SalesforceSettings
    {
        LoginUrl = settings.LoginUrl, Grant = settings.Grant, RequestTimeout = settings.RequestTimeout,
        Bulk = new BulkSettings { ReadsFrom = 1_000 },
    }) { Count = 5_000 };

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Large_object_is_read_by_one_job_page_by_page_until_the_word_null()
    {
        _rig.Wire.Then(200, Info("UploadComplete")).Then(200, Info("InProgress")).Then(200, Info("JobComplete"))
            .Then(_ => Csv("MTAwMDA", Row(1, "Ann", "2.0E7"), Row(2, "", "")))
            .Then(_ => Csv("null", Row(3, "says \"\"hi\"\",\nthen goes", "1.50")))
            .Then(204);
        var changes = await Changes(null, "LastName", "Score__c", "At__c", "Flag__c");
        Assert.Equal(
            """
            {"operation":"queryAll","query":"SELECT Id,SystemModstamp,IsDeleted,LastModifiedById,MasterRecordId,Key__c,LastName,Score__c,At__c,Flag__c FROM Contact"}
            """.Trim(),
            Sent(0, "operation", "query"));
        Assert.Equal(
            [$"POST {Root}", $"GET {Root}/{Job}", $"GET {Root}/{Job}", $"GET {Root}/{Job}/results?maxRecords=50000",
                $"GET {Root}/{Job}/results?locator=MTAwMDA&maxRecords=50000", $"DELETE {Root}/{Job}"],
            _rig.Wire.Requests.Select(request => $"{request.Method} {request.PathAndQuery}"));
        Assert.Equal(["Ann", null, "says \"hi\",\nthen goes"], changes.Select(change => change.Record!.Values[0].Text));
        Assert.Equal(["20000000", null, "1.5"], changes.Select(change => change.Record!.Values[1].Text));
        Assert.All(changes, change => Assert.Equal("2026-03-02T10:00:05Z", Instants.TryInstant(change.Record!.Values[2].Text!, out var at) ? at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") : ""));
        Assert.All(changes, change => Assert.Equal("true", change.Record!.Values[3].Text));
        Assert.Equal(ValueState.Null, changes[1].Record!.Values[0].State);
        Assert.Equal(("k1", SalesforceRig.Id(1), CrmPresence.Live), (changes[0].Record!.Key, changes[0].Id, changes[0].Record!.Presence));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 5, TimeSpan.Zero), changes[0].Version);
    }

    [Fact]
    public async Task Deleted_and_merged_records_come_too()
    {
        _rig.Wire.Then(200, Info("UploadComplete")).Then(200, Info("JobComplete"))
            .Then(_ => Csv("null", Row(1, "a", "", deleted: "true"), Row(2, "b", "", deleted: "true", master: SalesforceRig.Id(3)), Row(3, "c", "")))
            .Then(204);
        var changes = await Changes(null, "LastName", "Score__c", "At__c", "Flag__c");
        Assert.Equal([CrmPresence.Deleted, CrmPresence.Merged, CrmPresence.Live], changes.Select(change => change.Record!.Presence));
        Assert.Equal(SalesforceRig.Id(3), changes[1].Record!.MergedInto);
    }

    [Fact]
    public async Task Key_that_is_a_number_has_one_spelling_whatever_it_came_in()
    {
        _rig.Wire.Then(200, Info("UploadComplete")).Then(200, Info("JobComplete"))
            .Then(_ => Csv("null", Row(1, "a", "7.0")))
            .Then(204);
        var changes = new List<CrmChange>();
        await foreach (var page in _rig.Crm.ReadChangesAsync(_rig.Read("LastName") with { KeyField = "Score__c" }, null, default))
        {
            changes.AddRange(page);
        }

        Assert.Equal("7", Assert.Single(changes).Record!.Key);
    }

    [Theory]
    [InlineData(999)]
    [InlineData(0)]
    public async Task Small_object_is_read_by_pages(int count)
    {
        _rig.Count = count;
        _rig.Wire.Then(200, """{"done":true,"records":[]}""");
        Assert.Empty(await Changes(null));
        Assert.Contains("/queryAll", Assert.Single(_rig.Wire.Requests).PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task News_are_never_asked_for_by_a_job()
    {
        _rig.Wire.Then(200, """{"done":true,"records":[]}""");
        Assert.Empty(await Changes(_rig.Time.GetUtcNow()));
        Assert.Single(_rig.Wire.Requests);
    }

    [Theory]
    [InlineData(400, "INVALIDENTITY", "Entity 'Contact' is not supported by the Bulk API.")]
    [InlineData(400, "LIMIT_EXCEEDED", "Max jobs")]
    public async Task Object_without_bulk_is_read_by_pages(int status, string code, string message)
    {
        _rig.Wire.Then(status, JsonSerializer.Serialize(new[] { new { errorCode = code, message } })).Then(200, """{"done":true,"records":[]}""");
        Assert.Empty(await Changes(null));
        Assert.Equal(2, _rig.Wire.Requests.Count);
    }

    [Fact]
    public async Task Page_that_breaks_off_is_asked_for_again_and_no_record_comes_twice()
    {
        var whole = Text(Row(1, "a", ""), Row(2, "b", ""), Row(3, "c", ""));
        _rig.Wire.Then(200, Info("UploadComplete")).Then(200, Info("JobComplete"))
            .Then(_ => Broken(whole[..(whole.Length - 40)]))
            .Then(_ => Csv("null", Row(1, "a", ""), Row(2, "b", ""), Row(3, "c", "")))
            .Then(204);
        Assert.Equal(["a", "b", "c"], (await Changes(null, "LastName", "Score__c", "At__c", "Flag__c")).Select(change => change.Record!.Values[0].Text));
    }

    [Fact]
    public async Task Page_that_is_shorter_than_it_says_is_asked_for_again()
    {
        _rig.Wire.Then(200, Info("UploadComplete")).Then(200, Info("JobComplete"))
            .Then(_ => Csv("null", 3, Row(1, "a", "")))
            .Then(_ => Csv("null", 3, Row(1, "a", ""), Row(2, "b", ""), Row(3, "c", "")))
            .Then(204);
        Assert.Equal(3, (await Changes(null)).Count);
    }

    [Theory]
    [InlineData(409, """[{"errorCode":"API_ERROR","message":"Use the version that the job was made with"}]""")]
    [InlineData(400, """[{"errorCode":"INVALID_QUERY_LOCATOR","message":"gone"}]""")]
    [InlineData(404, """{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}""")]
    [InlineData(502, "<html>Bad gateway</html>")]
    [InlineData(200, "<html>Sign in</html>")]
    [InlineData(200, "")]
    [InlineData(200, "\"Id\",\"SystemModstamp\"\n")]
    public async Task Rows_of_a_job_that_cannot_be_had_come_by_pages_and_are_no_empty_object(int status, string body)
    {
        _rig.Wire.Otherwise = sent => sent switch
        {
            { Method: "POST" } => ScriptedWire.Answer(200, Info("UploadComplete")),
            { Method: "DELETE" } => ScriptedWire.Answer(503),
            _ when sent.PathAndQuery.Contains("/results", StringComparison.Ordinal) => ScriptedWire.Answer(status, body),
            _ when sent.PathAndQuery.Contains("/jobs/", StringComparison.Ordinal) =>
                ScriptedWire.Answer(200, Info("JobComplete").Replace("{", """{"numberRecordsProcessed":1,""", StringComparison.Ordinal)),
            _ => ScriptedWire.Answer(200, $$"""{"done":true,"records":[{"Id":"{{SalesforceRig.Id(1)}}","SystemModstamp":"2026-03-02T10:00:00.000+0000"}]}"""),
        };
        Assert.Equal([SalesforceRig.Id(1)], (await Changes(null)).Select(change => change.Id));
    }

    [Fact]
    public async Task Row_that_is_cut_short_is_asked_for_again()
    {
        var whole = Text(Row(1, "a", ""), Row(2, "b", ""));
        _rig.Wire.Then(200, Info("UploadComplete")).Then(200, Info("JobComplete"))
            .Then(_ => ScriptedWire.Answer(200, whole[..(whole.Length - 60)]))
            .Then(_ => Csv("null", Row(1, "a", ""), Row(2, "b", "")))
            .Then(204);
        Assert.Equal(["a", "b"], (await Changes(null, "LastName")).Select(change => change.Record!.Values[0].Text));
    }

    [Fact]
    public async Task Rows_that_go_round_in_a_circle_are_left()
    {
        _rig.Wire.Otherwise = sent => sent switch
        {
            { Method: "POST" } => ScriptedWire.Answer(200, Info("UploadComplete")),
            _ when sent.PathAndQuery.Contains("/results", StringComparison.Ordinal) => Csv("AAAA", Row(1, "a", "")),
            _ when sent.PathAndQuery.Contains("/jobs/", StringComparison.Ordinal) => ScriptedWire.Answer(200, Info("JobComplete")),
            _ => ScriptedWire.Answer(200, """{"done":true,"records":[]}"""),
        };
        Assert.Equal(2, (await Changes(null)).Count);
    }

    [Fact]
    public async Task Rows_with_a_mark_before_them_other_line_ends_and_no_last_one_are_read_all_the_same()
    {
        _rig.Wire.Then(200, Info("UploadComplete")).Then(200, Info("JobComplete"))
            .Then(_ => ScriptedWire.Answer(200, "\ufeff" + Text(Row(1, "a", ""), Row(2, "b", "")).TrimEnd('\n').Replace("\n", "\r\n", StringComparison.Ordinal)))
            .Then(204);
        Assert.Equal(["a", "b"], (await Changes(null, "LastName")).Select(change => change.Record!.Values[0].Text));
    }

    [Fact]
    public async Task Job_that_fails_gives_way_to_pages_and_is_no_empty_object()
    {
        _rig.Wire.Then(200, Info("InProgress")).Then(200, Info("Failed"))
            .Then(200, $$"""{"done":true,"records":[{"Id":"{{SalesforceRig.Id(1)}}","SystemModstamp":"2026-03-02T10:00:00.000+0000"}]}""");
        Assert.Single(await Changes(null));
    }

    [Fact]
    public async Task Job_that_takes_too_long_is_stopped_and_gives_way_to_pages()
    {
        _rig.Wire.Otherwise = sent => sent switch
        {
            { Method: "POST" or "PATCH" } => ScriptedWire.Answer(200, Info("InProgress")),
            _ when sent.PathAndQuery.Contains("/jobs/", StringComparison.Ordinal) => ScriptedWire.Answer(200, Info("InProgress")),
            _ => ScriptedWire.Answer(200, """{"done":true,"records":[]}"""),
        };
        Assert.Empty(await Changes(null));
        Assert.Contains(_rig.Wire.Requests, request => request.Method == "PATCH" && request.Body.Contains("Aborted", StringComparison.Ordinal));
    }

    private async Task<List<CrmChange>> Changes(DateTimeOffset? since, params string[] fields)
    {
        var changes = new List<CrmChange>();
        await foreach (var page in _rig.Crm.ReadChangesAsync(_rig.Read(fields), since, default))
        {
            changes.AddRange(page);
        }

        return changes;
    }

    private string Sent(int at, params string[] names)
    {
        using var document = JsonDocument.Parse(_rig.Wire.Requests[at].Body);
        return "{" + string.Join(",", names.Select(name => $"\"{name}\":{document.RootElement.GetProperty(name).GetRawText()}")) + "}";
    }

    private static string Info(string state) =>
        $$"""{"id":"{{Job}}","operation":"queryAll","object":"Contact","createdDate":"2026-03-02T10:00:00.000+0000","state":"{{state}}","apiVersion":66.0}""";

    private static string Row(int id, string name, string score, string deleted = "false", string master = "") =>
        $"\"{SalesforceRig.Id(id)}\",\"2026-03-02T10:00:05.000Z\",\"{deleted}\",\"{SalesforceRig.UserId}\",\"{master}\",\"k{id}\",\"{name}\",\"{score}\",\"2026-03-02T10:00:05.000Z\",\"true\"";

    private static string Text(params string[] rows) =>
        "\"Id\",\"SystemModstamp\",\"IsDeleted\",\"LastModifiedById\",\"MasterRecordId\",\"Key__c\",\"LastName\",\"Score__c\",\"At__c\",\"Flag__c\"\n"
        + string.Concat(rows.Select(row => row + "\n"));

    private static HttpResponseMessage Csv(string locator, params string[] rows) => Csv(locator, rows.Length, rows);

    private static HttpResponseMessage Csv(string locator, int promised, params string[] rows) =>
        ScriptedWire.Answer(200, Text(rows), ("Sforce-Locator", locator), ("Sforce-NumberOfRecords", $"{promised}"));

    private static HttpResponseMessage Broken(string text) =>
        new() { Content = new StreamContent(new BreakingStream(System.Text.Encoding.UTF8.GetBytes(text))) };
}
