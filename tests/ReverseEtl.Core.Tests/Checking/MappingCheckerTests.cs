using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Checking;

public class MappingCheckerTests
{
    [Fact]
    public void Fitting_mapping_has_no_problem() => Assert.Empty(Check(CheckSamples.Good));

    [Fact]
    public void Unknown_table_and_object_name_the_nearest()
    {
        var facts = CheckSamples.Facts(Side(side => side with { Source = "analytics.acounts", WriteTo = null })) with { Warehouse = null };
        var mapping = CheckSamples.Good with { Crm = CheckSamples.Good.Crm with { Object = "account" } };

        Assert.Equal(("warehouse.table", "analytics.accounts"), PathAndSuggestion(Assert.Single(MappingChecker.Check(facts))));
        Assert.Contains(("crm.object", "Account"), MappingChecker.Check(CheckSamples.Facts(mapping) with { Crm = null }).Select(PathAndSuggestion));
    }

    [Theory]
    [InlineData("Contract", "Contact")]
    [InlineData("invoice", "Invoice__c")]
    [InlineData("Peple", "Contact")]
    [InlineData("bill", null)]
    [InlineData("Warehouse", null)]
    public void Unknown_object_is_found_by_what_people_call_it(string word, string? name)
    {
        var mapping = CheckSamples.Good with { Crm = CheckSamples.Good.Crm with { Object = word } };
        Assert.Contains(("crm.object", name), MappingChecker.Check(CheckSamples.Facts(mapping) with { Crm = null }).Select(PathAndSuggestion));
    }

    [Fact]
    public void Unknown_columns_name_the_nearest()
    {
        var mapping = Side(side => side with { Key = ["acount_id"], ChangedAt = "update_at", WriteTo = null }) with
        {
            Match = [new("domian", "Web_site", MatchAs.Exact)],
            Fields = [new() { Warehouse = "nane", Crm = "Nam", Owner = FieldOwner.Warehouse }],
        };

        Assert.Equal(
            [
                ("warehouse.key", "account_id"), ("warehouse.changed_at", "updated_at"), ("match[0].warehouse", "domain"), ("match[0].crm", "Website"),
                ("fields[0].warehouse", "name"), ("fields[0].crm", "Name"),
            ],
            Check(mapping).Where(problem => problem.Severity is Severity.Error).Select(PathAndSuggestion));
    }

    [Fact]
    public void Changed_at_must_hold_a_time() =>
        Assert.Equal("Column 'name' holds text, not a point in time.", Assert.Single(Check(Side(side => side with { ChangedAt = "name" }))).Message);

    [Fact]
    public void Table_written_to_needs_key_and_pulled_columns()
    {
        var narrow = CheckSamples.Schema("analytics.narrow", CheckSamples.Field("phone_number", FieldKind.Text));
        var facts = CheckSamples.Facts(Side(side => side with { WriteTo = "analytics.narrow" })) with { WriteTo = narrow };

        Assert.Equal(["warehouse.write_to", "fields[1].warehouse", "fields[2].warehouse"],
            MappingChecker.Check(facts).Select(problem => problem.Path));
    }

    [Fact]
    public void Computed_column_cannot_be_pulled_into() =>
        Assert.Contains(Check(CheckSamples.Plus(Pulled("computed", "Website"))), problem => problem.Message.Contains("computed and cannot be written", StringComparison.Ordinal));

    [Theory]
    [InlineData("Website", "is not unique")]
    [InlineData("Auto_Id__c", "cannot be set when a record is created")]
    [InlineData("Warehouse_Id_c", "has no field")]
    [InlineData("Warehouse_Id_c", "'retl prepare accounts' makes it")]
    public void Key_field_must_be_unique_and_writable(string key, string message) =>
        Assert.Contains(message, Assert.Single(Check(CheckSamples.Good with { Crm = CheckSamples.Good.Crm with { Key = key } })).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_only_field_must_belong_to_the_crm()
    {
        var problem = Assert.Single(Check(CheckSamples.Plus(new() { Warehouse = "updated_at", Crm = "CreatedDate", Owner = FieldOwner.Warehouse })));

        Assert.Equal(("fields[4].owner", "crm", Severity.Error), (problem.Path, problem.Suggestion, problem.Severity));
    }

    [Fact]
    public void Field_that_can_only_be_set_at_creation_is_a_warning() =>
        Assert.Equal(Severity.Warning, Assert.Single(Check(CheckSamples.Plus(new() { Warehouse = "name", Crm = "Origin", Owner = FieldOwner.Warehouse }))).Severity);

    [Fact]
    public void Path_that_leads_nowhere_names_the_nearest()
    {
        var problem = Assert.Single(Check(CheckSamples.Plus(Pulled("domain", "Ownr.Email")) with { Warehouse = CheckSamples.Good.Warehouse with { WriteTo = null } }));

        Assert.Equal(("fields[4].crm", "Owner.Email"), PathAndSuggestion(problem));
    }

    [Fact]
    public void New_record_without_a_required_field_is_a_warning()
    {
        var mapping = CheckSamples.Good with { Fields = [CheckSamples.Phone] };

        var problem = Assert.Single(Check(mapping));
        Assert.Equal((Severity.Warning, "fields"), (problem.Severity, problem.Path));
        Assert.Empty(Check(mapping with { Records = new() { NewInWarehouse = NewRecord.Ignore } }));
    }

    [Fact]
    public void Pulled_column_must_be_in_the_model_to_be_seen_again()
    {
        var landing = CheckSamples.Plus(Pulled("fax", "Website")) with { Warehouse = CheckSamples.Good.Warehouse with { WriteTo = null } };

        var problem = Assert.Single(Check(landing));
        Assert.Equal((Severity.Error, "'analytics.accounts' has no column 'fax'; the model needs it, empty until the first value has landed."), (problem.Severity, problem.Message));
    }

    [Fact]
    public void Column_that_both_model_and_written_table_lack_is_told_once() => Assert.Single(Check(CheckSamples.Plus(Pulled("fax", "Website"))));

    [Theory]
    [InlineData("tags", "Tags__c", ConflictPolicy.Union, true)]
    [InlineData("phone", "Website", ConflictPolicy.Union, false)]
    [InlineData("name", "Website", ConflictPolicy.Append, true)]
    [InlineData("tags", "Tags__c", ConflictPolicy.Append, false)]
    [InlineData("revenue", "AnnualRevenue", ConflictPolicy.Max, true)]
    [InlineData("name", "Website", ConflictPolicy.Min, false)]
    [InlineData("is_active", "IsActive__c", ConflictPolicy.Max, false)]
    public void Policy_must_suit_the_kind(string column, string crm, ConflictPolicy policy, bool good)
    {
        var mapping = CheckSamples.Good with { Fields = [new() { Warehouse = column, Crm = crm, Owner = FieldOwner.Shared, OnConflict = policy }] };

        Assert.Equal(good, Check(mapping).All(problem => problem.Path != "fields[0].on_conflict"));
    }

    [Theory]
    [InlineData("tags", FieldKind.MultiPicklist, FieldKind.Boolean, Severity.Error)]
    [InlineData("x", FieldKind.Boolean, FieldKind.Timestamp, Severity.Error)]
    [InlineData("x", FieldKind.Text, FieldKind.Decimal, Severity.Warning)]
    [InlineData("x", FieldKind.Decimal, FieldKind.Integer, Severity.Warning)]
    [InlineData("x", FieldKind.Integer, FieldKind.Decimal, null)]
    [InlineData("x", FieldKind.Date, FieldKind.Timestamp, null)]
    [InlineData("x", FieldKind.Text, FieldKind.Email, null)]
    [InlineData("x", FieldKind.Text, FieldKind.Picklist, null)]
    public void Kinds_are_an_error_only_when_no_value_fits(string column, FieldKind from, FieldKind to, Severity? severity)
    {
        var facts = CheckSamples.Facts(CheckSamples.Good with { Fields = [new() { Warehouse = column, Crm = "T", Owner = FieldOwner.Warehouse }] }) with
        {
            Warehouse = CheckSamples.Schema("t", [.. CheckSamples.Table.Fields.Values.Where(each => each.Name != column), CheckSamples.Field(column, from)]),
            Crm = CheckSamples.Schema("Account", CheckSamples.Account.Fields["Warehouse_Id__c"], CheckSamples.Account.Fields["Website"], CheckSamples.Field("T", to)),
        };

        Assert.Equal(severity, MappingChecker.Check(facts).Select(problem => (Severity?)problem.Severity).SingleOrDefault());
    }

    [Fact]
    public void What_is_judged_to_never_fit_is_refused_value_by_value()
    {
        FieldKind[] kinds = [FieldKind.Integer, FieldKind.Decimal, FieldKind.Boolean, FieldKind.Date, FieldKind.Timestamp];
        var samples = new Dictionary<FieldKind, string>
        {
            [FieldKind.Integer] = "17", [FieldKind.Decimal] = "1.5", [FieldKind.Boolean] = "true", [FieldKind.Date] = "2026-01-02",
            [FieldKind.Timestamp] = "2026-01-02T03:04:05Z", [FieldKind.MultiPicklist] = "a;b", [FieldKind.Email] = "a@example.com",
        };

        foreach (var (from, to) in samples.Keys.SelectMany(from => kinds.Select(to => (from, to))))
        {
            var refused = new FieldType(to).Refuse(FieldValue.Of(samples[from])) is not null;
            Assert.True(refused || WorstOf(from, to) is not Severity.Error, $"{from} to {to}");
        }
    }

    [Fact]
    public void Reference_must_point_to_the_object_of_its_mapping()
    {
        var mapping = CheckSamples.Plus(new() { Warehouse = "name", Crm = "OwnerId", Owner = FieldOwner.Warehouse, References = "accounts" });

        Assert.Equal("'OwnerId' refers to User, but mapping 'accounts' maps Account.", Assert.Single(Check(mapping)).Message);
    }

    [Fact]
    public void Reference_rule_on_a_plain_field_is_an_error() =>
        Assert.Equal("fields[4].references",
            Assert.Single(Check(CheckSamples.Plus(new() { Warehouse = "name", Crm = "Website", Owner = FieldOwner.Warehouse, References = "accounts" }))).Path);

    [Fact]
    public void Reference_field_without_the_rule_is_a_warning() =>
        Assert.Equal(Severity.Warning, Assert.Single(Check(CheckSamples.Plus(new() { Warehouse = "name", Crm = "OwnerId", Owner = FieldOwner.Warehouse }))).Severity);

    private static Severity? WorstOf(FieldKind from, FieldKind to)
    {
        var facts = CheckSamples.Facts(CheckSamples.Good with { Fields = [new() { Warehouse = "x", Crm = "T", Owner = FieldOwner.Warehouse }] }) with
        {
            Warehouse = CheckSamples.Schema("t", [.. CheckSamples.Table.Fields.Values, CheckSamples.Field("x", from)]),
            Crm = CheckSamples.Schema("Account", CheckSamples.Account.Fields["Warehouse_Id__c"], CheckSamples.Account.Fields["Website"], CheckSamples.Field("T", to)),
        };
        return MappingChecker.Check(facts).Select(problem => (Severity?)problem.Severity).SingleOrDefault();
    }

    private static Mapping Side(Func<WarehouseSide, WarehouseSide> change) => CheckSamples.Good with { Warehouse = change(CheckSamples.Good.Warehouse) };

    private static FieldMapping Pulled(string column, string crm) => new() { Warehouse = column, Crm = crm, Owner = FieldOwner.Crm };

    private static IReadOnlyList<MappingProblem> Check(Mapping mapping) => MappingChecker.Check(CheckSamples.Facts(mapping));

    private static (string Path, string? Suggestion) PathAndSuggestion(MappingProblem problem) => (problem.Path, problem.Suggestion);
}
