using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Tests.MappingFiles;

public class AssociationFileTests
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData("type: primary", "associations.Account.primary", false)]
    [InlineData("type: Decision maker v1.2", "associations.Account.Decision maker v1.2", false)]
    [InlineData("type: default, many: true", "associations.Account.default", true)]
    [InlineData("many: false", "associations.Account.default", false)]
    public void Line_is_a_field_of_the_warehouse_that_leads_to_the_object_of_the_other_mapping(string words, string path, bool many)
    {
        var folder = Join(("accounts.yaml", SampleMapping.Text), ("contacts.yaml", Contacts($"{{ warehouse: account, to: accounts, {words} }}")));

        Assert.Empty(folder.Problems);
        var field = folder.Mappings[1].Fields[^1];
        Assert.Equal(("account", path, FieldOwner.Warehouse, "accounts", many), (field.Warehouse, field.Crm, field.Owner, field.References, field.Association!.Many));
        Assert.Equal(["accounts", "contacts"], MappingOrder.ParentsFirst([.. folder.Mappings.Reverse()]).Select(mapping => mapping.Name));
    }

    [Fact]
    public void Unknown_mapping_is_told_at_its_place_with_the_nearest_one()
    {
        var problem = Assert.Single(Join(
            ("accounts.yaml", SampleMapping.Text), ("contacts.yaml", Contacts("{ warehouse: account, to: acounts, type: primary }"))).Problems);

        Assert.Equal(("contacts.yaml", 23, "associations[0].to", "There is no mapping 'acounts'.", "accounts"),
            (problem.File, problem.Line, problem.Path, problem.Message, problem.Suggestion));
    }

    [Theory]
    [InlineData("{ warehouse: account, to: accounts, type: primary, many: true }", "associations[0].many", "A record has one primary link only")]
    [InlineData("{ warehouse: account, to: accounts, many: several }", "associations[0].many", "must be true or false, not text")]
    [InlineData("{ warehouse: account, to: accounts, tpye: primary }", "associations[0].tpye", "There is no key 'tpye'")]
    [InlineData("{ warehouse: account }", "associations[0].to", "The key 'to' is missing")]
    public void Wrong_line_is_told_at_its_place(string line, string path, string message)
    {
        var problem = Assert.Single(Join(("accounts.yaml", SampleMapping.Text), ("contacts.yaml", Contacts(line))).Problems);

        Assert.Equal((23, path), (problem.Line, problem.Path));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Same_link_cannot_be_declared_twice()
    {
        var text = Contacts("{ warehouse: account, to: accounts }") + "  - { warehouse: second, to: accounts }\n";

        var problem = Assert.Single(Join(("accounts.yaml", SampleMapping.Text), ("contacts.yaml", text)).Problems);

        Assert.Equal((24, "associations[1].type"), (problem.Line, problem.Path));
    }

    [Fact]
    public void Link_written_as_a_field_is_told_where_it_belongs()
    {
        var text = SampleMapping.With("crm: Name", "crm: associations.Account.primary");

        var problem = Assert.Single(SampleMapping.Read(text).Problems);

        Assert.Equal(("fields[0].crm", "associations"), (problem.Path, problem.Suggestion));
    }

    [Fact]
    public void Records_that_are_never_written_again_cannot_follow_links()
    {
        var text = Contacts("{ warehouse: account, to: accounts }").Replace("  object: Contact", "  object: Contact\n  mode: create_only", StringComparison.Ordinal);

        Assert.Contains(Join(("accounts.yaml", SampleMapping.Text), ("contacts.yaml", text)).Problems, problem => problem.Path == "associations[0].warehouse");
    }

    [Fact]
    public void Mappings_may_be_linked_in_both_directions()
    {
        var accounts = SampleMapping.Text + "associations:\n  - { warehouse: contact, to: contacts }\n";

        Assert.Empty(Join(("accounts.yaml", accounts), ("contacts.yaml", Contacts("{ warehouse: account, to: accounts }"))).Problems);
    }

    [Fact]
    public async Task Crm_without_associations_is_told_with_line_and_column()
    {
        _bench.Write("accounts", SampleMapping.Text + "associations:\n  - { warehouse: name, to: accounts, type: primary }\n");

        var problem = Assert.Single((await _bench.RunAsync("validate", "--json")).Json.EnumerateArray());

        Assert.Equal((23, 44, "associations[0].type"), (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32(), problem.GetProperty("path").GetString()));
        Assert.StartsWith("CRM 'salesforce' keeps no associations beside its fields", problem.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("primary", null)]
    [InlineData("primry", "primary")]
    [InlineData("Decision makr", "Decision maker")]
    public async Task Unknown_type_names_the_nearest_one(string type, string? nearest)
    {
        _bench.Sides.Salesforce.Links = new FakeLinks(new LinkKind("", false), new LinkKind("Primary", true), new LinkKind("Decision maker", false));
        _bench.Write("accounts", SampleMapping.Text + $"associations:\n  - {{ warehouse: name, to: accounts, type: {type} }}\n");

        var answer = await _bench.RunAsync("validate", "--json");

        Assert.Equal(nearest is null ? 0 : 1, answer.Exit);
        Assert.Equal(nearest is null ? [] : [nearest], answer.Json.EnumerateArray().Select(problem => problem.GetProperty("suggestion").GetString()));
    }

    private static string Contacts(string line) =>
        SampleMapping.With("name: accounts", "name: contacts").Replace("object: Account", "object: Contact", StringComparison.Ordinal)
        + $"associations:\n  - {line}\n";

    private static MappingFolder Join(params (string Path, string Text)[] files) =>
        MappingFolder.Join([.. files.Select(file => MappingReader.Read(file.Path, file.Text))]);
}
