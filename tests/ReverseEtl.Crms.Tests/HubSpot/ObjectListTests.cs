using ReverseEtl.Core.Schemas;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>The objects of an account: HubSpot's own by name and number, and those that the account defined by name and label.</summary>
public sealed class ObjectListTests
{
    private const string Subscription = """
        {"name":"subscription","labels":{"singular":"Plan","plural":"Plans"},"primaryDisplayProperty":"hs_object_id"}
        """;

    [Theory]
    [InlineData("2026-09")]
    [InlineData("2026-03")]
    [InlineData("v3")]
    public async Task Custom_object_is_listed_by_the_name_that_describes_it_and_by_its_labels(string version)
    {
        await using var portal = new Portal(version);
        var type = portal.Account.AddSchema(Subscription);

        var objects = await portal.Crm.ListObjectsAsync(default);

        var plan = Assert.Single(objects, each => each.Words.Contains("Plans"));
        Assert.Equal("p4242_subscription", plan.Name);
        Assert.Equal(["subscription", type, "Plan", "Plans"], plan.Words);
        Assert.NotNull(await portal.Crm.DescribeAsync(plan.Name, default));
        Assert.Equal(["contact", "0-1"], Assert.Single(objects, each => each.Name == "contacts").Words);
    }

    [Fact]
    public async Task Account_whose_custom_objects_are_not_shown_has_hubspots_own()
    {
        await using var portal = new Portal();
        portal.Account.AddSchema(Subscription);
        portal.Account.AddToken(new HubSpotToken("narrow", "7", new HashSet<string> { "crm.schemas.deals.read" }));
        await using var crm = portal.Connect("narrow");

        IReadOnlyList<ObjectName> objects = await crm.ListObjectsAsync(default);

        Assert.Contains(objects, each => each.Name == "deals");
        Assert.DoesNotContain(objects, each => each.Words.Contains("Plans"));
    }

    [Fact]
    public async Task Object_that_was_taken_out_of_use_is_not_listed()
    {
        await using var hubspot = new Scripted();
        hubspot.Wire.Then(200, """
            {"results":[{"fullyQualifiedName":"p1_old","name":"old","archived":true},{"objectTypeId":"2-7","labels":{"singular":"New"}},{"name":"nameless"}]}
            """);

        var custom = (await hubspot.Crm.ListObjectsAsync(default)).Where(each => !each.Words.Any(word => word.StartsWith("0-", StringComparison.Ordinal)));

        Assert.Equal(["New"], Assert.Single(custom, each => each.Name == "2-7").Words);
        Assert.Single(custom);
    }
}
