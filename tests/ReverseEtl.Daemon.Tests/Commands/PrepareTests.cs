using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Tests.Commands;

public class PrepareTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Key_that_is_there_needs_nothing_in_the_documented_shape()
    {
        var answer = await _bench.RunAsync("prepare", "accounts", "--json");

        Assert.Equal(0, answer.Exit);
        Assert.Equal(
            ["mapping", "connection", "object", "key", "ready", "made", "can_make", "for_admin", "error"],
            answer.Json[0].EnumerateObject().Select(key => key.Name));
        Assert.True(answer.Json[0].GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task What_an_administrator_must_do_is_printed_and_ends_with_3()
    {
        _bench.Sides.Salesforce.Schema = Schemas.Of("Account", ("Name", FieldKind.Text));

        var answer = await _bench.RunAsync("prepare");

        Assert.Equal(3, answer.Exit);
        Assert.Contains("for an administrator: Create a field Warehouse_Id__c on Account", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "prepare", "--json" }, "made", 0)]
    [InlineData(new[] { "prepare", "--check", "--json" }, "can_make", 3)]
    public async Task What_the_api_can_make_is_made_unless_only_a_look_is_asked_for(string[] command, string where, int exit)
    {
        _bench.Sides.Salesforce.Key = creates => creates ? new(true) { Made = ["the property"] } : new(false) { CanMake = ["the property"] };

        var answer = await _bench.RunAsync(command);

        Assert.Equal((exit, "the property"), (answer.Exit, Assert.Single(answer.Json[0].GetProperty(where).EnumerateArray()).GetString()));
    }

    [Fact]
    public async Task Crm_that_does_not_answer_is_told_and_ends_with_1()
    {
        _bench.Sides.Salesforce.Failure = new PortException(PortTrouble.Unavailable, "no route to host");

        var answer = await _bench.RunAsync("prepare", "--json");

        Assert.Equal((1, "no route to host"), (answer.Exit, answer.Json[0].GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData(false, true, true, "Make Warehouse_Id__c of Account unique, as an external id.")]
    [InlineData(true, false, true, "Let the user of this connection edit Warehouse_Id__c of Account.")]
    [InlineData(true, true, false, "Let the user of this connection edit Warehouse_Id__c of Account.")]
    [InlineData(true, true, true, null)]
    public void Key_that_cannot_carry_a_key_says_why(bool unique, bool createable, bool updateable, string? toDo)
    {
        var field = new Core.Schemas.FieldSchema("Warehouse_Id__c", new FieldType(FieldKind.Text)) { Unique = unique, Createable = createable, Updateable = updateable };
        var schema = new Core.Schemas.SideSchema("Account", new Dictionary<string, Core.Schemas.FieldSchema> { [field.Name] = field });

        Assert.Equal(toDo is null ? [] : [toDo], KeyPreparation.Of(schema, "Account", "Warehouse_Id__c").ForAdmin);
        Assert.Contains("visible", Assert.Single(KeyPreparation.Of(null, "Account", "Warehouse_Id__c").ForAdmin), StringComparison.Ordinal);
    }
}
