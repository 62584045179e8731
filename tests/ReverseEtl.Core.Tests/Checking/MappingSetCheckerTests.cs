using ReverseEtl.Core.Checking;

namespace ReverseEtl.Core.Tests.Checking;

public class MappingSetCheckerTests
{
    [Fact]
    public void Reference_into_another_crm_is_told()
    {
        var parent = CheckSamples.Of("parents") with
        {
            Crm = CheckSamples.Good.Crm with { Connection = "hubspot" },
            Warehouse = CheckSamples.Good.Warehouse with { WriteTo = null },
        };

        var found = Assert.Single(MappingSetChecker.Check([CheckSamples.Of("children", "parents"), parent]));

        Assert.Equal(("children", "fields[1].references"), (found.Mapping, found.Problem.Path));
        Assert.Contains("records of another CRM cannot be referred to", found.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Same_field_of_another_object_is_another_field() =>
        Assert.DoesNotContain(MappingSetChecker.Check([CheckSamples.Of("a"), CheckSamples.Of("b") with { Warehouse = CheckSamples.Good.Warehouse with { WriteTo = null } }]),
            found => found.Problem.Path.EndsWith("crm", StringComparison.Ordinal));

    [Fact]
    public void Column_written_by_two_mappings_has_two_owners()
    {
        var found = MappingSetChecker.Check([CheckSamples.Of("a"), CheckSamples.Of("b")]);

        Assert.Equal("Column 'phone' of 'analytics.accounts' has two owners: mapping 'a' writes it too.", Assert.Single(found).Problem.Message);
    }

    [Fact]
    public void Key_field_of_two_mappings_has_two_owners()
    {
        var twin = CheckSamples.Good with { Name = "twin", Fields = [new() { Warehouse = "x", Crm = "X", Owner = Core.Mappings.FieldOwner.Warehouse }] };

        Assert.Equal("crm.key", Assert.Single(MappingSetChecker.Check([CheckSamples.Good, twin])).Problem.Path);
    }

    [Fact]
    public void Unknown_connection_names_the_configured_ones()
    {
        var problems = ConnectionChecks.Check(CheckSamples.Good, ["Main"], ["salesforce_prod", "hubspot"]);

        var problem = Assert.Single(problems);
        Assert.Equal(("crm.connection", "There is no connection 'salesforce' under Crms in the configuration; hubspot, salesforce_prod are configured.", "salesforce_prod"),
            (problem.Path, problem.Message, problem.Suggestion));
    }
}
