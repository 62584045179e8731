using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class BulkQueryTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Job_shows_the_documented_members_and_walks_through_its_states()
    {
        var created = Create("SELECT Id FROM Account").Body!;
        Assert.Equal(
            ["id", "operation", "object", "createdById", "createdDate", "systemModstamp", "state", "concurrencyMode", "contentType",
                "apiVersion", "lineEnding", "columnDelimiter"],
            created.AsObject().Select(m => m.Key));
        Assert.Equal(("UploadComplete", "Account"), (created["state"]!.ToString(), created["object"]!.ToString()));
        var path = $"/jobs/query/{created["id"]}";
        Assert.Equal("InProgress", _org.Get(path).Body!["state"]!.ToString());
        var done = _org.Get(path).Body!;
        Assert.Equal(("JobComplete", "V2Query", 0, true), (
            done["state"]!.ToString(), done["jobType"]!.ToString(), (int)done["numberRecordsProcessed"]!, (bool)done["isPkChunkingSupported"]!));
    }

    [Fact]
    public void Results_are_quoted_CSV_in_the_order_of_the_select()
    {
        var parent = _org.Create("Account", """{"Name":"P \"1\"","AnnualRevenue":20000000}""");
        var id = _org.Create("Account", $$"""{"Name":"C","ParentId":"{{parent}}","NumberOfEmployees":7,"Health_Score__c":1.5}""");
        var answer = Results(
            "SELECT Name, parent.name, NumberOfEmployees, Health_Score__c, IsDeleted, CreatedDate, Parent.AnnualRevenue, Id FROM Account ORDER BY Name");
        Assert.Equal(
            "\"Name\",\"Parent.Name\",\"NumberOfEmployees\",\"Health_Score__c\",\"IsDeleted\",\"CreatedDate\",\"Parent.AnnualRevenue\",\"Id\"\n" +
            $"\"C\",\"P \"\"1\"\"\",\"7\",\"1.5\",\"false\",\"2026-03-02T10:00:00.000Z\",\"2.0E7\",\"{id}\"\n" +
            $"\"P \"\"1\"\"\",\"\",\"\",\"\",\"false\",\"2026-03-02T10:00:00.000Z\",\"\",\"{parent}\"\n",
            answer.Text);
        Assert.Equal(("null", "2", "text/csv"), (answer.Header("Sforce-Locator"), answer.Header("Sforce-NumberOfRecords"), answer.Header("Content-Type")));
    }

    [Fact]
    public void Pages_follow_opaque_locators_until_the_literal_null()
    {
        Fill(25);
        var path = Finished("SELECT Id FROM Account");
        var (ids, locator, sizes) = (new List<string>(), "", new List<string?>());
        while (locator != "null")
        {
            var page = _org.Get($"{path}/results?maxRecords=10{(locator.Length > 0 ? $"&locator={locator}" : "")}");
            ids.AddRange(Csv.Rows(page.Text).Select(r => r["Id"]));
            sizes.Add(page.Header("Sforce-NumberOfRecords"));
            locator = page.Header("Sforce-Locator")!;
            Assert.False(int.TryParse(locator, out _));
        }

        Assert.Equal(["10", "10", "5"], sizes);
        Assert.Equal(_org.Sandbox.Records("Account").Select(r => r.Id), ids.Order(StringComparer.Ordinal));
        Assert.NotEqual(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal("INVALID_QUERY_LOCATOR", _org.Get($"{path}/results?locator=MTAwMDA").ErrorCode);
        Assert.Equal("API_ERROR", _org.Get($"{path}/results?maxRecords=0").ErrorCode);
    }

    [Fact]
    public void Server_may_send_smaller_pages_than_asked_for()
    {
        Fill(5);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkQueryPageRows = 2 };
        Assert.Equal("2", _org.Get($"{Finished("SELECT Id FROM Account")}/results?maxRecords=100").Header("Sforce-NumberOfRecords"));
    }

    [Fact]
    public void Result_pages_link_five_at_a_time()
    {
        Fill(13);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkQueryPageRows = 2 };
        var (ids, next) = (new List<string>(), $"{SalesforceClient.Api}{Finished("SELECT Id FROM Account")}/resultPages");
        var counts = new List<int>();
        while (next is not null)
        {
            var body = _org.Raw("GET", next, null, []).Body!;
            var links = body["resultPages"]!.AsArray().Select(p => p!["resultUrl"]!.ToString()).ToList();
            ids.AddRange(links.SelectMany(l => Csv.Rows(_org.Raw("GET", l, null, []).Text)).Select(r => r["Id"]));
            counts.Add(links.Count);
            next = body["nextRecordsUrl"]?.ToString();
            Assert.Equal(next is null, (bool)body["done"]!);
        }

        Assert.Equal([5, 2], counts);
        Assert.Equal(13, ids.Distinct().Count());
        Assert.Equal(404, _org.Raw("GET", $"/services/data/v57.0{Finished("SELECT Id FROM Account")}/resultPages", null, []).Status);
    }

    [Fact]
    public void Results_are_read_with_the_version_of_the_job()
    {
        var path = Finished("SELECT Id FROM Account");
        Assert.Equal(409, _org.Raw("GET", $"/services/data/v65.0{path}/results", null, []).Status);
        Assert.Equal(200, _org.Get($"{path}/results").Status);
    }

    [Theory]
    [InlineData("SELECT Id, BillingAddress FROM Account", "API_ERROR", "Selecting compound data not supported in Bulk Query")]
    [InlineData("SELECT COUNT() FROM Account", "API_ERROR", "Aggregate")]
    [InlineData("SELECT Name, MAX(CreatedDate) FROM Account GROUP BY Name", "API_ERROR", "Aggregate")]
    [InlineData("SELECT Id FROM Account OFFSET 5", "API_ERROR", "OFFSET")]
    [InlineData("SELECT Id FROM Account GROUP BY Id", "API_ERROR", "GROUP")]
    [InlineData("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR", "Aggregate Relationships")]
    [InlineData("SELECT Nope__c FROM Account", "INVALID_FIELD", "No such column 'Nope__c'")]
    [InlineData("SELECT Id FROM Account WHERE Nope__c = 1", "INVALID_FIELD", "No such column 'Nope__c'")]
    [InlineData("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported")]
    public void Query_that_bulk_does_not_take_is_refused(string soql, string code, string message)
    {
        var answer = Create(soql);
        Assert.Equal((400, code), (answer.Status, answer.ErrorCode));
        Assert.Contains(message, answer.Message);
    }

    [Fact]
    public void Object_may_be_closed_to_the_bulk_api()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { WithoutBulk = ["Case"] };
        var answer = Create("SELECT Id FROM Case");
        Assert.Equal("INVALIDENTITY", answer.ErrorCode);
        Assert.Contains("is not supported by the Bulk API", answer.Message);
    }

    [Fact]
    public void QueryAll_sees_the_recycle_bin()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        _org.Delete($"/sobjects/Account/{id}");
        Assert.Empty(Csv.Rows(Results("SELECT Id FROM Account").Text));
        Assert.Equal([id], Csv.Rows(Results("SELECT Id FROM Account", "queryAll").Text).Select(r => r["Id"]));
    }

    [Fact]
    public void Rows_are_those_of_the_moment_the_job_started()
    {
        var id = _org.Create("Account", """{"Name":"Before"}""");
        var path = Finished("SELECT Name FROM Account");
        _org.Patch($"/sobjects/Account/{id}", """{"Name":"After"}""");
        Assert.Equal("Before", Csv.Rows(_org.Get($"{path}/results").Text).Single()["Name"]);
    }

    [Fact]
    public void Ordered_or_limited_query_is_not_chunked()
    {
        foreach (var soql in new[] { "SELECT Id FROM Account ORDER BY Id", "SELECT Id FROM Account LIMIT 5" })
        {
            Assert.False((bool)_org.Get(Finished(soql)).Body!["isPkChunkingSupported"]!);
        }
    }

    [Fact]
    public void Delimiter_and_line_ending_are_those_of_the_job()
    {
        _org.Create("Account", """{"Name":"A"}""");
        Assert.Equal(
            "\"Name\"|\"Phone\"\r\n\"A\"|\"\"\r\n",
            Results("SELECT Name, Phone FROM Account", more: new() { ["columnDelimiter"] = "PIPE", ["lineEnding"] = "CRLF" }).Text);
    }

    [Fact]
    public void Aborting_and_deleting_follow_the_state()
    {
        var path = $"/jobs/query/{Create("SELECT Id FROM Account").Body!["id"]}";
        Assert.Equal((400, "API_ERROR"), Refused(_org.Delete(path)));
        Assert.Equal((400, "INVALIDJOBSTATE"), Refused(_org.Get($"{path}/results")));
        Assert.Equal("Aborted", _org.Patch(path, """{"state":"Aborted"}""").Body!["state"]!.ToString());
        Assert.Equal((400, "INVALIDJOBSTATE"), Refused(_org.Patch(path, """{"state":"Aborted"}""")));
        Assert.Equal(204, _org.Delete(path).Status);
        Assert.Equal((404, "NOT_FOUND"), Refused(_org.Get(path)));
        var done = Finished("SELECT Id FROM Account");
        Assert.Equal("Aborting already Completed Job not allowed", _org.Patch(done, """{"state":"Aborted"}""").Message);
        Assert.Equal((400, "INVALIDJOBSTATE"), Refused(_org.Patch(done, """{"state":"Open"}""")));
    }

    [Fact]
    public void Failed_query_tells_why()
    {
        Assert.Equal(204, _org.Admin("POST", "bulk/fail-next-query", """{"message":"InternalServerError : Retried more than fifteen times"}""").Status);
        var job = _org.Get(Finished("SELECT Id FROM Account")).Body!;
        Assert.Equal(("Failed", "InternalServerError : Retried more than fifteen times"), (job["state"]!.ToString(), job["errorMessage"]!.ToString()));
    }

    [Fact]
    public void Field_that_vanishes_before_the_start_fails_the_job()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { BulkQueueSeconds = 10 };
        var path = $"/jobs/query/{Create("SELECT Phone FROM Account").Body!["id"]}";
        _org.Sandbox.HideField("Account", "Phone");
        _org.Time.Advance(TimeSpan.FromSeconds(10));
        _org.Get(path);
        Assert.StartsWith("INVALID_FIELD : ", _org.Get(path).Body!["errorMessage"]!.ToString());
    }

    [Fact]
    public void Daily_query_jobs_run_out()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { DailyBulkQueryJobs = 1 };
        Create("SELECT Id FROM Account");
        Assert.Equal("LIMIT_EXCEEDED", Create("SELECT Id FROM Account").ErrorCode);
        Assert.Equal(0, (int)_org.Get("/limits").Body!["DailyBulkV2QueryJobs"]!["Remaining"]!);
    }

    [Fact]
    public void Jobs_are_listed_and_gone_after_a_week()
    {
        var path = Finished("SELECT Id FROM Account");
        Assert.Equal(path[^18..], _org.Get("/jobs/query?jobType=V2Query").Records.Single()!["id"]!.ToString());
        _org.Time.Advance(TimeSpan.FromDays(8));
        _org.Login();
        Assert.Empty(_org.Get("/jobs/query").Records);
    }

    private Answer Create(string soql, string operation = "query", JsonObject? more = null)
    {
        var body = new JsonObject { ["operation"] = operation, ["query"] = soql };
        foreach (var (name, value) in more ?? [])
        {
            body[name] = value?.DeepClone();
        }

        return _org.Post("/jobs/query", body.ToJsonString());
    }

    private string Finished(string soql, string operation = "query", JsonObject? more = null)
    {
        var path = $"/jobs/query/{Create(soql, operation, more).Body!["id"]}";
        _org.Get(path);
        _org.Get(path);
        return path;
    }

    private Answer Results(string soql, string operation = "query", JsonObject? more = null) => _org.Get($"{Finished(soql, operation, more)}/results");

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _org.Create("Account", $$"""{"Name":"N{{i}}"}""");
        }
    }

    private static (int, string?) Refused(Answer answer) => (answer.Status, answer.ErrorCode);
}
