using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Tests.Checking;

public class MappingShapeTests
{
    [Fact]
    public void Good_mapping_has_no_problem() => Assert.Empty(MappingShape.Check(CheckSamples.Good));

    [Fact]
    public void Line_that_stands_twice_is_told()
    {
        var problem = Assert.Single(MappingShape.Check(CheckSamples.Plus(CheckSamples.Phone)));

        Assert.Equal(("fields[4].crm", "'phone' to 'Phone' is mapped twice."), (problem.Path, problem.Message));
    }

    [Fact]
    public void Crm_field_pulled_into_two_columns_is_told()
    {
        var twice = CheckSamples.Plus(new() { Warehouse = "name2", Crm = "owner.email", Owner = FieldOwner.Crm });

        Assert.Equal("'owner.email' is mapped twice, to 'csm_email' and to 'name2'.", Assert.Single(MappingShape.Check(twice)).Message);
    }

    [Fact]
    public void Column_may_feed_several_crm_fields() =>
        Assert.Empty(MappingShape.Check(CheckSamples.Plus(new() { Warehouse = "name", Crm = "Site", Owner = FieldOwner.Warehouse })));

    [Fact]
    public void Column_owned_by_the_crm_cannot_be_pushed() =>
        Assert.StartsWith("Column 'csm_email' has two owners",
            Assert.Single(MappingShape.Check(CheckSamples.Plus(new() { Warehouse = "csm_email", Crm = "Csm__c", Owner = FieldOwner.Warehouse }))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Match_rule_needs_a_field_of_the_record_itself() =>
        Assert.Equal("match[0].crm", Assert.Single(MappingShape.Check(CheckSamples.Good with { Match = [new("domain", "Owner.Email", MatchAs.Email)] })).Path);

    [Fact]
    public void Rules_of_the_other_owner_are_told()
    {
        var mapping = CheckSamples.Good with
        {
            Fields =
            [
                new() { Warehouse = "name", Crm = "Name", Owner = FieldOwner.Warehouse, OnConflict = ConflictPolicy.Max },
                new() { Warehouse = "phone", Crm = "Phone", Owner = FieldOwner.Shared, OnDrift = DriftRule.Flag },
            ],
        };

        Assert.Equal(["fields[0].on_conflict", "fields[1].on_drift"], MappingShape.Check(mapping).Select(problem => problem.Path));
    }
}
