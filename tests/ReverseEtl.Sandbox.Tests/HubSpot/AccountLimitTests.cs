using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

/// <summary>What the account may hold, and how much of it is used.</summary>
public sealed class AccountLimitTests
{
    private const string Cars = """
        {"name":"car","labels":{"singular":"Car","plural":"Cars"},"primaryDisplayProperty":"plate",
         "properties":[{"name":"plate","label":"Plate","type":"string","fieldType":"text"}]}
        """;

    private readonly Portal _portal = new();

    [Theory]
    [InlineData("/crm/limits/2026-09")]
    [InlineData("/crm/v3/limits")]
    public async Task Records_and_properties_are_counted_by_type(string root)
    {
        var type = _portal.Crm.AddSchema(Cars);
        _portal.Contact("a@ex.test");
        _portal.Crm.ArchiveAsUser("contacts", _portal.Contact("b@ex.test"));
        _portal.Crm.CreateAsUser(type, new Dictionary<string, string?> { ["plate"] = "B-1" });
        var records = (await _portal.Get($"{root}/records")).Body;
        Assert.Equal(1, Usage(records["hubspotDefinedObjectTypes"]!, "0-1"));
        Assert.Equal((1, 1), (Usage(records["customObjectTypes"]!["byObjectType"]!, type), (int)records["customObjectTypes"]!["overallUsage"]!));
        Assert.Equal(1, Usage((await _portal.Get($"{root}/custom-properties")).Body["byObjectType"]!, type));
        Assert.Equal(1, (int)(await _portal.Get($"{root}/custom-object-types")).Body["usage"]!);
    }

    [Fact]
    public async Task Labels_are_counted_by_direction()
    {
        await _portal.Post("/crm/associations/2026-09/contacts/companies/labels", """{"name":"billing","label":"Billing"}""");
        var all = (await _portal.Get("/crm/limits/2026-09/associations/labels")).Results;
        Assert.Equal(["0-1", "0-2"], all.Select(l => (string)l!["fromObjectTypeId"]!).Order());
        var one = (await _portal.Get("/crm/limits/2026-09/associations/labels?fromObjectTypeId=0-1&toObjectTypeId=companies")).Results;
        Assert.Equal((1, 10), ((int)Assert.Single(one)!["usage"]!, (int)one[0]!["limit"]!));
        Assert.Equal(400, (await _portal.Get("/crm/limits/2026-09/associations/labels?fromObjectTypeId=nope")).Status);
    }

    [Theory]
    [InlineData("GET", "nothing", 404)]
    [InlineData("POST", "records", 405)]
    public async Task Other_calls_are_refused(string method, string path, int status) =>
        Assert.Equal(status, (await _portal.Send(new HttpMethod(method), $"/crm/limits/2026-09/{path}")).Status);

    private static int Usage(JsonNode types, string id) =>
        (int)types.AsArray().Single(t => (string?)t!["objectTypeId"] == id)!["usage"]!;
}
