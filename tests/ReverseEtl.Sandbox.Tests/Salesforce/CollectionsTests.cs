using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class CollectionsTests
{
    private const string Upsert = "/composite/sobjects/Contact/Warehouse_Id__c";
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Upsert_answers_each_record_in_order_with_status_codes()
    {
        _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"A-9"}""");
        _org.Create("Contact", """{"LastName":"Old","Warehouse_Id__c":"C-0"}""");
        var answer = _org.Patch(Upsert, """
            {"allOrNone":false,"records":[
            {"attributes":{"type":"Contact"},"Warehouse_Id__c":"C-1","LastName":"Ito","Account":{"Warehouse_Id__c":"A-9"}},
            {"attributes":{"type":"Contact"},"Warehouse_Id__c":"C-2","LastName":null},
            {"attributes":{"type":"Contact"},"Warehouse_Id__c":"C-3","LastName":"Roy","OwnerId":"005000000000001AAA"},
            {"attributes":{"type":"Contact"},"Warehouse_Id__c":"C-0","LastName":"New"}]}
            """);
        Assert.Equal(200, answer.Status);
        Assert.Equal([true, false, false, true], answer.Body!.AsArray().Select(r => r!["success"]!.GetValue<bool>()));
        Assert.True(answer.Body[0]!["created"]!.GetValue<bool>());
        Assert.False(answer.Body[3]!["created"]!.GetValue<bool>());
        Assert.Equal(
            """{"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [LastName]","fields":["LastName"]}]}""",
            answer.Body[1]!.ToJsonString());
        Assert.Equal(
            """{"success":false,"errors":[{"statusCode":"INVALID_CROSS_REFERENCE_KEY","message":"invalid cross reference id","fields":["OwnerId"]}]}""",
            answer.Body[2]!.ToJsonString());
        Assert.Equal("api-usage=3/100000", answer.Header("Sforce-Limit-Info"));
    }

    [Fact]
    public void All_or_none_rolls_the_bystanders_back()
    {
        var answer = _org.Post("/composite/sobjects", """
            {"allOrNone":true,"records":[{"attributes":{"type":"Account"},"Name":"A","Warehouse_Id__c":"1"},{"attributes":{"type":"Account"}},{"attributes":{"type":"Contact"},"LastName":"C"}]}
            """);
        Assert.Equal(
            ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING", "ALL_OR_NONE_OPERATION_ROLLED_BACK"],
            answer.Body!.AsArray().Select(r => r!["errors"]![0]!["statusCode"]!.ToString()));
        Assert.Empty(_org.Sandbox.Records("Account", includeDeleted: true));
        Assert.Empty(_org.Sandbox.Records("Contact"));
        Assert.All(_org.Sandbox.Writes, w => Assert.False(w.Success));
        Assert.Equal(201, _org.Post("/sobjects/Account", """{"Name":"A","Warehouse_Id__c":"1"}""").Status);
    }

    [Fact]
    public void All_or_none_restores_updated_and_deleted_rows()
    {
        var a = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"1"}""");
        _org.Patch("/composite/sobjects", $$"""{"allOrNone":true,"records":[{"attributes":{"type":"Account"},"id":"{{a}}","Warehouse_Id__c":"2"},{"attributes":{"type":"Account"},"id":"{{a}}","Name":null}]}""");
        Assert.Equal("1", _org.Sandbox.Record("Account", a)!["Warehouse_Id__c"]);
        Assert.Equal(200, _org.Get("/sobjects/Account/Warehouse_Id__c/1").Status);
        _org.Delete($"/composite/sobjects?ids={a},001000000000001AAA&allOrNone=true");
        Assert.False(_org.Sandbox.Record("Account", a)!.IsDeleted);
    }

    [Fact]
    public void More_than_200_records_and_more_than_10_chunks_fail_the_call()
    {
        var rows = string.Join(',', Enumerable.Repeat("""{"attributes":{"type":"Account"},"Name":"A"}""", 201));
        Assert.Equal((400, "EXCEEDED_ID_LIMIT"), Pair(_org.Post("/composite/sobjects", $$"""{"records":[{{rows}}]}""")));
        var mixed = string.Join(',', Enumerable.Repeat("""{"attributes":{"type":"Account"},"Name":"A"},{"attributes":{"type":"Contact"},"LastName":"C"}""", 5));
        Assert.Equal(200, _org.Post("/composite/sobjects", $$"""{"records":[{{mixed}}]}""").Status);
        Assert.Equal((400, "LIMIT_EXCEEDED"), Pair(_org.Post("/composite/sobjects", $$"""{"records":[{{mixed}},{"attributes":{"type":"Account"},"Name":"A"}]}""")));
        Assert.Equal(5, _org.Sandbox.Records("Account").Count);
    }

    [Theory]
    [InlineData("""{"attributes":{"type":"Account"},"Nope__c":1}""", "INVALID_FIELD")]
    [InlineData("""{"attributes":{"type":"Account"},"NumberOfEmployees":"many"}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"attributes":{"type":"Nope"},"Name":"A"}""", "INVALID_TYPE")]
    [InlineData("""{"Name":"A"}""", "INVALID_INPUT")]
    public void Unreadable_record_fails_the_whole_call(string record, string code)
    {
        var answer = _org.Post("/composite/sobjects", $$"""{"records":[{"attributes":{"type":"Account"},"Name":"Good"},{{record}}]}""");
        Assert.Equal((400, code), Pair(answer));
        Assert.Empty(_org.Sandbox.Records("Account"));
    }

    [Fact]
    public void Number_out_of_all_range_fails_its_record_alone()
    {
        var results = _org.Post("/composite/sobjects", """
            {"records":[{"attributes":{"type":"Account"},"Name":"A","AnnualRevenue":1e30},{"attributes":{"type":"Account"},"Name":"B","AnnualRevenue":1e20},
            {"attributes":{"type":"Account"},"Name":"C"}]}
            """).Body!.AsArray();
        Assert.Equal([false, false, true], results.Select(r => (bool)r!["success"]!));
        Assert.All(results.Take(2), r => Assert.Equal("NUMBER_OUTSIDE_VALID_RANGE", r!["errors"]![0]!["statusCode"]!.ToString()));
    }

    [Fact]
    public void Same_external_id_twice_fails_both()
    {
        var answer = _org.Patch(Upsert, """
            {"records":[{"attributes":{"type":"Contact"},"Warehouse_Id__c":"C-1","LastName":"A"},{"attributes":{"type":"Contact"},"Warehouse_Id__c":"C-2","LastName":"B"},
            {"attributes":{"type":"Contact"},"Warehouse_Id__c":"c-1","LastName":"C"}]}
            """);
        Assert.Equal([false, true, false], answer.Body!.AsArray().Select(r => r!["success"]!.GetValue<bool>()));
        Assert.Equal("DUPLICATE_VALUE", answer.Body[0]!["errors"]![0]!["statusCode"]!.ToString());
        Assert.Equal("Duplicate external id specified: C-1", answer.Body[0]!["errors"]![0]!["message"]!.ToString());
    }

    [Fact]
    public void Upsert_without_its_key_or_with_an_id_is_refused()
    {
        var answer = _org.Patch(Upsert, """
            {"records":[{"attributes":{"type":"Contact"},"LastName":"A"},{"attributes":{"type":"Contact"},"Warehouse_Id__c":"1","id":"003000000000001AAA","LastName":"A"}]}
            """);
        Assert.Equal(["MISSING_ARGUMENT", "INVALID_FIELD"], answer.Body!.AsArray().Select(r => r!["errors"]![0]!["statusCode"]!.ToString()));
        Assert.Equal(404, _org.Patch("/composite/sobjects/Contact/LastName", """{"records":[{"attributes":{"type":"Contact"},"LastName":"A"}]}""").Status);
    }

    [Fact]
    public void Upsert_by_id_lookup_field_and_by_null_id_work_as_recorded()
    {
        var byEmail = _org.Patch("/composite/sobjects/Contact/Email", """{"records":[{"attributes":{"type":"Contact"},"LastName":"A","Email":"Chloe.Myers@example.com"}]}""");
        Assert.True(byEmail.Body![0]!["created"]!.GetValue<bool>());
        Assert.False(_org.Patch("/composite/sobjects/Contact/Email", """{"records":[{"attributes":{"type":"Contact"},"Email":"chloe.myers@EXAMPLE.com","Title":"T"}]}""").Body![0]!["created"]!.GetValue<bool>());
        var byId = _org.Patch("/composite/sobjects/Account/Id", """{"records":[{"attributes":{"type":"Account"},"Id":null,"Name":"Sitwell-Bluth"}]}""");
        Assert.True(byId.Body![0]!["created"]!.GetValue<bool>());
    }

    [Fact]
    public void Parent_in_the_same_call_does_not_resolve()
    {
        var answer = _org.Post("/composite/sobjects", """
            {"records":[{"attributes":{"type":"Account"},"Name":"A","Warehouse_Id__c":"P"},{"attributes":{"type":"Contact"},"LastName":"C","Account":{"Warehouse_Id__c":"P"}}]}
            """);
        Assert.Equal([true, false], answer.Body!.AsArray().Select(r => r!["success"]!.GetValue<bool>()));
        Assert.StartsWith("Foreign key external ID: P not found", answer.Body![1]!["errors"]![0]!["message"]!.ToString());
    }

    [Fact]
    public void Update_tells_missing_malformed_purged_and_deleted_ids_apart()
    {
        var deleted = _org.Create("Account", """{"Name":"A"}""");
        _org.Delete($"/sobjects/Account/{deleted}");
        var answer = _org.Patch("/composite/sobjects", $$"""
            {"records":[{"attributes":{"type":"Account"},"Name":"x"},{"attributes":{"type":"Account"},"id":"bad","Name":"x"},
            {"attributes":{"type":"Account"},"id":"001000000000001AAA","Name":"x"},{"attributes":{"type":"Account"},"id":"{{deleted}}","Name":"x"}]}
            """);
        Assert.Equal(
            ["MISSING_ARGUMENT", "MALFORMED_ID", "INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED"],
            answer.Body!.AsArray().Select(r => r!["errors"]![0]!["statusCode"]!.ToString()));
    }

    [Fact]
    public void Delete_takes_mixed_objects()
    {
        var a = _org.Create("Account", """{"Name":"A"}""");
        var c = _org.Create("Contact", """{"LastName":"C"}""");
        var answer = _org.Delete($"/composite/sobjects?ids={a},{c},{a},junk");
        Assert.Equal([true, true, false, false], answer.Body!.AsArray().Select(r => r!["success"]!.GetValue<bool>()));
        Assert.Equal(a, answer.Body![0]!["id"]!.ToString());
        Assert.Equal("ENTITY_IS_DELETED", answer.Body![2]!["errors"]![0]!["statusCode"]!.ToString());
    }

    [Fact]
    public void Retrieve_answers_null_for_what_is_not_there()
    {
        var a = _org.Create("Account", """{"Name":"A"}""");
        var gone = _org.Create("Account", """{"Name":"B"}""");
        _org.Delete($"/sobjects/Account/{gone}");
        var posted = _org.Post("/composite/sobjects/Account", $$"""{"ids":["{{gone}}","{{a}}","junk"],"fields":["Name"]}""");
        Assert.Equal([null, "A", null], posted.Body!.AsArray().Select(r => r?["Name"]?.ToString()));
        var got = _org.Get($"/composite/sobjects/Account?ids={a},{gone}&fields=Id,Name");
        Assert.Equal(["A", null], got.Body!.AsArray().Select(r => r?["Name"]?.ToString()));
        Assert.Equal("INVALID_FIELD", _org.Get($"/composite/sobjects/Account?ids={a}&fields=Nope").ErrorCode);
        var many = new JsonArray([.. Enumerable.Repeat(a, 2001).Select(i => JsonValue.Create(i))]).ToJsonString();
        Assert.Equal(400, _org.Post("/composite/sobjects/Account", $$"""{"ids":{{many}},"fields":["Name"]}""").Status);
    }

    [Fact]
    public void Locked_row_fails_its_whole_chunk_the_given_number_of_times()
    {
        var a = _org.Create("Account", """{"Name":"A"}""");
        var b = _org.Create("Account", """{"Name":"B"}""");
        _org.Sandbox.LockRows([a], 1);
        var body = $$"""{"records":[{"attributes":{"type":"Account"},"id":"{{b}}","Phone":"1"},{"attributes":{"type":"Account"},"id":"{{a}}","Phone":"1"},{"attributes":{"type":"Contact"},"id":"003000000000001AAA"}]}""";
        Assert.Equal(
            ["UNABLE_TO_LOCK_ROW", "UNABLE_TO_LOCK_ROW", "INVALID_CROSS_REFERENCE_KEY"],
            _org.Patch("/composite/sobjects", body).Body!.AsArray().Select(r => r!["errors"]![0]!["statusCode"]!.ToString()));
        Assert.Equal([true, true, false], _org.Patch("/composite/sobjects", body).Body!.AsArray().Select(r => r!["success"]!.GetValue<bool>()));
    }

    [Fact]
    public void Locked_parent_refuses_its_child()
    {
        var a = _org.Create("Account", """{"Name":"A"}""");
        _org.Sandbox.LockRows([a], 2);
        Assert.Equal("UNABLE_TO_LOCK_ROW", _org.Post("/sobjects/Contact", $$"""{"LastName":"C","AccountId":"{{a}}"}""").ErrorCode);
        Assert.StartsWith($"unable to obtain exclusive access to this record or 1 records: {a}", _org.Patch($"/sobjects/Account/{a}", "{}").Message);
        Assert.Equal(204, _org.Patch($"/sobjects/Account/{a}", "{}").Status);
    }

    [Fact]
    public void Users_cannot_be_written_through_the_api()
    {
        Assert.Equal("INSUFFICIENT_ACCESS_OR_READONLY", _org.Patch($"/sobjects/User/{_org.Sandbox.HumanUserId}", """{"Title":"Boss"}""").ErrorCode);
    }

    private static (int Status, string? Code) Pair(Answer answer) => (answer.Status, answer.ErrorCode);
}
