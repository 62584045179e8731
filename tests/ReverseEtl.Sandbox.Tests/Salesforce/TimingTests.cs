using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class TimingTests
{
    private const string Window = "?start=2026-03-02T09%3A00%3A00%2B00%3A00&end=2026-03-02T11%3A00%3A00%2B00%3A00";
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Late_commit_is_stamped_early_and_seen_late()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { CommitDelaySeconds = 300 };
        var id = _org.Sandbox.CreateAsUser("Account", new JsonObject { ["Name"] = "Late" });
        _org.Time.Advance(TimeSpan.FromSeconds(299));
        Assert.Empty(_org.Query("SELECT Id FROM Account").Records);
        Assert.Equal(404, _org.Get($"/sobjects/Account/{id}").Status);
        _org.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2026-03-02T10:00:00.000+0000", _org.Query("SELECT SystemModstamp FROM Account").Column("SystemModstamp")[0]);
        Assert.Equal(200, _org.Get($"/sobjects/Account/{id}").Status);
    }

    [Fact]
    public void Open_edit_shows_the_old_values_and_locks_the_row()
    {
        var id = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"1","Phone":"old"}""");
        _org.Sandbox.Switches = _org.Sandbox.Switches with { CommitDelaySeconds = 60 };
        _org.Sandbox.EditAsUser("Account", id, new JsonObject { ["Phone"] = "new", ["Warehouse_Id__c"] = "2" });
        Assert.Equal("old", _org.Get($"/sobjects/Account/{id}").Body!["Phone"]!.ToString());
        Assert.Equal(["old"], _org.Query("SELECT Phone FROM Account WHERE Warehouse_Id__c = '1'").Column("Phone"));
        Assert.Empty(_org.Query("SELECT Phone FROM Account WHERE Warehouse_Id__c = '2'").Records);
        Assert.Equal("UNABLE_TO_LOCK_ROW", _org.Patch($"/sobjects/Account/{id}", """{"Phone":"x"}""").ErrorCode);
        Assert.Equal("UNABLE_TO_LOCK_ROW", _org.Patch("/sobjects/Account/Warehouse_Id__c/2", """{"Name":"B"}""").ErrorCode);
        _org.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(["new"], _org.Query("SELECT Phone FROM Account WHERE Warehouse_Id__c = '2'").Column("Phone"));
        Assert.Equal(204, _org.Patch($"/sobjects/Account/{id}", """{"Phone":"x"}""").Status);
    }

    [Fact]
    public void Queries_lag_behind_writes_while_reads_by_id_do_not()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { VisibilityDelayMinMs = 1000, VisibilityDelayMaxMs = 3000 };
        var id = _org.Create("Account", """{"Name":"A","Phone":"1"}""");
        Assert.Empty(_org.Query("SELECT Id FROM Account").Records);
        Assert.Equal("1", _org.Get($"/sobjects/Account/{id}").Body!["Phone"]!.ToString());
        _org.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Empty(_org.Query($"SELECT Id FROM Account WHERE Id = '{id}'").Records);
        _org.Time.Advance(TimeSpan.FromMilliseconds(2001));
        Assert.Single(_org.Query("SELECT Id FROM Account").Records);
        Assert.Equal(204, _org.Patch($"/sobjects/Account/{id}", """{"Phone":"2"}""").Status);
        Assert.Equal(["1"], _org.Query("SELECT Phone FROM Account").Column("Phone"));
    }

    [Fact]
    public void Updated_lists_ids_of_the_window_in_whole_minutes()
    {
        _org.Time.Advance(TimeSpan.FromSeconds(59));
        var id = _org.Create("Account", """{"Name":"A"}""");
        _org.Time.Advance(TimeSpan.FromHours(1));
        var answer = _org.Get("/sobjects/Account/updated/?start=2026-03-02T10%3A00%3A59%2B00%3A00&end=2026-03-02T10%3A05%3A00Z");
        Assert.Equal($$"""{"ids":["{{id}}"],"latestDateCovered":"2026-03-02T10:04:00.000+0000"}""", answer.Text);
        Assert.Empty(_org.Get("/sobjects/Account/updated?start=2026-03-02T09%3A00%3A00Z&end=2026-03-02T10%3A00%3A59Z").Body!["ids"]!.AsArray());
    }

    [Fact]
    public void Latest_date_covered_is_held_back_by_open_transactions()
    {
        _org.Sandbox.OpenTransaction(TimeSpan.FromMinutes(30));
        _org.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("2026-03-02T10:00:00.000+0000", Covered());
        _org.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("2026-03-02T10:39:00.000+0000", Covered());
        _org.Sandbox.Switches = _org.Sandbox.Switches with { CommitDelaySeconds = 600 };
        _org.Sandbox.CreateAsUser("Account", new JsonObject { ["Name"] = "Late" });
        _org.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("2026-03-02T10:40:00.000+0000", Covered());
        _org.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("2026-03-02T10:49:00.000+0000", Covered());
        string Covered() => _org.Get("/sobjects/Account/updated" + Window).Body!["latestDateCovered"]!.ToString();
    }

    [Fact]
    public void Window_with_too_many_ids_is_refused()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { MostReplicatedIds = 1 };
        var (a, b) = (_org.Create("Account", """{"Name":"A"}"""), _org.Create("Account", """{"Name":"B"}"""));
        const string Span = "?start=2026-03-02T10:00:00Z&end=2026-03-02T10:05:00Z";
        Assert.Equal((400, "EXCEEDED_ID_LIMIT"), (_org.Get("/sobjects/Account/updated" + Span).Status, _org.Get("/sobjects/Account/updated" + Span).ErrorCode));
        Assert.Equal(200, _org.Get("/sobjects/Account/deleted" + Span).Status);
        Assert.Equal(200, _org.Delete($"/composite/sobjects?ids={a},{b}").Status);
        Assert.Equal("EXCEEDED_ID_LIMIT", _org.Get("/sobjects/Account/deleted" + Span).ErrorCode);
    }

    [Fact]
    public void Deleted_lists_deletions_and_forgets_undeleted_records()
    {
        var kept = _org.Create("Contact", """{"LastName":"A"}""");
        var back = _org.Create("Contact", """{"LastName":"B"}""");
        _org.Delete($"/sobjects/Contact/{kept}");
        _org.Delete($"/sobjects/Contact/{back}");
        _org.Sandbox.Undelete("Contact", back);
        _org.Time.Advance(TimeSpan.FromHours(1));
        var body = _org.Get("/sobjects/Contact/deleted/" + Window).Body!;
        Assert.Equal($$"""[{"id":"{{kept}}","deletedDate":"2026-03-02T10:00:00.000+0000"}]""", body["deletedRecords"]!.ToJsonString(
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("2026-02-15T11:00:00.000+0000", body["earliestDateAvailable"]!.ToString());
        _org.Sandbox.PurgeDeleteLog("Contact");
        Assert.Equal("2026-03-02T11:00:00.000+0000", _org.Get("/sobjects/Contact/deleted" + Window).Body!["earliestDateAvailable"]!.ToString());
        Assert.Empty(_org.Get("/sobjects/Contact/deleted" + Window).Body!["deletedRecords"]!.AsArray());
    }

    [Theory]
    [InlineData("updated", "2026-03-02T09:00:00Z", "2026-03-02T09:01:59Z")]
    [InlineData("updated", "2026-01-30T09:00:00Z", "2026-03-02T09:00:00Z")]
    [InlineData("deleted", "2026-02-15T09:59:00Z", "2026-03-02T09:00:00Z")]
    [InlineData("updated", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z")]
    [InlineData("updated", "2026-03-02T09:00:00 00:00", "2026-03-02T09:30:00Z")]
    [InlineData("deleted", "", "2026-03-02T09:30:00Z")]
    public void Bad_window_is_refused(string resource, string start, string end)
    {
        var answer = _org.Get($"/sobjects/Account/{resource}?start={Uri.EscapeDataString(start)}&end={Uri.EscapeDataString(end)}");
        Assert.Equal((400, "INVALID_REPLICATION_DATE"), (answer.Status, answer.ErrorCode));
    }
}
