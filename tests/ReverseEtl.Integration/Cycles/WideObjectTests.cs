using System.Text.Json.Nodes;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>An object with more fields than one address of a query can name.</summary>
public sealed class WideObjectTests : Scenario
{
    private const int Width = 250;

    [Fact]
    public async Task Plan_of_250_fields_shows_what_changed_and_nothing_else()
    {
        await BeginAsync(People.Salesforce, p => p.Mapping with
        {
            Fields = [.. p.Mapping.Fields, .. Enumerable.Range(1, Width).Select(i => new FieldMapping { Warehouse = $"c{i}", Crm = Name(i), Owner = FieldOwner.Warehouse })],
        });
        await World.SqlAsync($"alter table people {string.Join(", ", Enumerable.Range(1, Width).Select(i => $"add column c{i} text default '{i}'"))}");
        for (var i = 1; i <= Width; i++)
        {
            World.Screen.AddField(People.Contacts, new JsonObject { ["name"] = Name(i), ["type"] = "string", ["length"] = 255 });
        }

        await AddAsync("P-1");
        await AddAsync("P-2");
        var first = await PlanAsync();
        Assert.Equal([(Width + 2, "create"), (Width + 2, "create")], first.Changes.Select(c => (c.Fields.Count, c.Action)));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-2", "c250", "changed");

        var plan = await PlanAsync();

        var change = Assert.Single(plan.Changes);
        Assert.Equal(("P-2", Name(250), "250", "changed"), (change.Key, Assert.Single(change.Fields).Field, change.Fields[0].Before.Text, change.Fields[0].After.Text));
        await SyncAsync();
        await RestsAsync();
    }

    private static string Name(int i) => $"A_Field_With_A_Name_As_Long_As_They_Come_{i}__c";
}
