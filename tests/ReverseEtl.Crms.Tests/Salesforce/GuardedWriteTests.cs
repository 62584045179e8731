using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using static ReverseEtl.Crms.Tests.Salesforce.SalesforceRig;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Updates under a condition, answer by answer.</summary>
public sealed class GuardedWriteTests : IAsyncDisposable
{
    private const string Date = "Mon, 02 Mar 2026 10:01:00 GMT";
    private const string Stamp = "2026-03-02T10:01:00.000+0000";
    private static readonly DateTimeOffset Seen = new(2026, 3, 2, 10, 0, 5, TimeSpan.Zero);
    private readonly SalesforceRig _rig = new();

    // Receipts find nothing unless a test says otherwise.
    public GuardedWriteTests() => _rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, "[]");

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Update_with_a_version_is_a_patch_of_its_own_with_the_condition()
    {
        Answers(Sub("r0", 204));
        await _rig.Write(Guarded(1, ("Score__c", "1.5E2"), ("Flag__c", null)) with { Id = Id(1)[..15], Key = "k" });
        var sent = _rig.Wire.Requests[0];
        Assert.Equal(("POST", "/services/data/v66.0/composite"), (sent.Method, sent.PathAndQuery));
        Assert.Equal("updateMru=false", sent.Headers["Sforce-Mru"]);
        using var body = JsonDocument.Parse(sent.Body);
        using var expected = JsonDocument.Parse("""
            {"allOrNone":false,"compositeRequest":[{"method":"PATCH","referenceId":"r0","url":"/services/data/v66.0/sobjects/Contact/ID",
              "httpHeaders":{"If-Unmodified-Since":"Mon, 02 Mar 2026 10:00:05 GMT","Sforce-Auto-Assign":"FALSE","Sforce-Call-Options":"client=retl"},
              "body":{"Key__c":"k","Score__c":150,"Flag__c":false}}]}
            """.Replace("ID", Id(1), StringComparison.Ordinal));
        Assert.True(JsonElement.DeepEquals(expected.RootElement, body.RootElement), sent.Body);
    }

    [Fact]
    public async Task Stamp_with_a_fraction_is_rounded_up_or_the_record_itself_would_be_refused()
    {
        Answers(Sub("r0", 204));
        await _rig.Write(Guarded(1, ("LastName", "x")) with { IfVersion = Seen.AddMilliseconds(1) });
        Assert.Contains("10:00:06 GMT", _rig.Wire.Requests[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guarded_writes_go_twenty_five_a_request_and_all_others_the_widest_way_in_one_batch()
    {
        _rig.Wire.Otherwise = sent => sent.PathAndQuery switch
        {
            "/services/data/v66.0/composite" => Composite([.. Requests(sent).Select((_, i) => Sub($"r{i}", 204)).Reverse()]),
            "/services/data/v66.0/composite/sobjects/Contact" => ScriptedWire.Answer(200, "[]"),
            _ => ScriptedWire.Answer(200, Stored([.. Enumerable.Range(1, 30)])),
        };
        var writes = Enumerable.Range(0, 90).Select(i => i % 3 == 0 ? Update(Id(i), ("LastName", "x")) : Guarded(i, ("LastName", "x"))).ToArray();
        var results = await _rig.Write(writes);
        Assert.Equal([10, 25, 25], _rig.Wire.Requests.Where(sent => sent.PathAndQuery.EndsWith("/composite", StringComparison.Ordinal)).Select(sent => Requests(sent).Count).Order());
        Assert.Single(_rig.Wire.Requests, sent => sent is { Method: "PATCH", PathAndQuery: "/services/data/v66.0/composite/sobjects" });
        Assert.Equal(5, _rig.Wire.Requests.Count);
        Assert.All(results, (result, i) => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.All(results.Where((_, i) => i % 3 != 0), (result, i) => Assert.Equal(writes.Where(w => w.IfVersion is not null).ElementAt(i).Id, result.Id));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""[{"errorCode":"PRECONDITION_FAILED","message":"The record was modified since the given date"}]""")]
    [InlineData("""{"errorCode":"PRECONDITION_FAILED","message":"no"}""")]
    [InlineData("\"\"")]
    public async Task Record_that_moved_is_told_by_the_status_whatever_the_body(string body)
    {
        Answers(Sub("r0", 412, body), Sub("r1", 204));
        var results = await _rig.Write(Guarded(1, ("LastName", "x")), Guarded(2, ("LastName", "x")));
        Assert.Equal((WriteOutcome.Moved, Id(1)), (results[0].Outcome, results[0].Id));
        Assert.Equal((WriteOutcome.Confirmed, Id(2)), (results[1].Outcome, results[1].Id));
    }

    [Theory]
    [InlineData(404, """[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]""")]
    [InlineData(404, """[{"errorCode":"ENTITY_IS_DELETED","message":"entity is deleted","fields":[]}]""")]
    [InlineData(404, "null")]
    [InlineData(400, """[{"errorCode":"ENTITY_IS_DELETED","message":"entity is deleted","fields":[]}]""")]
    public async Task Record_that_is_gone_is_missing(int status, string body)
    {
        Answers(Sub("r0", status, body));
        Assert.Equal(WriteOutcome.Missing, Assert.Single(await _rig.Write(Guarded(1, ("LastName", "x")))).Outcome);
    }

    [Theory]
    [InlineData(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "validation", RetryRule.AfterChange)]
    [InlineData(400, "DUPLICATE_VALUE", "duplicate", RetryRule.AfterChange)]
    [InlineData(400, "INVALID_FIELD_FOR_INSERT_UPDATE", "schema", RetryRule.Later)]
    [InlineData(403, "INSUFFICIENT_ACCESS_OR_READONLY", "permission", RetryRule.AfterChange)]
    [InlineData(400, "INVALID_HEADER_VALUE", "unknown", RetryRule.Later)]
    public async Task Errors_mean_what_they_mean_everywhere(int status, string code, string kind, RetryRule retry)
    {
        Answers(Sub("r0", status, $$"""[{"errorCode":"{{code}}","message":"m","fields":["LastName"]}]"""));
        var result = Assert.Single(await _rig.Write(Guarded(1, ("LastName", "x"))));
        Assert.Equal((WriteOutcome.Rejected, kind, retry, code), (result.Outcome, result.Error!.Class, result.Error.Retry, result.Error.Code));
        Assert.Equal(["LastName"], result.Error.Fields);
        Assert.Single(_rig.Wire.Requests);
    }

    [Fact]
    public async Task Lost_answer_is_never_repeated()
    {
        _rig.Wire.ThenThrow(new IOException("reset"));
        Assert.All(await _rig.Write(Guarded(1, ("LastName", "x")), Guarded(2, ("LastName", "x"))), result => Assert.Equal(WriteOutcome.Unknown, result.Outcome));
        Assert.Single(_rig.Wire.Requests);
    }

    [Theory]
    [InlineData(500, "<html>")]
    [InlineData(500, """[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred. ErrorId: 1"}]""")]
    [InlineData(503, """[{"errorCode":"SERVER_UNAVAILABLE","message":"x"}]""")]
    [InlineData(503, """[{"errorCode":"X","message":"UNABLE_TO_LOCK_ROW"}]""")]
    [InlineData(400, """[{"errorCode":"QUERY_TIMEOUT","message":"x"}]""")]
    [InlineData(200, "")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"compositeResponse":[]}""")]
    [InlineData(200, """{"compositeResponse":[{"httpStatusCode":204,"referenceId":"r0"}""")]
    public async Task Answer_that_does_not_tell_is_unknown_and_asked_for_once(int status, string body)
    {
        _rig.Wire.Then(status, body);
        Assert.All(await _rig.Write(Guarded(1, ("LastName", "x")), Guarded(2, ("LastName", "x"))), result => Assert.Equal(WriteOutcome.Unknown, result.Outcome));
        Assert.Single(_rig.Wire.Requests);
    }

    [Theory]
    [InlineData(500, "null")]
    [InlineData(503, """[{"errorCode":"SERVER_UNAVAILABLE","message":"x"}]""")]
    [InlineData(400, """[{"errorCode":"REQUEST_RUNNING_TOO_LONG","message":"x"}]""")]
    [InlineData(304, "null")]
    [InlineData(0, "null")]
    public async Task Inner_answer_that_does_not_tell_is_unknown_for_its_record_only(int status, string body)
    {
        Answers(Sub("r0", status, body), Sub("r1", 204), Sub("r1x", 204), Sub("r3", 204), Sub("r3", 412));
        var results = await _rig.Write([.. Enumerable.Range(0, 4).Select(i => Guarded(i, ("LastName", "x")))]);
        Assert.Equal([WriteOutcome.Unknown, WriteOutcome.Confirmed, WriteOutcome.Unknown, WriteOutcome.Unknown], results.Select(result => result.Outcome));
    }

    [Theory]
    [InlineData("PROCESSING_HALTED", "The transaction was rolled back since another operation in the same transaction failed.")]
    [InlineData("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")]
    public async Task Record_that_was_certainly_not_written_is_tried_again_under_the_same_condition(string code, string message)
    {
        Answers(Sub("r0", 400, $$"""[{"errorCode":"{{code}}","message":"{{message}}"}]"""));
        Answers(Sub("r0", 204));
        Assert.Equal(WriteOutcome.Confirmed, Assert.Single(await _rig.Write(Guarded(1, ("LastName", "x")))).Outcome);
        Assert.Equal(_rig.Wire.Requests[0].Body, _rig.Wire.Requests[1].Body);
    }

    [Fact]
    public async Task Record_that_stays_unprocessed_is_put_off_and_never_confirmed()
    {
        _rig.Wire.Otherwise = _ => Composite(Sub("r0", 400, """[{"errorCode":"PROCESSING_HALTED","message":"x"}]"""));
        var result = Assert.Single(await _rig.Write(Guarded(1, ("LastName", "x"))));
        Assert.Equal((WriteOutcome.Rejected, "lock", RetryRule.Later), (result.Outcome, result.Error!.Class, result.Error.Retry));
        Assert.All(_rig.Wire.Requests, sent => Assert.Contains("If-Unmodified-Since", sent.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429, "")]
    [InlineData(403, """[{"message":"ConcurrentRequests (Concurrent API Requests) Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]""")]
    public async Task Request_that_was_turned_away_is_repeated(int status, string body)
    {
        _rig.Wire.Then(status, body);
        Answers(Sub("r0", 204));
        Assert.Equal(WriteOutcome.Confirmed, Assert.Single(await _rig.Write(Guarded(1, ("LastName", "x")))).Outcome);
    }

    [Fact]
    public async Task Record_that_spoils_a_request_is_found_by_halves_each_under_its_condition()
    {
        _rig.Wire.Otherwise = sent =>
        {
            if (JsonNode.Parse(sent.Body)!["compositeRequest"] is not JsonArray requests)
            {
                return ScriptedWire.Answer(200, "[]");
            }

            return requests.Any(request => request!["body"]!["LastName"]?.ToString() == "bad")
                ? ScriptedWire.Answer(400, """[{"errorCode":"JSON_PARSER_ERROR","message":"Cannot deserialize"}]""")
                : Composite([.. requests.Select((_, i) => Sub($"r{i}", 204))]);
        };
        var results = await _rig.Write([.. Enumerable.Range(0, 8).Select(i => Guarded(i, ("LastName", i == 5 ? "bad" : "good")))]);
        Assert.All(results, (result, i) => Assert.Equal(i == 5 ? WriteOutcome.Rejected : WriteOutcome.Confirmed, result.Outcome));
        Assert.All(_rig.Wire.Requests.Where(sent => sent.PathAndQuery.EndsWith("/composite", StringComparison.Ordinal)).SelectMany(Requests),
            request => Assert.NotNull(request!["httpHeaders"]!["If-Unmodified-Since"]));
    }

    [Theory]
    [InlineData(CrmWriteKind.Upsert)]
    [InlineData(CrmWriteKind.Delete)]
    [InlineData(CrmWriteKind.Archive)]
    public async Task Condition_that_salesforce_cannot_check_is_a_rejection_and_nothing_is_sent(CrmWriteKind kind)
    {
        var result = Assert.Single(await _rig.Write(new CrmWrite(kind, "t", Id(1), "k", []) { IfVersion = Seen }));
        Assert.Equal((WriteOutcome.Rejected, "state", "CONDITION_NOT_SUPPORTED"), (result.Outcome, result.Error!.Class, result.Error.Code));
        Assert.Empty(_rig.Wire.Requests);
    }

    [Fact]
    public async Task Receipt_is_read_by_id_once_for_all_requests_and_tells_values_and_version()
    {
        _rig.Wire.Otherwise = sent => sent.PathAndQuery.EndsWith("/composite", StringComparison.Ordinal)
            ? Composite([.. Requests(sent).Select((request, i) => Sub($"r{i}", request!["url"]!.ToString().EndsWith(Id(2), StringComparison.Ordinal) ? 412 : 204))])
            : ScriptedWire.Answer(200, $"[null,{string.Join(',', Enumerable.Range(0, 30).Where(i => i != 2).Select(i => Row(i, UserId, Stamp, "2.0E2")).Reverse())}]");
        var results = await _rig.Write([.. Enumerable.Range(0, 27).Select(i => Guarded(i, ("Score__c", "200.004")))]);

        Assert.All(results.Where((_, i) => i != 2), result => Assert.Equal("200", result.Stored!["score__C"].Text));
        Assert.All(results.Where((_, i) => i != 2), result => Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 1, 0, TimeSpan.Zero), result.Version));
        Assert.True(results[2] is { Outcome: WriteOutcome.Moved, Stored: null, Version: null });
        var read = Assert.Single(_rig.Wire.Requests, sent => !sent.PathAndQuery.EndsWith("/composite", StringComparison.Ordinal));
        Assert.Equal(("POST", "/services/data/v66.0/composite/sobjects/Contact"), (read.Method, read.PathAndQuery));
        var asked = JsonNode.Parse(read.Body)!;
        Assert.Equal(Enumerable.Range(0, 27).Select(Id), asked["ids"]!.AsArray().Select(id => id!.ToString()));
        Assert.Superset(
            new HashSet<string> { "Id", "SystemModstamp", "LastModifiedById", "Score__c" }, asked["fields"]!.AsArray().Select(f => f!.ToString()).ToHashSet());
    }

    [Theory]
    [InlineData("005000000000002AAA", Stamp)]
    [InlineData(UserId, "2026-03-02T10:01:02.000+0000")]
    [InlineData(UserId, "2026-03-02T10:00:58.000+0000")]
    [InlineData(UserId, "2026-03-02T10:00:05.000+0000")]
    public async Task Record_that_is_not_surely_as_we_left_it_is_no_receipt(string author, string stamp)
    {
        Answers(Sub("r0", 204));
        Retrieved(Row(1, author, stamp, "9.0"));
        var result = Assert.Single(await _rig.Write(Guarded(1, ("Score__c", "9"))));
        Assert.Equal((WriteOutcome.Confirmed, new DateTimeOffset(2026, 3, 2, 10, 0, 59, TimeSpan.Zero)), (result.Outcome, result.Version!.Value));
        Assert.Null(result.Stored);
    }

    [Theory]
    [InlineData(UserId, "9.0", WriteOutcome.Confirmed)]
    [InlineData(UserId, "8.0", WriteOutcome.Moved)]
    [InlineData("005000000000002AAA", "9.0", WriteOutcome.Moved)]
    public async Task Refusal_is_believed_unless_the_record_shows_that_our_own_request_moved_it(string author, string value, WriteOutcome outcome)
    {
        Answers(Sub("r0", 412));
        Retrieved(Row(1, author, Stamp, value));
        Assert.Equal(outcome, Assert.Single(await _rig.Write(Guarded(1, ("Score__c", "9")))).Outcome);
    }

    [Fact]
    public async Task Refusal_that_nobody_can_check_is_open()
    {
        Answers(Sub("r0", 412));
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(503, "<html>");
        Assert.Equal(WriteOutcome.Unknown, Assert.Single(await _rig.Write(Guarded(1, ("Score__c", "9")))).Outcome);
    }

    [Fact]
    public async Task Version_that_the_write_did_not_move_is_no_receipt()
    {
        Answers(Sub("r0", 204));
        Retrieved(Row(1, UserId, Stamp, "9.0"));
        var write = Guarded(1, ("Score__c", "9")) with { IfVersion = new DateTimeOffset(2026, 3, 2, 10, 1, 0, TimeSpan.Zero) };
        Assert.Null(Assert.Single(await _rig.Write(write)).Stored);
    }

    [Theory]
    [InlineData(503, "<html>")]
    [InlineData(400, """[{"errorCode":"INVALID_FIELD","message":"No such column 'LastName' on entity 'Contact'"}]""")]
    [InlineData(200, "")]
    [InlineData(200, "[null]")]
    [InlineData(200, """{"odd":true}""")]
    public async Task Receipt_that_cannot_be_read_leaves_the_write_confirmed(int status, string body)
    {
        Answers(Sub("r0", 204));
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(status, body);
        var result = Assert.Single(await _rig.Write(Guarded(1, ("LastName", "x"))));
        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
        Assert.Null(result.Stored);
    }

    [Fact]
    public async Task Answer_without_a_clock_confirms_and_tells_no_version()
    {
        _rig.Wire.Then(200, $$"""{"compositeResponse":[{{Sub("r0", 204)}}]}""");
        Retrieved(Row(1, UserId, Stamp, "9.0"));
        var result = Assert.Single(await _rig.Write(Guarded(1, ("Score__c", "9"))));
        Assert.Equal((WriteOutcome.Confirmed, null, null), (result.Outcome, result.Version, result.Stored));
    }

    private static CrmWrite Guarded(int number, params (string Field, string? Value)[] fields) => Update(Id(number), fields) with { IfVersion = Seen };

    private void Answers(params string[] answers) => _rig.Wire.Then(_ => Composite(answers));

    private void Retrieved(params string[] rows) => _rig.Wire.Then(200, $"[{string.Join(',', rows)}]");

    private static HttpResponseMessage Composite(params string[] answers) =>
        ScriptedWire.Answer(200, $$"""{"compositeResponse":[{{string.Join(',', answers)}}]}""", ("Date", Date));

    private static string Sub(string reference, int status, string body = "null") =>
        $$"""{"body":{{body}},"httpHeaders":{},"httpStatusCode":{{status}},"referenceId":"{{reference}}"}""";

    private static string Row(int number, string author, string stamp, string score) =>
        $$"""{"Id":"{{Id(number)}}","IsDeleted":false,"LastModifiedById":"{{author}}","SystemModstamp":"{{stamp}}","Score__c":{{score}}}""";

    private static JsonArray Requests(Sent sent) => JsonNode.Parse(sent.Body)!["compositeRequest"]!.AsArray();
}
