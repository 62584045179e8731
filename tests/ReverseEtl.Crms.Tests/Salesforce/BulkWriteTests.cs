using System.Text.Json;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Salesforce.Auth;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using static ReverseEtl.Crms.Tests.Salesforce.SalesforceRig;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Sets that go by Bulk API 2.0, against a hand-written org.</summary>
public sealed class BulkWriteTests : IAsyncDisposable
{
    private static readonly SideSchema Schema = DescribeTests.Schema(Describe);
    private readonly JumpTime _time = new();
    private readonly BulkOrg _org;
    private readonly SalesforceCrm _crm;

    public BulkWriteTests()
    {
        _org = new BulkOrg(_time);
        _crm = New(settings => settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _crm.DisposeAsync();
        _org.Dispose();
    }

    [Fact]
    public async Task Large_set_goes_in_one_job_for_a_handful_of_calls()
    {
        var results = await Write(Many(20));
        var job = Assert.Single(_org.Jobs);
        Assert.Equal(
            ["POST /jobs/ingest", "PUT /batches", "PATCH ", "GET ", "GET ", "GET /successfulResults/"],
            _org.Calls.Select(call => call.Replace($"/jobs/ingest/{job.Id}", "", StringComparison.Ordinal)));
        Assert.True(JsonElement.DeepEquals(
            JsonDocument.Parse("""
                {"object":"Contact","operation":"upsert","externalIdFieldName":"Key__c","contentType":"CSV","columnDelimiter":"COMMA","lineEnding":"LF"}
                """).RootElement,
            JsonDocument.Parse(job.Request.ToJsonString()).RootElement));
        Assert.All(results, result => Assert.Equal((WriteOutcome.Confirmed, true), (result.Outcome, result.Created)));
        Assert.All(results, result => Assert.NotNull(result.Version));
    }

    [Fact]
    public async Task Upload_says_how_long_it_is()
    {
        long? told = null;
        _org.Before = (request, _) =>
        {
            told = request.Method == HttpMethod.Put ? request.Content!.Headers.ContentLength : told;
            return null;
        };
        await Write([.. Many(20), Upsert("ü\"1", ("LastName", "Zoë, 東京"))]);
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(Assert.Single(_org.Jobs).Csv), told);
    }

    [Fact]
    public async Task Upload_over_a_slow_line_may_take_longer_than_other_requests()
    {
        await using var crm = New(settings => new SalesforceSettings
        {
            LoginUrl = settings.LoginUrl, Grant = settings.Grant, Bulk = settings.Bulk, RequestTimeout = TimeSpan.FromMinutes(2),
        });
        _org.Before = (request, _) =>
        {
            _time.Advance(request.Method == HttpMethod.Put ? TimeSpan.FromMinutes(6) : TimeSpan.Zero);
            return null;
        };
        var results = await crm.WriteAsync(new CrmWriteBatch("Contact", "Key__c", Schema, Many(20), DateTimeOffset.MaxValue), default);
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Theory]
    [InlineData(false, false, "failedResults, successfulResults")]
    [InlineData(true, false, "successfulResults")]
    [InlineData(true, true, "failedResults, successfulResults")]
    public async Task Lists_that_the_job_says_are_empty_are_not_asked_for(bool tellsFailures, bool fails, string lists)
    {
        _org.TellsFailures = tellsFailures;
        _org.Verdict = row => fails && row["Key__c"] == "k3" ? "STRING_TOO_LONG:Last Name: data value too large: (max length=80):LastName --" : null;
        var results = await Write(Many(20));
        Assert.Equal(fails ? 19 : 20, results.Count(result => result.Outcome is WriteOutcome.Confirmed));
        Assert.Equal(lists, string.Join(", ", _org.Calls.Where(call => call.EndsWith("s/", StringComparison.Ordinal)).Select(call => call.Split('/')[^2])));
    }

    [Fact]
    [Trait("Reference", "salesforce 11")]
    public async Task Results_shuffled_are_tied_to_their_rows_by_key()
    {
        _org.Verdict = row => row["Key__c"] == "k3" ? "STRING_TOO_LONG:Last Name: data value too large: (max length=80):LastName --" : null;
        var results = await Write(Many(20));
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 3).Select(i => Id(i + 1)), results.Where((_, i) => i != 3).Select(result => result.Id));
        Assert.Equal((WriteOutcome.Rejected, "validation", "STRING_TOO_LONG"), (results[3].Outcome, results[3].Error!.Class, results[3].Error!.Code));
    }

    [Fact]
    [Trait("Reference", "salesforce 11")]
    public async Task Hash_n_a_clears_and_empty_does_not()
    {
        var writes = Many(20);
        writes[0] = Upsert("k0", ("LastName", "A"), ("Tags__c", null), ("Flag__c", null));
        writes[1] = Upsert("k1", ("Score__c", "2.50E1"), ("At__c", "2026-03-02T11:00:00+01:00"), ("Tags__c", "  "));
        writes[2] = Upsert("k2", ("LastName", "says \"hi\",\nand goes"));
        await Write(writes);
        var lines = _org.Jobs[0].Csv.Split('\n');
        Assert.Equal("Key__c,LastName,Tags__c,Flag__c,Score__c,At__c", lines[0]);
        Assert.Equal("k0,A,#N/A,false,,", lines[1]);
        Assert.Equal("k1,,#N/A,,25,2026-03-02T10:00:00.000Z", lines[2]);
        Assert.Equal("k2,\"says \"\"hi\"\",", lines[3]);
        Assert.DoesNotContain('\r', _org.Jobs[0].Csv);
        Assert.EndsWith("k19,L19,,,,\n", _org.Jobs[0].Csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_spells_null_never_goes_where_it_would_clear()
    {
        Collections();
        var results = await Write([.. Many(20), Upsert("odd", ("LastName", "#N/A")), Upsert("#N/A", ("LastName", "odd"))]);
        Assert.DoesNotContain("odd", _org.Jobs[0].Csv, StringComparison.Ordinal);
        Assert.Contains("PATCH /composite/sobjects/Contact/Key__c", _org.Calls);
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Small_set_is_not_worth_a_job()
    {
        Collections();
        await Write(Many(9));
        Assert.Equal(["PATCH /composite/sobjects/Contact/Key__c"], _org.Calls);
    }

    [Fact]
    [Trait("Reference", "salesforce 11")]
    public async Task Job_complete_with_failed_rows_accounts_for_every_row()
    {
        Collections();
        _org.Verdict = row => row["Key__c"] switch
        {
            "k1" => "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --",
            "k2" => "ENTITY_IS_DELETED:entity is deleted:--",
            "k4" => "DUPLICATE_VALUE:duplicate value found: Mail__c duplicates value on record with id: 003000000000009:Mail__c --",
            _ => null,
        };
        var results = await Write(Many(20));
        Assert.Equal(("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", "LastName"),
            (results[1].Error!.Code, results[1].Error!.Message, Assert.Single(results[1].Error!.Fields)));
        Assert.Equal(("ENTITY_IS_DELETED", "entity is deleted", 0), (results[2].Error!.Code, results[2].Error!.Message, results[2].Error!.Fields.Count));
        Assert.Equal(("duplicate", Id(9)), (results[4].Error!.Class, results[4].Error!.ExistingId));
        Assert.Equal(17, results.Count(result => result.Outcome is WriteOutcome.Confirmed));
    }

    [Fact]
    public async Task Row_with_several_errors_is_told_by_the_one_that_a_person_must_mend()
    {
        _org.Verdict = row => row["Key__c"] == "k1"
            ? "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:AccountId --INVALID_EMAIL_ADDRESS:Email: invalid email address: a--b:Email --" : null;
        var error = (await Write(Many(20)))[1].Error!;
        Assert.Equal(("INVALID_EMAIL_ADDRESS", "Email: invalid email address: a--b", "Email"), (error.Code, error.Message, Assert.Single(error.Fields)));
    }

    [Fact]
    public async Task Row_in_two_lists_was_stored_and_a_row_in_none_is_open()
    {
        _org.Before = (_, path) => path.EndsWith("/failedResults/", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, "\"sf__Id\",\"sf__Error\",Key__c,LastName\n\"\",\"STRING_TOO_LONG:x:--\",k1,L1\n\"\",\"STRING_TOO_LONG:x:--\",k2,L2\n") : null;
        _org.Verdict = row => row["Key__c"] switch { "k2" => "STRING_TOO_LONG:x:--", "k3" => "never listed", _ => null };
        var results = await Write(Many(20));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Unknown], results.Skip(1).Take(3).Select(result => result.Outcome));
    }

    [Theory]
    [InlineData("<html>Sign in</html>")]
    [InlineData("\"sf__Id\",\"sf__Created\"\n\"003000000000001AAA\",\"true\"\n")]
    public async Task Results_that_are_none_leave_their_rows_open(string body)
    {
        _org.Before = (_, path) => path.EndsWith("/successfulResults/", StringComparison.Ordinal) ? ScriptedWire.Answer(200, body) : null;
        Assert.All(await Write(Many(20)), result => Assert.Equal(WriteOutcome.Unknown, result.Outcome));
    }

    [Fact]
    public async Task Locked_rows_of_a_job_are_tried_again_at_once_in_small_requests()
    {
        Collections();
        _org.Verdict = row => row["Key__c"] == "k7" ? "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--" : null;
        var results = await Write(Many(20));
        Assert.Contains("PATCH /composite/sobjects/Contact/Key__c", _org.Calls);
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Failed_job_keeps_what_was_stored_and_sends_the_rest_again_later()
    {
        _org.End = ("Failed", "ExceededQuota : ApiBatchItems Limit exceeded.");
        _org.Verdict = row => row["Key__c"] is "k5" or "k6" ? "" : null;
        var results = await Write(Many(20));
        Assert.Equal(18, results.Count(result => result.Outcome is WriteOutcome.Confirmed));
        Assert.Equal((WriteOutcome.Rejected, "limit", RetryRule.Later, "ExceededQuota"),
            (results[5].Outcome, results[5].Error!.Class, results[5].Error!.Retry, results[5].Error!.Code));
    }

    [Fact]
    public async Task Job_that_takes_too_long_is_stopped_and_read_all_the_same()
    {
        _org.Polls = -1;
        _org.Verdict = row => row["Key__c"] is "k5" ? "" : null;
        var results = await Write(Many(20));
        Assert.Equal("Aborted", Assert.Single(_org.Jobs).State);
        Assert.Equal(19, results.Count(result => result.Outcome is WriteOutcome.Confirmed));
        Assert.Equal((WriteOutcome.Rejected, RetryRule.Later), (results[5].Outcome, results[5].Error!.Retry));
    }

    [Fact]
    public async Task Job_whose_end_is_not_seen_leaves_its_rows_open()
    {
        _org.Polls = -1;
        _org.Before = (request, path) => request.Method == HttpMethod.Patch && Body(request).Contains("Aborted", StringComparison.Ordinal)
            ? BulkOrg.Error(400, "INVALIDJOBSTATE", "not now") : null;
        Assert.All(await Write(Many(20)), result => Assert.Equal(WriteOutcome.Unknown, result.Outcome));
    }

    [Fact]
    public async Task Results_that_cannot_be_fetched_leave_their_rows_open()
    {
        _org.Before = (_, path) => path.EndsWith("/successfulResults/", StringComparison.Ordinal) ? ScriptedWire.Answer(503) : null;
        _org.Verdict = row => row["Key__c"] is "k5" ? "STRING_TOO_LONG:too long:LastName --" : null;
        var results = await Write(Many(20));
        Assert.Equal(WriteOutcome.Rejected, results[5].Outcome);
        Assert.Equal(19, results.Count(result => result.Outcome is WriteOutcome.Unknown));
    }

    [Fact]
    public async Task Results_that_break_off_are_asked_for_again()
    {
        var broken = 0;
        _org.Before = (request, path) =>
        {
            if (!path.EndsWith("/successfulResults/", StringComparison.Ordinal) || broken++ > 0)
            {
                return null;
            }

            return new HttpResponseMessage { Content = new StreamContent(new BreakingStream("\"sf__Id\",\"sf__Created\",Key__c\n\"x\",\"tr"u8.ToArray())) };
        };
        Assert.All(await Write(Many(20)), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(2, broken);
    }

    [Fact]
    [Trait("Reference", "salesforce 11")]
    public async Task Token_expiry_mid_bulk_is_renewed_and_the_job_goes_on()
    {
        var expired = 0;
        _org.Before = (request, path) => path.Contains("/jobs/ingest/", StringComparison.Ordinal) && request.Method != HttpMethod.Patch && expired++ % 2 == 0
            ? BulkOrg.Error(401, "INVALID_SESSION_ID", "Session expired or invalid") : null;
        Assert.All(await Write(Many(20)), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(20, Assert.Single(_org.Jobs).Rows.Count);
    }

    [Fact]
    public async Task Upload_that_fails_sends_nothing_and_leaves_no_job_behind()
    {
        _org.Before = (request, _) => request.Method == HttpMethod.Put ? ScriptedWire.Answer(503) : null;
        Assert.Equal(PortTrouble.Unavailable, (await Assert.ThrowsAsync<PortException>(() => Write(Many(20)))).Trouble);
        Assert.Empty(_org.Jobs);
    }

    [Fact]
    public async Task Upload_that_breaks_off_is_made_once_more_in_a_job_of_its_own()
    {
        var uploads = 0;
        _org.Before = (request, _) => request.Method == HttpMethod.Put && uploads++ == 0 ? throw new IOException("reset") : null;
        Assert.All(await Write(Many(20)), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(20, Assert.Single(_org.Jobs).Rows.Count);
        Assert.Equal(2, uploads);
    }

    [Fact]
    public async Task Upload_after_the_time_to_send_never_begins()
    {
        _org.Before = (request, _) =>
        {
            if (request.Method == HttpMethod.Put)
            {
                _time.Advance(TimeSpan.FromMinutes(3));
            }

            return null;
        };
        var results = await Write(Many(20), _time.GetUtcNow() + TimeSpan.FromMinutes(2));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Moved, result.Outcome));
        Assert.Empty(_org.Jobs);
    }

    [Fact]
    public async Task Lost_answer_to_the_start_is_settled_by_the_job_itself()
    {
        _org.Before = (request, path) =>
        {
            if (request.Method != HttpMethod.Patch || !Body(request).Contains("UploadComplete", StringComparison.Ordinal))
            {
                return null;
            }

            _org.Jobs[0].State = "UploadComplete";
            throw new IOException("reset");
        };
        Assert.All(await Write(Many(20)), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Start_that_did_not_happen_is_made_impossible_and_nothing_was_sent()
    {
        _org.Before = (request, path) => request.Method == HttpMethod.Patch && Body(request).Contains("UploadComplete", StringComparison.Ordinal)
            ? throw new IOException("reset") : null;
        Assert.Equal(PortTrouble.Unavailable, (await Assert.ThrowsAsync<PortException>(() => Write(Many(20)))).Trouble);
        Assert.Equal("Aborted", Assert.Single(_org.Jobs).State);
    }

    [Fact]
    public async Task Column_that_is_gone_takes_out_those_who_write_it_and_the_rest_goes_in_a_job_of_its_own()
    {
        var ends = 0;
        _org.Before = (request, path) =>
        {
            if (path == "/jobs/ingest")
            {
                _org.End = ends++ == 0 ? ("Failed", "InvalidBatch : Field name not found : Gone__c") : ("JobComplete", null);
                _org.Verdict = ends == 1 ? _ => "" : _ => null;
            }

            return null;
        };
        var results = await Write([.. Many(20), Upsert("x", ("LastName", "x"), ("Gone__c", "y"))]);
        Assert.Equal((WriteOutcome.Rejected, "schema"), (results[20].Outcome, results[20].Error!.Class));
        Assert.Equal(20, results.Count(result => result.Outcome is WriteOutcome.Confirmed));
    }

    [Fact]
    public async Task File_that_is_no_good_for_no_record_s_fault_goes_by_collections()
    {
        Collections();
        _org.End = ("Failed", "InvalidBatch : Failed to parse CSV header");
        _org.Verdict = _ => "";
        Assert.All(await Write(Many(20)), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Single(_org.Jobs);
    }

    [Theory]
    [InlineData(400, "INVALIDENTITY")]
    [InlineData(400, "LIMIT_EXCEEDED")]
    [InlineData(403, "FUNCTIONALITY_NOT_ENABLED")]
    [InlineData(404, "NOT_FOUND")]
    public async Task Org_that_takes_no_job_gets_the_records_by_collections(int status, string code)
    {
        Collections(request => request == "/jobs/ingest" ? BulkOrg.Error(status, code, "no") : null);
        Assert.All(await Write(Many(20)), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Day_that_is_over_stops_a_job_too()
    {
        _org.Before = (_, _) => BulkOrg.Error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
        Assert.Equal(PortTrouble.Limited, (await Assert.ThrowsAsync<PortException>(() => Write(Many(20)))).Trouble);
    }

    [Fact]
    public async Task Deletes_go_by_id_and_changes_too()
    {
        var results = await Write([.. Enumerable.Range(1, 15).Select(i => Delete(Id(i))), .. Enumerable.Range(20, 15).Select(i => Update(Id(i)[..15], ("LastName", "x")))]);
        Assert.Equal(["delete", "update"], _org.Jobs.Select(job => job.Request["operation"]!.GetValue<string>()).Order());
        Assert.StartsWith($"Id\n{Id(1)}\n", _org.Jobs.Single(job => job.Header == "Id").Csv, StringComparison.Ordinal);
        Assert.StartsWith($"Id,LastName\n{Id(20)},x\n", _org.Jobs.Single(job => job.Header != "Id").Csv, StringComparison.Ordinal);
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Parents_by_external_id_are_columns_of_the_relation()
    {
        await Write([.. Enumerable.Range(0, 20).Select(i => Upsert($"k{i}", ("Account.Key__c", i == 0 ? null : "A-9")))]);
        Assert.StartsWith("Key__c,AccountId,Account.Key__c\nk0,#N/A,\nk1,,A-9\n", _org.Jobs[0].Csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_goes_by_a_hard_delete_however_few_there_are_and_by_nothing_else()
    {
        await Write([new CrmWrite(CrmWriteKind.Purge, "t", Id(1), null, [])]);
        Assert.Equal("hardDelete", Assert.Single(_org.Jobs).Request["operation"]!.GetValue<string>());

        _org.Before = (_, path) => path == "/jobs/ingest" ? BulkOrg.Error(400, "FEATURENOTENABLED", "hardDelete is not enabled") : null;
        var refused = Assert.Single(await Write([new CrmWrite(CrmWriteKind.Purge, "t", Id(1), null, [])]));
        Assert.Equal((WriteOutcome.Rejected, "permission"), (refused.Outcome, refused.Error!.Class));
        Assert.DoesNotContain(_org.Calls, call => call.Contains("composite", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_only_is_an_insert_that_meets_a_record_as_a_duplicate()
    {
        _org.Verdict = row => row["Key__c"] == "k2" ? "DUPLICATE_VALUE:duplicate value found: Key__c duplicates value on record with id: 003000000000009:--" : null;
        var results = await Write([.. Many(20).Select(write => write with { OnlyNew = true })]);
        Assert.Equal("insert", Assert.Single(_org.Jobs).Request["operation"]!.GetValue<string>());
        Assert.Equal((WriteOutcome.Rejected, "duplicate", Id(9)), (results[2].Outcome, results[2].Error!.Class, results[2].Error!.ExistingId));
        Assert.All(results.Where((_, i) => i != 2), result => Assert.Equal((WriteOutcome.Confirmed, true), (result.Outcome, result.Created)));
    }

    [Fact]
    public async Task Conditional_writes_never_go_by_a_job()
    {
        Collections(path => path == "/composite"
            ? ScriptedWire.Answer(200, $$"""{"compositeResponse":[{{string.Join(",", Enumerable.Range(0, 15).Select(i => $$"""{"body":null,"httpStatusCode":204,"referenceId":"r{{i}}"}"""))}}]}""")
            : null);
        await Write([.. Enumerable.Range(1, 15).Select(i => Update(Id(i), ("LastName", "x")) with { IfVersion = _time.GetUtcNow() })]);
        Assert.Empty(_org.Jobs);
        Assert.Contains("POST /composite", _org.Calls);
    }

    [Fact]
    public async Task Duplicate_rules_that_may_be_passed_over_keep_writes_out_of_jobs()
    {
        Collections();
        await using var crm = New(settings => new SalesforceSettings
        {
            LoginUrl = settings.LoginUrl, Grant = settings.Grant, Bulk = settings.Bulk, AllowDuplicates = true,
        });
        string? header = null;
        var before = _org.Before!;
        _org.Before = (request, path) =>
        {
            header ??= request.Headers.TryGetValues("Sforce-Duplicate-Rule-Header", out var values) ? string.Join(",", values) : null;
            return before(request, path);
        };
        await crm.WriteAsync(Batch(Many(20), DateTimeOffset.MaxValue), default);
        Assert.Empty(_org.Jobs);
        Assert.Equal("allowSave=true", header);
    }

    private SalesforceCrm New(Func<SalesforceSettings, SalesforceSettings> change) => new(
        change(new SalesforceSettings
        {
            LoginUrl = new Uri("https://login.example"),
            Grant = new ClientCredentialsGrant("id", "s3cret"),
            RequestTimeout = TimeSpan.FromMinutes(10),
            Bulk = new BulkSettings { WritesFrom = 10 },
        }),
        _org, _time, new Random(3));

    private Task<IReadOnlyList<CrmWriteResult>> Write(IReadOnlyList<CrmWrite> writes, DateTimeOffset? sendBy = null) =>
        _crm.WriteAsync(Batch(writes, sendBy ?? DateTimeOffset.MaxValue), default);

    private static CrmWriteBatch Batch(IReadOnlyList<CrmWrite> writes, DateTimeOffset sendBy) => new("Contact", "Key__c", Schema, writes, sendBy);

    private static CrmWrite[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => Upsert($"k{i}", ("LastName", $"L{i}")))];

    private static string Body(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream(), leaveOpen: true);
        var text = reader.ReadToEnd();
        request.Content.ReadAsStream().Position = 0;
        return text;
    }

    // Collections that store whatever comes.
    private void Collections(Func<string, HttpResponseMessage?>? first = null) => _org.Before = (request, path) =>
    {
        if (first?.Invoke(path) is { } answer)
        {
            return answer;
        }

        if (!path.StartsWith("/composite/sobjects", StringComparison.Ordinal))
        {
            return null;
        }

        if (request.Method == HttpMethod.Post)
        {
            return ScriptedWire.Answer(200, "[]");
        }

        using var document = JsonDocument.Parse(Body(request));
        var count = document.RootElement.GetProperty("records").GetArrayLength();
        return ScriptedWire.Answer(200, Stored([.. Enumerable.Range(1, count)]));
    };
}
