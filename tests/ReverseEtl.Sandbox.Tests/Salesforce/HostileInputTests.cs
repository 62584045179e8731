using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class HostileInputTests
{
    private readonly SalesforceClient _org = new();

    [Theory]
    [InlineData("""{"Name":"\ud800"}""")]
    [InlineData("""{"\uDC00":"x"}""")]
    [InlineData("""{"Name":1e400}""")]
    [InlineData("""{"Name":["x"]}""")]
    [InlineData("""{"AnnualRevenue":1e400,"Name":"x"}""")]
    [InlineData("""{"Parent":{"Warehouse_Id__c":{}},"Name":"x"}""")]
    [InlineData("""{"Parent":[],"Name":"x"}""")]
    [InlineData("""{"Parent":null,"Name":"x"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public void Body_of_a_row_is_answered_with_400(string body)
    {
        Assert.Equal(400, _org.Post("/sobjects/Account", body, ("Content-Type", "application/json")).Status);
    }

    [Theory]
    [InlineData("""{"records":[null]}""")]
    [InlineData("""{"records":[1]}""")]
    [InlineData("""{"records":[]}""")]
    [InlineData("""{"records":{}}""")]
    [InlineData("""{"records":[{"attributes":{"type":{}}}]}""")]
    [InlineData("""{}""")]
    public void Body_of_a_collection_is_answered_with_400(string body) => Assert.Equal(400, _org.Post("/composite/sobjects", body).Status);

    [Theory]
    [InlineData("""{"compositeRequest":[null]}""")]
    [InlineData("""{"compositeRequest":[{"method":1,"url":{},"referenceId":"a","httpHeaders":[]}]}""")]
    [InlineData("""{"compositeRequest":[{"method":"GET","url":"@{a[99999999999].b}","referenceId":"b"}]}""")]
    public void Body_of_a_composite_is_answered(string body) => Assert.InRange(_org.Post("/composite", body).Status, 200, 400);

    [Fact]
    public void Bytes_that_are_no_utf8_are_400()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Authorization"] = $"Bearer {_org.Token}",
            ["Content-Type"] = "application/json",
        };
        byte[] body = [.. "{\"Name\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Equal(400, _org.Sandbox.Handle(new SandboxRequest("POST", SalesforceClient.Api + "/sobjects/Account", headers, body)).Status);
    }

    [Fact]
    public void Query_nested_too_deep_is_refused()
    {
        Assert.Equal("QUERY_TOO_COMPLICATED", _org.Query("SELECT Id FROM Account WHERE " + new string('(', 4000)).ErrorCode);
        Assert.Equal("QUERY_TOO_COMPLICATED", _org.Query("SELECT Id FROM Account WHERE " + string.Concat(Enumerable.Repeat("NOT ", 2000))).ErrorCode);
        Assert.Equal(200, _org.Query($"SELECT Id FROM Account LIMIT {int.MaxValue} OFFSET 5").Status);
    }
}
