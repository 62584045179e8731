using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class IdentityEventTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Person_edits_as_somebody_else_than_the_integration_user()
    {
        var id = _org.Sandbox.CreateAsUser("Account", new JsonObject { ["Name"] = "By hand" });
        var record = _org.Sandbox.Record("Account", id)!;
        Assert.Equal((_org.Sandbox.HumanUserId, _org.Sandbox.HumanUserId), (record["CreatedById"], record["OwnerId"]));
        _org.Sandbox.EditAsUser("Account", id, new JsonObject { ["Phone"] = "1" }, _org.Sandbox.SecondHumanUserId);
        Assert.Equal(_org.Sandbox.SecondHumanUserId, _org.Sandbox.Record("Account", id)!["LastModifiedById"]);
        Assert.NotEqual(_org.Sandbox.IntegrationUserId, _org.Sandbox.HumanUserId);
        var refused = Assert.Throws<SalesforceException>(() => _org.Sandbox.EditAsUser("Account", id, new JsonObject { ["Name"] = null }));
        Assert.Equal("REQUIRED_FIELD_MISSING", refused.Error.Code);
    }

    [Fact]
    public void Delete_takes_cascade_children_and_undelete_brings_them_back()
    {
        var account = _org.Create("Account", """{"Name":"A"}""");
        var child = _org.Create("Account", $$"""{"Name":"Child","ParentId":"{{account}}"}""");
        var contact = _org.Create("Contact", $$"""{"LastName":"C","AccountId":"{{account}}"}""");
        var deal = _org.Create("Opportunity", $$"""{"Name":"O","StageName":"Prospecting","CloseDate":"2026-05-01","AccountId":"{{account}}"}""");
        _org.Time.Advance(TimeSpan.FromMinutes(1));
        _org.Sandbox.DeleteAsUser("Account", account);
        Assert.True(_org.Sandbox.Record("Contact", contact)!.IsDeleted);
        Assert.True(_org.Sandbox.Record("Opportunity", deal)!.IsDeleted);
        Assert.Null(_org.Sandbox.Record("Account", child)!["ParentId"]);
        Assert.Equal(0, _org.Sandbox.Record("Account", child)!.SystemModstamp.Minute);
        Assert.Null(_org.Sandbox.Record("Account", account)!.MasterRecordId);
        Assert.Equal(1, _org.Sandbox.Record("Account", account)!.SystemModstamp.Minute);
        _org.Sandbox.Undelete("Account", account);
        Assert.False(_org.Sandbox.Record("Contact", contact)!.IsDeleted);
        Assert.False(_org.Sandbox.Record("Opportunity", deal)!.IsDeleted);
        Assert.Equal(account, _org.Sandbox.Record("Account", child)!["ParentId"]);
    }

    [Fact]
    public void Delete_is_refused_while_cases_hang_on_the_record_and_nothing_happens()
    {
        var account = _org.Create("Account", """{"Name":"A"}""");
        var contact = _org.Create("Contact", $$"""{"LastName":"C","AccountId":"{{account}}"}""");
        _org.Create("Case", $$"""{"Subject":"S","ContactId":"{{contact}}"}""");
        Assert.Equal((400, "DELETE_FAILED"), (_org.Delete($"/sobjects/Account/{account}").Status, _org.Delete($"/sobjects/Account/{account}").ErrorCode));
        Assert.False(_org.Sandbox.Record("Account", account)!.IsDeleted);
        Assert.False(_org.Sandbox.Record("Contact", contact)!.IsDeleted);
    }

    [Fact]
    public void Merge_marks_losers_reparents_children_and_frees_their_keys()
    {
        var winner = _org.Create("Account", """{"Name":"W","Warehouse_Id__c":"A-1"}""");
        var loser = _org.Create("Account", """{"Name":"L","Warehouse_Id__c":"A-2"}""");
        var contact = _org.Create("Contact", $$"""{"LastName":"C","AccountId":"{{loser}}"}""");
        var ticket = _org.Create("Case", $$"""{"Subject":"S","AccountId":"{{loser}}"}""");
        _org.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(winner, _org.Sandbox.MergeAsUser("Account", winner, [loser]));
        var dead = _org.Sandbox.Record("Account", loser)!;
        Assert.Equal((true, winner), (dead.IsDeleted, dead.MasterRecordId));
        var moved = _org.Sandbox.Record("Contact", contact)!;
        Assert.Equal((winner, 1, 0), (moved["AccountId"], moved.SystemModstamp.Minute, moved.LastModifiedDate.Minute));
        Assert.Equal(winner, _org.Sandbox.Record("Case", ticket)!["AccountId"]);
        Assert.Equal(
            [loser],
            _org.QueryAll($"SELECT Id, MasterRecordId FROM Account WHERE IsDeleted = true AND MasterRecordId != null AND SystemModstamp >= 2026-03-02T10:01:00Z").Column("Id"));
        Assert.Equal(201, _org.Patch("/sobjects/Account/Warehouse_Id__c/A-2", """{"Name":"Zombie"}""").Status);
    }

    [Fact]
    public void Merge_takes_at_most_three_living_records_of_one_mergeable_object()
    {
        var ids = Enumerable.Range(0, 4).Select(i => _org.Create("Account", $$"""{"Name":"A{{i}}"}""")).ToList();
        Assert.Throws<SalesforceException>(() => _org.Sandbox.MergeAsUser("Account", ids[0], ids[1..]));
        Assert.Throws<SalesforceException>(() => _org.Sandbox.MergeAsUser("Account", ids[0], [ids[0]]));
        _org.Sandbox.DeleteAsUser("Account", ids[1]);
        Assert.Throws<SalesforceException>(() => _org.Sandbox.MergeAsUser("Account", ids[0], [ids[2], ids[1]]));
        Assert.False(_org.Sandbox.Record("Account", ids[2])!.IsDeleted);
        var deal = _org.Create("Opportunity", """{"Name":"O","StageName":"Prospecting","CloseDate":"2026-05-01"}""");
        Assert.Throws<SalesforceException>(() => _org.Sandbox.MergeAsUser("Opportunity", deal, [deal]));
    }

    [Fact]
    public void Purge_leaves_nothing_but_the_delete_log()
    {
        var id = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"A-1"}""");
        Assert.Throws<SalesforceException>(() => _org.Sandbox.Purge("Account", id));
        _org.Sandbox.DeleteAsUser("Account", id);
        _org.Sandbox.Purge("Account", id);
        Assert.Null(_org.Sandbox.Record("Account", id));
        Assert.Empty(_org.QueryAll("SELECT Id FROM Account").Records);
        Assert.Equal((404, "NOT_FOUND"), (_org.Get($"/sobjects/Account/{id}").Status, _org.Get($"/sobjects/Account/{id}").ErrorCode));
    }

    [Fact]
    public void Recycle_bin_empties_itself_after_15_days()
    {
        _org.Sandbox.Switches = _org.Sandbox.Switches with { TokenLifetimeSeconds = 0 };
        var id = _org.Create("Account", """{"Name":"A"}""");
        _org.Delete($"/sobjects/Account/{id}");
        _org.Time.Advance(TimeSpan.FromDays(14));
        Assert.Single(_org.QueryAll("SELECT Id FROM Account").Records);
        _org.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_org.QueryAll("SELECT Id FROM Account").Records);
    }

    [Fact]
    public void Undelete_of_a_key_taken_meanwhile_is_refused()
    {
        var id = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"A-1"}""");
        _org.Delete($"/sobjects/Account/{id}");
        _org.Create("Account", """{"Name":"B","Warehouse_Id__c":"A-1"}""");
        Assert.Equal("DUPLICATE_VALUE", Assert.Throws<SalesforceException>(() => _org.Sandbox.Undelete("Account", id)).Error.Code);
        Assert.True(_org.Sandbox.Record("Account", id)!.IsDeleted);
    }
}
