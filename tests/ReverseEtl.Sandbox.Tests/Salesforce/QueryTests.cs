using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class QueryTests
{
    private readonly SalesforceClient _org = new();

    [Theory]
    [InlineData("Name = 'beta'", "Beta")]
    [InlineData("Name != 'beta' AND Phone = null", "Alpha,Delta")]
    [InlineData("Phone != '1'", "Alpha,Delta,O'Hara \\ Co")]
    [InlineData("NumberOfEmployees > 10", "Beta")]
    [InlineData("NumberOfEmployees <= 10", "Alpha")]
    [InlineData("NOT NumberOfEmployees <= 10", "Beta,Delta,O'Hara \\ Co")]
    [InlineData("NOT (Name = 'Alpha' OR Name = 'Beta')", "Delta,O'Hara \\ Co")]
    [InlineData("Name IN ('Alpha', 'delta')", "Alpha,Delta")]
    [InlineData("Name NOT IN ('Alpha', 'delta')", "Beta,O'Hara \\ Co")]
    [InlineData("Name LIKE '%ta'", "Beta,Delta")]
    [InlineData("Name LIKE '_lpha'", "Alpha")]
    [InlineData("Name LIKE ''", "")]
    [InlineData("Name = '\\u0041lpha'", "Alpha")]
    [InlineData("Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Kid')", "Beta")]
    [InlineData("Id NOT IN (SELECT AccountId FROM Contact)", "Alpha,Delta,O'Hara \\ Co")]
    [InlineData("Name = 'O\\'Hara \\\\ Co'", "O'Hara \\ Co")]
    [InlineData("IsDeleted = false AND (Site = 'HQ' OR Health_Score__c >= 1.5)", "Alpha,Beta")]
    [InlineData("Tags__c INCLUDES ('Beta;Partner')", "Alpha")]
    [InlineData("Tags__c EXCLUDES ('Beta')", "Beta,Delta,O'Hara \\ Co")]
    [InlineData("Warehouse_Id__c = 'a-1'", "Alpha")]
    [InlineData("Warehouse_Id__c IN ('a-1', 'A-2', 'zz')", "Alpha,Beta")]
    [InlineData("CreatedDate = 2026-03-02T10:00:00Z", "Alpha,Beta,Delta,O'Hara \\ Co")]
    [InlineData("CreatedDate < 2026-03-02T11:00:00+01:00", "")]
    [InlineData("SystemModstamp >= 2026-03-02T09:59:59.999Z AND SystemModstamp < 2026-03-02T10:00:01Z", "Alpha,Beta,Delta,O'Hara \\ Co")]
    public void Where_selects(string condition, string names)
    {
        Fill();
        _org.Create("Contact", $$"""{"LastName":"Kid","AccountId":"{{_org.Sandbox.Records("Account")[1].Id}}"}""");
        var answer = _org.Query($"SELECT Name FROM Account WHERE {condition}");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(names, string.Join(',', answer.Column("Name")));
    }

    [Theory]
    [InlineData("ORDER BY Name DESC", "O'Hara \\ Co,Delta,Beta,Alpha")]
    [InlineData("ORDER BY NumberOfEmployees, Name", "Delta,O'Hara \\ Co,Alpha,Beta")]
    [InlineData("ORDER BY NumberOfEmployees DESC NULLS LAST, Name DESC", "Beta,Alpha,O'Hara \\ Co,Delta")]
    [InlineData("ORDER BY NumberOfEmployees ASC NULLS LAST, Name", "Alpha,Beta,Delta,O'Hara \\ Co")]
    [InlineData("ORDER BY Name LIMIT 2", "Alpha,Beta")]
    [InlineData("ORDER BY Name LIMIT 2 OFFSET 1", "Beta,Delta")]
    [InlineData("ORDER BY Name OFFSET 9", "")]
    [InlineData("LIMIT 0", "")]
    public void Order_limit_and_offset_apply(string tail, string names)
    {
        Fill();
        Assert.Equal(names, string.Join(',', _org.Query($"SELECT Name FROM Account {tail}").Column("Name")));
    }

    [Fact]
    public void Count_answers_only_the_total()
    {
        Fill();
        Assert.Equal("""{"totalSize":4,"done":true,"records":[]}""", _org.Query("select count() from Account").Text);
    }

    [Fact]
    public void Parents_nest_and_are_null_when_missing()
    {
        Fill();
        var id = _org.Sandbox.Records("Account")[0].Id;
        _org.Create("Contact", $$"""{"LastName":"B","AccountId":"{{id}}"}""");
        _org.Create("Contact", """{"LastName":"A"}""");
        var answer = _org.Query("SELECT LastName, Account.Name, Account.Warehouse_Id__c, Account.Owner.Email, Owner.Email FROM Contact ORDER BY Account.Name NULLS LAST");
        var first = answer.Records[0]!;
        Assert.Equal("Alpha", first["Account"]!["Name"]!.ToString());
        Assert.Equal("Account", first["Account"]!["attributes"]!["type"]!.ToString());
        Assert.Equal("integration@example.org", first["Account"]!["Owner"]!["Email"]!.ToString());
        Assert.Equal("integration@example.org", first["Owner"]!["Email"]!.ToString());
        Assert.True(answer.Records[1]!.AsObject().ContainsKey("Account"));
        Assert.Null(answer.Records[1]!["Account"]);
        Assert.Equal(["B"], _org.Query("SELECT LastName FROM Contact WHERE Account.Warehouse_Id__c = 'A-1'").Column("LastName"));
        Assert.Equal(["B"], _org.Query($"SELECT LastName FROM Contact WHERE AccountId = '{id[..15]}'").Column("LastName"));
    }

    [Fact]
    public void Unknown_column_and_object_come_with_a_caret()
    {
        Assert.Equal(
            "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' is not supported. If you are attempting to use " +
            "a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
            _org.Query("select count() from XYZZY").Message);
        var answer = _org.Query("SELECT Id, Nope FROM Account");
        Assert.Equal((400, "INVALID_FIELD"), (answer.Status, answer.ErrorCode));
        Assert.StartsWith("\nSELECT Id, Nope FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Nope' on entity 'Account'.", answer.Message);
        Assert.Contains("Didn't understand relationship 'Foo'", _org.Query("SELECT Foo.Name FROM Account").Message);
    }

    [Theory]
    [InlineData("SELECT Id FROM Account WHER Name = 'x'", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'x", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Name = x", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "MALFORMED_QUERY")]
    [InlineData("SELECT FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account LIMIT x", "MALFORMED_QUERY")]
    [InlineData("", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Name = '\\q'", "MALFORMED_QUERY")]
    [InlineData("SELECT Id, id FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE SystemModstamp > '2026-01-01T00:00:00Z'", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE SystemModstamp > 2026-01-01", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE NumberOfEmployees = '1'", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Name = 1", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR")]
    [InlineData("SELECT Id FROM Account ORDER BY Description", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE")]
    [InlineData("SELECT Id FROM Account WHERE BillingAddress = 'x'", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account ORDER BY BillingAddress", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Id IN (SELECT Id, AccountId FROM Contact)", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Name IN (SELECT LastName FROM Contact)", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Id IN (SELECT Nope FROM Contact)", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account FOR UPDATE", "MALFORMED_QUERY")]
    [InlineData("SELECT Id a FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT Name, Phone FROM Account GROUP BY Name", "MALFORMED_QUERY")]
    [InlineData("SELECT SUM(Name) FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT MAX(Description) FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT COUNT(Nope) FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT COUNT(Id) a, MAX(Name) A FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT COUNT(Id) FROM Account GROUP BY Description", "MALFORMED_QUERY")]
    [InlineData("SELECT COUNT(Id) FROM Account GROUP BY Name ORDER BY Phone", "MALFORMED_QUERY")]
    [InlineData("SELECT COUNT(Id) FROM Account GROUP BY Name HAVING COUNT(Id) > 1", "MALFORMED_QUERY")]
    [InlineData("SELECT Name, (SELECT COUNT(Id) FROM Contacts) FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Id IN (SELECT MAX(AccountId) FROM Contact)", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account ALL ROWS", "MALFORMED_QUERY")]
    [InlineData("SELECT b.Id FROM Account a", "INVALID_FIELD")]
    [InlineData("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", "MALFORMED_QUERY")]
    [InlineData("SELECT FIELDS(SOME) FROM Account LIMIT 1", "MALFORMED_QUERY")]
    [InlineData("SELECT Name, FIELDS(STANDARD) FROM Account", "INVALID_FIELD")]
    public void Bad_queries_are_refused(string soql, string code)
    {
        var answer = _org.Query(soql);
        Assert.Equal((400, code), (answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData("COUNT(Id)", "", "[{\"expr0\":4}]")]
    [InlineData("COUNT(Phone), COUNT_DISTINCT(NumberOfEmployees) d, MAX(Name)", "", "[{\"expr0\":2,\"d\":2,\"expr1\":\"O'Hara \\\\ Co\"}]")]
    [InlineData("SUM(NumberOfEmployees) s, AVG(NumberOfEmployees) a, MIN(Health_Score__c) m", "", "[{\"s\":21,\"a\":10.5,\"m\":1.5}]")]
    [InlineData("MIN(CreatedDate) first", "WHERE Name = 'Alpha'", "[{\"first\":\"2026-03-02T10:00:00.000+0000\"}]")]
    [InlineData("COUNT(Id), SUM(NumberOfEmployees)", "WHERE Name = 'none'", "[{\"expr0\":0,\"expr1\":null}]")]
    [InlineData("Site, COUNT(Id) n", "GROUP BY Site ORDER BY Site DESC", "[{\"Site\":null,\"n\":3},{\"Site\":\"HQ\",\"n\":1}]")]
    [InlineData("a.Owner.Email mail, COUNT(Id)", "a GROUP BY a.Owner.Email", "[{\"mail\":\"integration@example.org\",\"expr0\":4}]")]
    [InlineData("Name", "GROUP BY Name ORDER BY Name LIMIT 1 OFFSET 1", "[{\"Name\":\"Beta\"}]")]
    public void Aggregates_answer_results_without_ids(string select, string tail, string rows)
    {
        Fill();
        var answer = _org.Query($"SELECT {select} FROM Account {tail}");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.All(answer.Records, r => Assert.Equal("AggregateResult", r!["attributes"]!["type"]!.ToString()));
        Assert.Equal(answer.Records.Count, (int)answer.Body!["totalSize"]!);
        Assert.Equal(rows, answer.Text[answer.Text.IndexOf("\"records\":", StringComparison.Ordinal)..]["\"records\":".Length..^1]
            .Replace("\"attributes\":{\"type\":\"AggregateResult\"},", ""));
    }

    [Fact]
    public void Groups_of_fields_are_written_out()
    {
        _org.Create("Account", """{"Name":"A","Tags__c":"Beta"}""");
        var custom = _org.Query("SELECT FIELDS(CUSTOM) FROM Account LIMIT 200").Records[0]!.AsObject();
        Assert.Equal("Beta", custom["Tags__c"]!.ToString());
        Assert.DoesNotContain("Name", custom);
        var standard = _org.Query("SELECT FIELDS(STANDARD), Tags__c FROM Account").Records[0]!.AsObject();
        Assert.Equal(("A", "Beta"), (standard["Name"]!.ToString(), standard["Tags__c"]!.ToString()));
        _org.Admin("POST", "fields/Account/Phone/hide");
        var all = _org.Query("SELECT FIELDS(ALL) FROM Account LIMIT 1").Records[0]!.AsObject();
        Assert.Equal(standard.Count + custom.Count - 3, all.Count);
        Assert.DoesNotContain("Phone", all);
    }

    [Fact]
    public void Object_may_have_an_alias()
    {
        Fill();
        Assert.Equal(["Beta", "Delta"], _org.Query("SELECT a.Name FROM Account a WHERE a.Name LIKE '%ta' ORDER BY a.Name FOR VIEW").Column("Name"));
    }

    [Fact]
    public void Pattern_made_to_be_slow_is_not()
    {
        _org.Create("Account", $$"""{"Name":"{{new string('a', 250)}}"}""");
        Assert.Empty(_org.Query($"SELECT Id FROM Account WHERE Name LIKE '{string.Concat(Enumerable.Repeat("%a", 60))}%b'").Records);
    }

    [Fact]
    public void Empty_values_come_first_under_desc_or_last()
    {
        Fill();
        const string Soql = "SELECT Name FROM Account ORDER BY NumberOfEmployees DESC, Name";
        Assert.Equal(["Delta", "O'Hara \\ Co", "Beta", "Alpha"], _org.Query(Soql).Column("Name"));
        _org.Sandbox.Switches = _org.Sandbox.Switches with { NullsLastWhenDescending = true };
        Assert.Equal(["Beta", "Alpha", "Delta", "O'Hara \\ Co"], _org.Query(Soql).Column("Name"));
    }

    [Fact]
    public void Pages_follow_the_next_records_url_to_the_end()
    {
        for (var i = 0; i < 450; i++)
        {
            _org.Sandbox.CreateAsUser("Account", new JsonObject { ["Name"] = $"A{i:000}" });
        }

        var page = _org.QueryAllPages("SELECT Name FROM Account ORDER BY Name", ("Sforce-Query-Options", "batchSize=200"));
        Assert.Equal([200, 200, 50], page.Select(p => p.Records.Count));
        Assert.All(page, p => Assert.Equal(450, p.Body!["totalSize"]!.GetValue<int>()));
        Assert.Equal([false, false, true], page.Select(p => p.Body!["done"]!.GetValue<bool>()));
        Assert.EndsWith("-200", page[0].Body!["nextRecordsUrl"]!.ToString());
        Assert.Equal(450, page.SelectMany(p => p.Column("Name")).Distinct().Count());
        Assert.Equal(450, _org.Query("SELECT Id FROM Account").Records.Count);
        Assert.Equal(200, _org.Query("SELECT Id FROM Account", ("Sforce-Query-Options", "batchSize=5")).Records.Count);
    }

    [Fact]
    public void Later_pages_show_rows_as_they_are_by_then_and_cursors_die_after_two_days()
    {
        Fill();
        _org.Sandbox.Switches = _org.Sandbox.Switches with { MaxPageSize = 2, TokenLifetimeSeconds = 0 };
        var next = _org.Query("SELECT Id, Phone FROM Account ORDER BY Name").Body!["nextRecordsUrl"]!.ToString();
        var third = _org.Sandbox.Records("Account")[2].Id;
        _org.Sandbox.EditAsUser("Account", third, new JsonObject { ["Phone"] = "new" });
        Assert.Equal("new", _org.Raw("GET", next, null, []).Column("Phone")[0]);
        _org.Sandbox.DeleteAsUser("Account", third);
        Assert.Single(_org.Raw("GET", next, null, []).Records);
        _org.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal("INVALID_QUERY_LOCATOR", _org.Raw("GET", next, null, []).ErrorCode);
    }

    [Fact]
    public void Query_drops_deleted_rows_and_query_all_keeps_them()
    {
        Fill();
        var id = _org.Sandbox.Records("Account")[0].Id;
        _org.Delete($"/sobjects/Account/{id}");
        Assert.Equal(3, _org.Query("SELECT Id FROM Account").Records.Count);
        Assert.Empty(_org.Query($"SELECT Id FROM Account WHERE Id = '{id}'").Records);
        Assert.Equal([id], _org.QueryAll("SELECT Id FROM Account WHERE IsDeleted = true").Column("Id"));
        Assert.Equal([id], _org.QueryAll("SELECT Id FROM Account WHERE Warehouse_Id__c = 'A-1'").Column("Id"));
    }

    [Fact]
    public void Rows_without_an_order_come_in_no_useful_order_when_told()
    {
        Fill();
        var plain = _org.Query("SELECT Id FROM Account").Column("Id");
        _org.Sandbox.Switches = _org.Sandbox.Switches with { ShuffleUnorderedQueries = true };
        var shuffled = _org.Query("SELECT Id FROM Account").Column("Id");
        Assert.NotEqual(plain, shuffled);
        Assert.Equal(plain.Order(), shuffled.Order());
    }

    [Fact]
    public void Subquery_shows_the_children_of_each_row()
    {
        var parent = _org.Create("Account", """{"Name":"P"}""");
        _org.Create("Account", """{"Name":"Q"}""");
        foreach (var name in new[] { "B", "A", "C" })
        {
            _org.Create("Contact", $$"""{"LastName":"{{name}}","AccountId":"{{parent}}"}""");
        }

        var rows = _org.Query("SELECT Name, (SELECT LastName FROM Contacts WHERE LastName != 'C' ORDER BY LastName) FROM Account ORDER BY Name").Records;
        Assert.Equal((2, true), ((int)rows[0]!["Contacts"]!["totalSize"]!, (bool)rows[0]!["Contacts"]!["done"]!));
        Assert.Equal(["A", "B"], rows[0]!["Contacts"]!["records"]!.AsArray().Select(r => r!["LastName"]!.ToString()));
        Assert.True(rows[1]!.AsObject().ContainsKey("Contacts"));
        Assert.Null(rows[1]!["Contacts"]);
    }

    [Theory]
    [InlineData("SELECT (SELECT Id FROM Nope) FROM Account", "INVALID_TYPE")]
    [InlineData("SELECT (SELECT Nope FROM Contacts) FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT (SELECT (SELECT Id FROM Cases) FROM Contacts) FROM Account", "MALFORMED_QUERY")]
    [InlineData("SELECT (SELECT Id FROM Contacts FROM Account", "MALFORMED_QUERY")]
    public void Bad_subquery_is_refused(string soql, string code) => Assert.Equal((400, code), (_org.Query(soql).Status, _org.Query(soql).ErrorCode));

    [Fact]
    public void Numbers_are_written_as_java_writes_doubles()
    {
        _org.Create("Account", """{"Name":"A","AnnualRevenue":12500000,"Health_Score__c":0.5,"NumberOfEmployees":7}""");
        Assert.Contains("\"AnnualRevenue\":1.25E7,\"Health_Score__c\":0.5,\"NumberOfEmployees\":7", _org.Query(
            "SELECT AnnualRevenue, Health_Score__c, NumberOfEmployees FROM Account").Text);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { NumbersWithExponent = false };
        Assert.Contains("\"AnnualRevenue\":12500000.0", _org.Query("SELECT AnnualRevenue FROM Account").Text);
    }

    private void Fill()
    {
        _org.Create("Account", """{"Name":"Alpha","NumberOfEmployees":10,"Site":"HQ","Tags__c":"Beta;Partner","Warehouse_Id__c":"A-1"}""");
        _org.Create("Account", """{"Name":"Beta","NumberOfEmployees":11,"Phone":"1","Health_Score__c":1.5,"Warehouse_Id__c":"A-2"}""");
        _org.Create("Account", """{"Name":"Delta"}""");
        _org.Create("Account", """{"Name":"O'Hara \\ Co","Phone":"2"}""");
    }
}

internal static class QueryPages
{
    public static List<Answer> QueryAllPages(this SalesforceClient org, string soql, params (string Name, string Value)[] headers)
    {
        var pages = new List<Answer> { org.Query(soql, headers) };
        while (pages[^1].Body!["nextRecordsUrl"] is { } next)
        {
            pages.Add(org.Raw("GET", next.ToString(), null, headers));
        }

        return pages;
    }
}
