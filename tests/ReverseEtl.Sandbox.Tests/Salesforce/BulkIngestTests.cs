using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class BulkIngestTests
{
    private const string Key = "Warehouse_Id__c";
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Job_walks_through_its_states()
    {
        var job = BulkJob.Open(_org, "Account", "upsert", Key);
        Assert.Equal("Open", job.State());
        job.Upload("Warehouse_Id__c,Name\nA-1,Acme\n");
        Assert.Equal("Open", job.State());
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkQueueSeconds = 10 };
        Assert.Equal("UploadComplete", job.Patch("UploadComplete").Body!["state"]!.ToString());
        Assert.Equal("UploadComplete", job.State());
        _org.Time.Advance(TimeSpan.FromSeconds(10));
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkPollsUntilDone = 2 };
        Assert.Equal(["InProgress", "InProgress", "JobComplete", "JobComplete"], [job.State(), job.State(), job.State(), job.State()]);
    }

    [Fact]
    public void Job_shows_the_documented_members()
    {
        var created = _org.Post(
            "/jobs/ingest", """{"object":"Contact","operation":"upsert","externalIdFieldName":"Warehouse_Id__c","contentType":"CSV"}""").Body!;
        var id = created["id"]!.ToString();
        Assert.StartsWith("750", id);
        Assert.Equal(
            ["id", "operation", "object", "createdById", "createdDate", "systemModstamp", "state", "externalIdFieldName", "concurrencyMode",
                "contentType", "apiVersion", "contentUrl", "lineEnding", "columnDelimiter"],
            created.AsObject().Select(m => m.Key));
        Assert.Contains("\"apiVersion\":66.0,", created.ToJsonString());
        Assert.Equal($"services/data/v66.0/jobs/ingest/{id}/batches", created["contentUrl"]!.ToString());
        Assert.Equal(
            ("LF", "COMMA", "Parallel"),
            (created["lineEnding"]!.ToString(), created["columnDelimiter"]!.ToString(), created["concurrencyMode"]!.ToString()));
        _org.Put($"/jobs/ingest/{id}/batches", "Warehouse_Id__c,LastName\nC-1,Ito\nC-2,#N/A\n");
        _org.Patch($"/jobs/ingest/{id}", """{"state":"UploadComplete"}""");
        _org.Get($"/jobs/ingest/{id}");
        var done = _org.Get($"/jobs/ingest/{id}").Body!;
        Assert.Equal(("V2Ingest", "JobComplete", 2, 1), (
            done["jobType"]!.ToString(), done["state"]!.ToString(), (int)done["numberRecordsProcessed"]!, (int)done["numberRecordsFailed"]!));
        Assert.Equal(
            ["retries", "totalProcessingTime", "apiActiveProcessingTime", "apexProcessingTime"],
            done.AsObject().Select(m => m.Key).Where(k => k is "retries" || k.EndsWith("ProcessingTime") || k == "totalProcessingTime"));
    }

    [Fact]
    public void Results_are_written_as_documented()
    {
        var job = BulkJob.Run(_org, "Contact", "upsert", "Warehouse_Id__c,LastName\nC-1,\"It\"\"o\"\nC-2,#N/A\n", Key);
        var id = _org.Sandbox.Records("Contact").Single().Id;
        Assert.Equal($"\"sf__Id\",\"sf__Created\",Warehouse_Id__c,LastName\n\"{id}\",\"true\",\"C-1\",\"It\"\"o\"\n", job.Text("successfulResults/"));
        Assert.Equal(job.Text("successfulResults/"), job.Text("successfulResults"));
        Assert.Equal(
            "\"sf__Id\",\"sf__Error\",Warehouse_Id__c,LastName\n" +
            "\"\",\"REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --\",\"C-2\",\"#N/A\"\n",
            job.Text("failedResults/"));
        Assert.Equal("Warehouse_Id__c,LastName\n", job.Text("unprocessedrecords/"));
    }

    [Fact]
    public void JobComplete_may_have_failed_rows_and_every_row_is_in_one_result_set()
    {
        var csv = "Warehouse_Id__c,Name\n" + string.Concat(Enumerable.Range(0, 450).Select(i => $"A-{i},{(i % 50 == 0 ? "#N/A" : "N")}\n"));
        var job = BulkJob.Run(_org, "Account", "upsert", csv, Key);
        var info = job.Poll();
        Assert.Equal((450, 9), ((int)info["numberRecordsProcessed"]!, (int)info["numberRecordsFailed"]!));
        var (good, bad) = (job.Successes(), job.Failures());
        Assert.Equal((441, 9, 0), (good.Count, bad.Count, job.Unprocessed().Count));
        Assert.Equal(450, good.Concat(bad).Select(r => r[Key]).Distinct().Count());
        Assert.All(bad, r => Assert.StartsWith("REQUIRED_FIELD_MISSING:", r["sf__Error"]));
    }

    [Fact]
    public void Results_come_in_another_order_than_the_upload()
    {
        var csv = "Warehouse_Id__c,Name\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"A-{i:000},N\n"));
        var job = BulkJob.Run(_org, "Account", "upsert", csv, Key);
        var keys = job.Successes().ConvertAll(r => r[Key]);
        Assert.NotEqual(keys.Order(), keys);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkShuffleResults = false };
        Assert.Equal(keys.Order(), job.Successes().Select(r => r[Key]));
    }

    [Fact]
    public void Empty_cell_leaves_a_field_and_NA_clears_it()
    {
        var id = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"A-1","Phone":"1","Website":"w.example"}""");
        BulkJob.Run(_org, "Account", "update", $"Id,Name,Phone,Website\n{id},,#N/A,\n");
        var record = _org.Sandbox.Record("Account", id)!;
        Assert.Equal(("A", null, "w.example"), (record["Name"], record["Phone"], record["Website"]));
    }

    [Theory]
    [InlineData("LF", "Name,Phone\r\nA,1\r\n")]
    [InlineData("LF", "Name,Phone\nA,1\r\n")]
    [InlineData("LF", "Name,Phone\nA,\"1\"\r\n")]
    [InlineData("CRLF", "Name,Phone\nA,1\n")]
    [InlineData("CRLF", "Name,Phone\r\nA,1\nB,2\r\n")]
    public void Other_line_ending_than_declared_fails_the_job_before_anything_is_written(string declared, string csv)
    {
        var job = BulkJob.Run(_org, "Account", "insert", csv, more: $",\"lineEnding\":\"{declared}\"");
        var info = job.Poll();
        Assert.Equal("Failed", info["state"]!.ToString());
        Assert.Equal($"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {declared}", info["errorMessage"]!.ToString());
        Assert.Empty(_org.Sandbox.Records("Account"));
        Assert.Equal(csv, job.Text("unprocessedrecords/"));
    }

    [Theory]
    [InlineData("LF", "Name,Description\nA,\"one\ntwo\r\nthree\"\n")]
    [InlineData("LF", "Name,Description\nA,x")]
    [InlineData("CRLF", "Name,Description\r\nA,\"one\ntwo\"\r\n")]
    public void Line_ends_inside_quotes_and_a_missing_last_one_are_accepted(string declared, string csv)
    {
        BulkJob.Run(_org, "Account", "insert", csv, more: $",\"lineEnding\":\"{declared}\"");
        Assert.Single(_org.Sandbox.Records("Account"));
    }

    [Fact]
    public void Missing_last_line_end_fails_the_job_when_told()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkNeedsLastLineEnd = true };
        Assert.StartsWith(
            "ClientInputError : LineEnding is invalid", BulkJob.Run(_org, "Account", "insert", "Name\nA").Poll()["errorMessage"]!.ToString());
        Assert.Empty(_org.Sandbox.Records("Account"));
        Assert.Equal("JobComplete", BulkJob.Run(_org, "Account", "insert", "Name\nA\n").State());
    }

    [Theory]
    [InlineData("Name,Nope__c\nA,1\n", ",Name,Nope__c")]
    [InlineData("Name,Phone\n", ",Name,Phone")]
    [InlineData("", "")]
    public void Results_without_rows_still_name_the_columns(string csv, string columns)
    {
        var job = BulkJob.Run(_org, "Account", "insert", csv);
        Assert.Equal($"\"sf__Id\",\"sf__Created\"{columns}\n", job.Text("successfulResults"));
        Assert.Equal($"\"sf__Id\",\"sf__Error\"{columns}\n", job.Text("failedResults"));
    }

    [Theory]
    [InlineData("BACKQUOTE", '`')]
    [InlineData("CARET", '^')]
    [InlineData("PIPE", '|')]
    [InlineData("SEMICOLON", ';')]
    [InlineData("TAB", '\t')]
    public void Declared_delimiter_separates_the_upload_and_the_results(string name, char delimiter)
    {
        var job = BulkJob.Run(_org, "Account", "insert", $"Name{delimiter}Phone\nA,B{delimiter}1\n", more: $",\"columnDelimiter\":\"{name}\"");
        Assert.Equal("A,B", _org.Sandbox.Records("Account").Single()["Name"]);
        Assert.StartsWith($"\"sf__Id\"{delimiter}\"sf__Created\"{delimiter}Name{delimiter}Phone\n", job.Text("successfulResults/"));
    }

    [Theory]
    [InlineData("\uFEFFName\nA\n", "InvalidBatch : Field name not found : \uFEFFName")]
    [InlineData("Name,Row_Number\nA,1\n", "InvalidBatch : Field name not found : Row_Number")]
    [InlineData("Name,Parent.Phone\nA,1\n", "InvalidBatch : Field name not found : Parent.Phone")]
    [InlineData("Name,Parent.Parent.Warehouse_Id__c\nA,1\n", "InvalidBatch : Field name not found : Parent.Parent.Warehouse_Id__c")]
    [InlineData("Name,Account:Parent.Warehouse_Id__c\nA,1\n", "InvalidBatch : Field name not found : Account:Parent.Warehouse_Id__c")]
    [InlineData("Name,name\nA,A\n", "InvalidBatch : Duplicate field name found : Name")]
    [InlineData("Name,,Phone\nA,,1\n", "InvalidBatch : Failed to parse CSV header")]
    [InlineData("", "InvalidBatch : Failed to parse CSV header")]
    [InlineData("Name,Phone\nA\n", "ClientInputError : Row 2 has 1 columns where the header has 2")]
    public void Bad_upload_fails_the_job(string csv, string error)
    {
        var job = BulkJob.Run(_org, "Account", "insert", csv);
        Assert.Equal(("Failed", error), (job.State(), job.Poll()["errorMessage"]!.ToString()));
        Assert.Equal(csv, job.Text("unprocessedrecords/"));
        Assert.Empty(job.Successes());
        Assert.Empty(job.Failures());
    }

    [Theory]
    [InlineData("Name,Phone\n\"A\" ,1\n")]
    [InlineData("Name,Phone\n \"A\",1\n")]
    [InlineData("Name,Phone\nA\"B,1\n")]
    public void Text_outside_quotes_fails_the_job(string csv)
    {
        var job = BulkJob.Run(_org, "Account", "insert", csv);
        Assert.StartsWith("ClientInputError : ", job.Poll()["errorMessage"]!.ToString());
        Assert.Empty(_org.Sandbox.Records("Account"));
    }

    [Fact]
    public void Hidden_field_is_not_found_in_the_header()
    {
        _org.Sandbox.HideField("Account", "Phone");
        var job = BulkJob.Run(_org, "Account", "insert", "Name,Phone\nA,1\n");
        Assert.Equal("InvalidBatch : Field name not found : Phone", job.Poll()["errorMessage"]!.ToString());
    }

    [Fact]
    public void Cells_are_read_by_type_and_a_bad_one_fails_its_row_only()
    {
        var job = BulkJob.Run(
            _org, "Account", "insert", "Name,NumberOfEmployees,Health_Score__c,Tags__c\nA,12,1.5,Partner;Reference\nB,many,,\nC,,1e3,\n");
        var bad = Assert.Single(job.Failures());
        Assert.Equal("INVALID_TYPE_ON_FIELD_IN_RECORD:Employees: value not of required type: many:NumberOfEmployees --", bad["sf__Error"]);
        var records = _org.Sandbox.Records("Account");
        Assert.Equal((12m, 1.5m, "Reference;Partner", 1000m), (
            records[0]["NumberOfEmployees"], records[0]["Health_Score__c"], records[0]["Tags__c"], records[1]["Health_Score__c"]));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("FALSE", false)]
    [InlineData("0", false)]
    public void Checkbox_takes_words_and_digits(string cell, bool stored)
    {
        BulkJob.Run(_org, "Contact", "insert", $"LastName,Newsletter__c\nA,{cell}\n");
        Assert.Equal(stored, _org.Sandbox.Records("Contact").Single()["Newsletter__c"]);
    }

    [Fact]
    public void Parent_is_found_by_external_id()
    {
        var parent = _org.Create("Account", """{"Name":"P","Warehouse_Id__c":"P-1"}""");
        var job = BulkJob.Run(_org, "Contact", "upsert", "Warehouse_Id__c,LastName,Account.Warehouse_Id__c\nC-1,A,P-1\nC-2,B,P-9\nC-3,C,\n", Key);
        Assert.Equal(parent, _org.Sandbox.Records("Contact")[0]["AccountId"]);
        Assert.Equal(
            "INVALID_FIELD:Foreign key external ID: P-9 not found for field Warehouse_Id__c in entity Account:--", job.Failures().Single()["sf__Error"]);
    }

    [Fact]
    public void Polymorphic_parent_needs_its_type_in_the_column()
    {
        const string Row = "\nL,C,ingrid.sales@sandbox.example.org\n";
        Assert.Equal("Failed", BulkJob.Run(_org, "Lead", "insert", "LastName,Company,Owner.Username" + Row).State());
        Assert.Equal("JobComplete", BulkJob.Run(_org, "Lead", "insert", "LastName,Company,User:Owner.Username" + Row).State());
        Assert.Equal(_org.Sandbox.HumanUserId, _org.Sandbox.Records("Lead").Single()["OwnerId"]);
        Assert.Equal("Failed", BulkJob.Run(_org, "Contact", "insert", "LastName,User:Owner.Username\nA,ingrid.sales@sandbox.example.org\n").State());
    }

    [Fact]
    public void NA_in_a_relationship_column_is_a_missing_parent_or_clears_by_switch()
    {
        _org.Create("Account", """{"Name":"P","Warehouse_Id__c":"P-1"}""");
        const string Header = "Warehouse_Id__c,LastName,Account.Warehouse_Id__c\n";
        BulkJob.Run(_org, "Contact", "upsert", Header + "C-1,A,P-1\n", Key);
        Assert.Single(BulkJob.Run(_org, "Contact", "upsert", Header + "C-1,A,#N/A\n", Key).Failures());
        Assert.NotNull(_org.Sandbox.Records("Contact").Single()["AccountId"]);
        BulkJob.Run(_org, "Contact", "upsert", "Warehouse_Id__c,AccountId\nC-1,#N/A\n", Key);
        Assert.Null(_org.Sandbox.Records("Contact").Single()["AccountId"]);
        BulkJob.Run(_org, "Contact", "upsert", Header + "C-1,A,P-1\n", Key);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkNullClearsRelationships = true };
        Assert.Single(BulkJob.Run(_org, "Contact", "upsert", Header + "C-1,A,#N/A\n", Key).Successes());
        Assert.Null(_org.Sandbox.Records("Contact").Single()["AccountId"]);
    }

    [Fact]
    public void Parent_in_the_same_chunk_does_not_resolve()
    {
        var job = BulkJob.Run(_org, "Account", "upsert", "Warehouse_Id__c,Name,Parent.Warehouse_Id__c\nP-1,P,\nC-1,C,P-1\n", Key);
        Assert.Equal("C-1", job.Failures().Single()[Key]);
        Assert.Empty(BulkJob.Run(_org, "Account", "upsert", "Warehouse_Id__c,Name,Parent.Warehouse_Id__c\nC-1,C,P-1\n", Key).Failures());
    }

    [Fact]
    public void Same_key_twice_in_a_chunk_fails_both_rows()
    {
        var job = BulkJob.Run(_org, "Account", "upsert", "Warehouse_Id__c,Name\nA-1,A\na-1,B\nA-2,C\n", Key);
        Assert.Equal(
            [
                "DUPLICATE_VALUE:Duplicate external id specified: A-1:Warehouse_Id__c --",
                "DUPLICATE_VALUE:Duplicate external id specified: a-1:Warehouse_Id__c --",
            ],
            job.Failures().Select(r => r["sf__Error"]).Order(StringComparer.Ordinal));
        Assert.Single(_org.Sandbox.Records("Account"));
    }

    [Fact]
    public void Upsert_by_external_id_accepts_an_empty_Id_column()
    {
        BulkJob.Run(_org, "Account", "upsert", "Id,Warehouse_Id__c,Name\n,A-1,A\n", Key);
        var id = _org.Sandbox.Records("Account").Single().Id;
        Assert.Single(BulkJob.Run(_org, "Account", "upsert", $"Id,Warehouse_Id__c,Name\n{id},A-1,B\n", Key).Failures());
        var again = BulkJob.Run(_org, "Account", "upsert", "Id,Warehouse_Id__c,Name\n,A-1,C\n", Key).Successes().Single();
        Assert.Equal((id, "false"), (again["sf__Id"], again["sf__Created"]));
    }

    [Fact]
    public void Upsert_by_Id_creates_where_the_cell_is_empty()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        var rows = BulkJob.Run(_org, "Account", "upsert", $"Id,Name\n{id},B\n,C\n", "Id").Successes();
        Assert.Equal(["false", "true"], rows.OrderBy(r => r["Name"]).Select(r => r["sf__Created"]));
        Assert.Equal(["B", "C"], _org.Sandbox.Records("Account").Select(r => r["Name"]));
    }

    [Fact]
    public void Ambiguous_key_fails_the_row()
    {
        _org.Sandbox.AddField("Account", new FieldSpec("Code__c", "string") { ExternalId = true });
        _org.Create("Account", """{"Name":"A","Code__c":"X"}""");
        _org.Create("Account", """{"Name":"B","Code__c":"X"}""");
        var job = BulkJob.Run(_org, "Account", "upsert", "Code__c,Name\nX,C\n", "Code__c");
        Assert.StartsWith("DUPLICATE_EXTERNAL_ID:Account: more than one record found for external id field: [001", job.Failures().Single()["sf__Error"]);
    }

    [Fact]
    public void Update_needs_ids_of_living_records()
    {
        var kept = _org.Create("Account", """{"Name":"A"}""");
        var gone = _org.Create("Account", """{"Name":"B"}""");
        _org.Delete($"/sobjects/Account/{gone}");
        var job = BulkJob.Run(_org, "Account", "update", $"Id,Name\n{kept[..15]},A2\n{gone},B2\n,C\nnope,D\n001000000000001AAA,E\n");
        Assert.Equal(kept, job.Successes().Single()["sf__Id"]);
        var errors = job.Failures().ToDictionary(r => r["Name"], r => r["sf__Error"]);
        Assert.Equal("ENTITY_IS_DELETED:entity is deleted:--", errors["B2"]);
        Assert.Equal("MISSING_ARGUMENT:Id not specified in an update call:--", errors["C"]);
        Assert.StartsWith("MALFORMED_ID:", errors["D"]);
        Assert.StartsWith("INVALID_CROSS_REFERENCE_KEY:", errors["E"]);
        Assert.Equal(gone, job.Failures().Single(r => r["Name"] == "B2")["sf__Id"]);
    }

    [Fact]
    public void Delete_takes_ids_only_and_fills_the_recycle_bin()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        Assert.Equal("Failed", BulkJob.Run(_org, "Account", "delete", $"Id,Name\n{id},A\n").State());
        Assert.Equal(id, BulkJob.Run(_org, "Account", "delete", $"Id\n{id}\n").Successes().Single()["sf__Id"]);
        Assert.True(_org.Sandbox.Record("Account", id)!.IsDeleted);
    }

    [Fact]
    public void Hard_delete_needs_its_permission_and_leaves_nothing()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        Assert.Equal("FEATURENOTENABLED", _org.Post("/jobs/ingest", """{"object":"Account","operation":"hardDelete"}""").ErrorCode);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkHardDeleteAllowed = true };
        Assert.Single(BulkJob.Run(_org, "Account", "hardDelete", $"Id\n{id}\n").Successes());
        Assert.Null(_org.Sandbox.Record("Account", id));
        Assert.Empty(_org.QueryAll("SELECT Id FROM Account").Records);
    }

    [Fact]
    public void Locked_row_fails_its_whole_chunk_and_no_other()
    {
        var id = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"A-7"}""");
        _org.Sandbox.LockRows([id], 1);
        var csv = "Warehouse_Id__c,Name\n" + string.Concat(Enumerable.Range(0, 250).Select(i => $"A-{i},N\n"));
        var job = BulkJob.Run(_org, "Account", "upsert", csv, Key);
        Assert.Equal((200, 50), (job.Failures().Count, job.Successes().Count));
        Assert.All(job.Failures(), r => Assert.StartsWith("UNABLE_TO_LOCK_ROW:", r["sf__Error"]));
    }

    [Fact]
    public void Failed_job_keeps_what_it_wrote_and_names_what_it_did_not_try()
    {
        _org.Sandbox.FailNextBulkJob(250, "TooManyLockFailure : Too many lock failures");
        var csv = "Warehouse_Id__c,Name\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"A-{i},N\n"));
        var job = BulkJob.Run(_org, "Account", "upsert", csv, Key);
        Assert.Equal(("Failed", "TooManyLockFailure : Too many lock failures"), (job.State(), job.Poll()["errorMessage"]!.ToString()));
        Assert.Equal((250, 0, 250), (job.Successes().Count, job.Failures().Count, job.Unprocessed().Count));
        Assert.Equal(250, _org.Sandbox.Records("Account").Count);
        Assert.Equal(500, job.Successes().Concat(job.Unprocessed()).Select(r => r[Key]).Distinct().Count());
        Assert.Equal("JobComplete", BulkJob.Run(_org, "Account", "upsert", "Warehouse_Id__c,Name\nA-1,N\n", Key).State());
    }

    [Fact]
    public void Aborted_job_keeps_what_it_wrote_and_names_what_it_did_not_try()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkRowsPerSecond = 100 };
        var csv = "Warehouse_Id__c,Name\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"A-{i},N\n"));
        var job = BulkJob.Open(_org, "Account", "upsert", Key).Upload(csv).Close();
        Assert.Equal(0, (int)job.Poll()["numberRecordsProcessed"]!);
        _org.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(("InProgress", 400), (job.State(), (int)job.Poll()["numberRecordsProcessed"]!));
        Assert.Equal("Aborted", job.Patch("Aborted").Body!["state"]!.ToString());
        _org.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((400, 500, 400), (job.Successes().Count, job.Unprocessed().Count, _org.Sandbox.Records("Account").Count));
    }

    [Fact]
    public void Job_goes_on_though_nobody_polls()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkQueueSeconds = 30 };
        BulkJob.Open(_org, "Account", "insert").Upload("Name\nA\n").Close();
        Assert.Empty(_org.Sandbox.Records("Account"));
        _org.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(_org.Sandbox.Records("Account"));
    }

    [Fact]
    public void Daily_batches_run_out_in_the_middle_of_a_job_and_come_back_after_a_day()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { DailyBulkBatches = 1 };
        Assert.Equal(1, (int)_org.Get("/limits").Body!["DailyBulkApiBatches"]!["Remaining"]!);
        var csv = "Name\n" + string.Concat(Enumerable.Repeat("N\n", 10_100));
        var job = BulkJob.Run(_org, "Account", "insert", csv);
        Assert.StartsWith("ExceededQuota : ", job.Poll()["errorMessage"]!.ToString());
        Assert.Equal((10_000, 100), (job.Successes().Count, job.Unprocessed().Count));
        Assert.Equal(0, (int)_org.Get("/limits").Body!["DailyBulkApiBatches"]!["Remaining"]!);
        _org.Time.Advance(TimeSpan.FromHours(25));
        _org.Login();
        Assert.Equal("JobComplete", BulkJob.Run(_org, "Account", "insert", "Name\nA\n").State());
    }

    [Fact]
    public void Wrong_moves_are_refused()
    {
        var job = BulkJob.Open(_org, "Account", "insert");
        Assert.Equal((415, "UNSUPPORTED_MEDIA_TYPE"), Refused(_org.Put($"{job.Path}/batches", "Name\nA\n", "application/json")));
        Assert.Equal((400, "INVALIDJOBSTATE"), Refused(_org.Get($"{job.Path}/successfulResults/")));
        Assert.Equal((400, "INVALIDJOBSTATE"), Refused(job.Patch("InProgress")));
        Assert.Equal((400, "API_ERROR"), Refused(_org.Delete(job.Path)));
        job.Upload("Name\nA\n");
        Assert.Equal((400, "CLIENTINPUTERROR"), Refused(_org.Put($"{job.Path}/batches", "Name\nB\n")));
        job.Close();
        Assert.Equal((400, "INVALIDJOBSTATE"), Refused(_org.Put($"{job.Path}/batches", "Name\nB\n")));
        Assert.Equal((400, "INVALIDJOBSTATE"), Refused(job.Patch("UploadComplete")));
        job.End();
        Assert.Equal("Aborting already Completed Job not allowed", job.Patch("Aborted").Message);
        Assert.Equal(204, _org.Delete(job.Path).Status);
        Assert.Equal((404, "NOT_FOUND"), Refused(_org.Get(job.Path)));
        Assert.Equal((404, "NOT_FOUND"), Refused(_org.Get($"{job.Path}/failedResults/")));
        Assert.Equal(405, _org.Put("/jobs/ingest", "").Status);
    }

    [Theory]
    [InlineData("""{"object":"Nope","operation":"insert"}""", "INVALIDENTITY")]
    [InlineData("""{"object":"Account","operation":"merge"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account"}""", "INVALIDJOB")]
    [InlineData("""{"operation":"insert"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"upsert"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"upsert","externalIdFieldName":"Phone"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"insert","externalIdFieldName":"Warehouse_Id__c"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"insert","contentType":"JSON"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"insert","lineEnding":"CR"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"insert","columnDelimiter":"SPACE"}""", "INVALIDJOB")]
    [InlineData("""{"object":"Account","operation":"insert","surprise":1}""", "JSON_PARSER_ERROR")]
    public void Bad_job_is_refused(string body, string code) => Assert.Equal((400, code), Refused(_org.Post("/jobs/ingest", body)));

    [Fact]
    public void Object_may_be_closed_to_the_bulk_api()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { WithoutBulk = ["Case"] };
        Assert.Equal("INVALIDENTITY", _org.Post("/jobs/ingest", """{"object":"Case","operation":"insert"}""").ErrorCode);
    }

    [Fact]
    public void Job_without_rows_completes_or_fails_by_switch()
    {
        var job = BulkJob.Run(_org, "Account", "insert", "Name\n");
        Assert.Equal(("JobComplete", 0), (job.State(), (int)job.Poll()["numberRecordsProcessed"]!));
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkEmptyJobFails = true };
        Assert.Equal("Failed", BulkJob.Run(_org, "Account", "insert", "Name\n").State());
    }

    [Fact]
    public void Multipart_call_creates_uploads_and_closes()
    {
        const string Body =
            "--b0\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n" +
            "{\"object\":\"Account\",\"operation\":\"insert\",\"contentType\":\"CSV\"}\r\n" +
            "--b0\r\nContent-Type: text/csv\r\nContent-Disposition: form-data; name=\"content\"; filename=\"content\"\r\n\r\nName\nA\n\r\n--b0--\r\n";
        var answer = Post(Body);
        Assert.Equal((200, "UploadComplete"), (answer.Status, answer.Body!["state"]!.ToString()));
        Assert.Single(_org.Sandbox.Records("Account"));
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkMultipartStaysOpen = true };
        Assert.Equal("Open", Post(Body).Body!["state"]!.ToString());
        Assert.Equal((400, "INVALIDJOB"), Refused(Post(Body.Replace("\"content\";", "\"other\";"))));
        Assert.Equal((400, "INVALIDJOB"), Refused(Post(Body.Replace("Name\nA\n", "Name\n" + new string('x', 100_000)))));

        Answer Post(string body) =>
            _org.Raw("POST", SalesforceClient.Api + "/jobs/ingest", body, [("Content-Type", "multipart/form-data; boundary=\"b0\"")]);
    }

    [Fact]
    public void Jobs_are_listed_in_pages()
    {
        var ids = Enumerable.Range(0, 5).Select(_ => BulkJob.Open(_org, "Account", "insert").Id).ToList();
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkJobsPerPage = 2 };
        var (seen, next) = (new List<string>(), SalesforceClient.Api + "/jobs/ingest?jobType=V2Ingest&isPkChunkingEnabled=false");
        while (next is not null)
        {
            var page = _org.Raw("GET", next, null, []).Body!;
            seen.AddRange(page["records"]!.AsArray().Select(r => r!["id"]!.ToString()));
            next = page["nextRecordsUrl"]?.ToString();
            Assert.Equal(next is null, (bool)page["done"]!);
        }

        Assert.Equal(ids.AsEnumerable().Reverse(), seen);
        Assert.Empty(_org.Get("/jobs/ingest?jobType=Classic").Records);
    }

    [Fact]
    public void Forgotten_jobs_are_closed_after_a_day_and_gone_after_a_week()
    {
        var job = BulkJob.Open(_org, "Account", "insert");
        _org.Time.Advance(TimeSpan.FromHours(25));
        _org.Login();
        Assert.Equal("Aborted", job.State());
        _org.Time.Advance(TimeSpan.FromDays(7));
        _org.Login();
        Assert.Equal(404, _org.Get(job.Path).Status);
    }

    [Fact]
    public void Job_survives_the_end_of_its_token()
    {
        var job = BulkJob.Open(_org, "Account", "insert").Upload("Name\nA\n");
        _org.Sandbox.RevokeTokens();
        Assert.Equal("INVALID_SESSION_ID", job.Patch("UploadComplete").ErrorCode);
        _org.Login();
        job.Close();
        Assert.Equal("JobComplete", job.End()["state"]!.ToString());
    }

    [Fact]
    public void Every_call_of_a_job_counts_as_one_request()
    {
        var before = Used();
        BulkJob.Open(_org, "Account", "insert").Upload("Name\nA\n").Close().Poll();
        Assert.Equal(before + 5, Used());

        int Used() => int.Parse(_org.Get("/limits").Header("Sforce-Limit-Info")!.Split('=', '/')[1]);
    }

    [Fact]
    public void Assignment_rule_runs_only_when_the_job_names_one()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { LeadAssignmentOwnerId = _org.Sandbox.SecondHumanUserId };
        BulkJob.Run(_org, "Lead", "insert", "LastName,Company\nA,C\n");
        BulkJob.Run(_org, "Lead", "insert", "LastName,Company\nB,C\n", more: ",\"assignmentRuleId\":\"01Q000000000001AAA\"");
        Assert.Equal([_org.Sandbox.IntegrationUserId, _org.Sandbox.SecondHumanUserId], _org.Sandbox.Records("Lead").Select(r => r["OwnerId"]));
    }

    [Fact]
    public void Writes_are_logged_with_their_cells()
    {
        BulkJob.Run(_org, "Account", "upsert", "Warehouse_Id__c,Name,Phone,Website\nA-1,A,#N/A,\n", Key);
        var write = _org.Sandbox.Writes.Single();
        Assert.Equal(
            ("upsert", true, """{"Warehouse_Id__c":"A-1","Name":"A","Phone":null}"""), (write.Operation, write.Success, write.Fields.ToJsonString()));
    }

    [Fact]
    public void Jobs_cannot_run_inside_a_composite()
    {
        var answer = _org.Post("/composite", """{"compositeRequest":[{"method":"GET","url":"/services/data/v66.0/jobs/ingest","referenceId":"a"}]}""");
        Assert.Equal(404, (int)answer.Body!["compositeResponse"]![0]!["httpStatusCode"]!);
    }

    private static (int, string?) Refused(Answer answer) => (answer.Status, answer.ErrorCode);
}
