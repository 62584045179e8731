using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Checking;

public sealed class RecordRuleTests
{
    private static readonly ArchiveField Inactive = new("Status__c", "Inactive", "Active");

    [Fact]
    public void Update_only_that_is_told_to_create_is_an_error() => Assert.Equal(
        ("records.new_in_warehouse", "ignore"), Only(new RecordRules { Mode = WriteMode.UpdateOnly }));

    [Fact]
    public void Update_only_that_is_told_to_recreate_is_an_error() => Assert.Equal(
        ("records.gone_from_crm", "keep"),
        Only(new RecordRules { Mode = WriteMode.UpdateOnly, NewInWarehouse = NewRecord.Ignore, GoneFromCrm = GoneFromCrm.Recreate }));

    [Fact]
    public void Mirror_that_is_told_to_keep_is_an_error() => Assert.Equal(
        ("records.gone_from_warehouse", "delete"), Only(new RecordRules { Mode = WriteMode.Mirror }));

    [Fact]
    public void Create_only_has_no_shared_fields() => Assert.Equal(("fields[1].owner", null), Only(new RecordRules { Mode = WriteMode.CreateOnly }));

    [Fact]
    public void Archive_without_its_rule_is_an_error() => Assert.Equal(("records.archive", null), Only(new RecordRules { Archive = Inactive }));

    [Fact]
    public void Archive_by_a_field_that_is_written_from_the_warehouse_is_an_error() => Assert.Equal(
        ("records.archive.field", null), Only(Archiving(Inactive with { Field = "name" })));

    [Fact]
    public void Archive_that_restores_what_it_set_is_an_error() => Assert.Equal(
        ("records.archive.restore", null), Only(Archiving(Inactive with { Restore = "Inactive" })));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Purge_needs_a_number_as_its_guard(bool isShare)
    {
        var mapping = CheckSamples.Good with
        {
            Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.PurgeIrrecoverably },
            Guard = new Guard { MaxDeletes = new Cap(5, isShare) },
        };

        Assert.Equal(isShare ? ["records.gone_from_warehouse"] : [], MappingShape.Check(mapping).Select(p => p.Path));
    }

    [Theory]
    [InlineData("Status__c", "Inactive", "Active", null, null)]
    [InlineData("Statu__c", "Inactive", null, "records.archive.field", "Status__c")]
    [InlineData("Status__c", "inactiv", null, "records.archive.value", "Inactive")]
    [InlineData("Status__c", "Inactive", "Activ", "records.archive.restore", "Active")]
    [InlineData("CreatedDate", "2020-01-01T00:00:00Z", null, "records.archive.field", null)]
    public void Archive_field_must_be_there_and_hold_its_values(string field, string value, string? restore, string? path, string? suggestion)
    {
        var mapping = CheckSamples.Good with { Records = Archiving(new ArchiveField(field, value, restore)) };
        var facts = CheckSamples.Facts(mapping) with { Crm = WithStatus };

        var problems = MappingChecker.Check(facts).Where(p => p.Path.StartsWith("records", StringComparison.Ordinal)).Select(p => (p.Path, p.Suggestion));

        Assert.Equal(path is null ? [] : [(path, suggestion)], problems);
    }

    [Fact]
    public void Path_that_the_crm_can_resolve_may_be_written()
    {
        var mapping = CheckSamples.Good with { Fields = [new() { Warehouse = "csm_email", Crm = "Owner.Email", Owner = FieldOwner.Warehouse }] };
        var facts = CheckSamples.Facts(mapping);
        var path = CheckSamples.Field("Owner.Email", FieldKind.Email);

        Assert.Equal(["fields[0].owner"], Errors(facts));
        Assert.Empty(Errors(facts with { Paths = new Dictionary<string, FieldSchema?> { ["Owner.Email"] = path } }));
        Assert.Empty(MappingShape.Check(mapping));
    }

    [Theory]
    [InlineData("Mobile_Number__c", "Mobile2__c")]
    [InlineData("Mobil_Number__c", "Mobile2__c")]
    [InlineData("Industri", "Industry")]
    [InlineData("Nothing_Like_It__c", null)]
    public void Field_that_is_gone_is_looked_for_by_name_and_then_by_what_people_call_it(string name, string? mend)
    {
        var mapping = CheckSamples.Good with { Fields = [CheckSamples.Phone with { Crm = name }] };
        var schema = CheckSamples.Account with
        {
            Fields = CheckSamples.Account.Fields.Values.Append(CheckSamples.Field("Mobile2__c", FieldKind.Text) with { Label = "Mobile Number" })
                .ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase),
        };

        var problem = Assert.Single(MappingChecker.Check(CheckSamples.Facts(mapping) with { Crm = schema }), p => p.Path == "fields[0].crm");

        Assert.Equal(mend, problem.Suggestion);
    }

    [Fact]
    public void Converted_to_names_an_object_and_a_unique_field_of_it()
    {
        var mapping = CheckSamples.Good with { Crm = CheckSamples.Good.Crm with { ConvertedTo = new ConvertedTo("Contact", "Warehouse_Id__c") } };
        var facts = CheckSamples.Facts(mapping);

        Assert.Equal(["crm.converted_to.object"], Errors(facts));
        Assert.Equal(["crm.converted_to.key"], Errors(facts with { ConvertedTo = CheckSamples.Schema("Contact", CheckSamples.Field("Warehouse_Id__c", FieldKind.Text)) }));
        Assert.Empty(Errors(facts with
        {
            ConvertedTo = CheckSamples.Schema("Contact", CheckSamples.Field("Warehouse_Id__c", FieldKind.Text) with { Unique = true }),
        }));
    }

    private static SideSchema WithStatus => CheckSamples.Account with
    {
        Fields = CheckSamples.Account.Fields.Values
            .Append(new FieldSchema("Status__c", new FieldType(FieldKind.Picklist) { Options = ["Active", "Inactive"] }))
            .ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase),
    };

    private static RecordRules Archiving(ArchiveField archive) => new() { GoneFromWarehouse = GoneFromWarehouse.Archive, Archive = archive };

    private static (string, string?) Only(RecordRules rules)
    {
        var problem = Assert.Single(MappingShape.Check(CheckSamples.Good with { Records = rules }));
        return (problem.Path, problem.Suggestion);
    }

    private static IEnumerable<string> Errors(MappingFacts facts) => MappingChecker.Check(facts).Where(p => p.Severity is Severity.Error).Select(p => p.Path);
}
