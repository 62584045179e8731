using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Daemon.Tests.Support;

namespace ReverseEtl.Daemon.Tests.MappingFiles;

public class MappingFolderTests
{
    [Fact]
    public void Unknown_reference_names_the_nearest_mapping()
    {
        var child = Named("contacts", "Contact").Replace("owner: warehouse }", "owner: warehouse, references: acounts }", StringComparison.Ordinal);

        var problem = Assert.Single(Join(("accounts.yaml", SampleMapping.Text), ("contacts.yaml", child)).Problems);

        Assert.Equal(("contacts.yaml", 17, "There is no mapping 'acounts'.", "accounts"), (problem.File, problem.Line, problem.Message, problem.Suggestion));
    }

    [Fact]
    public void Circle_of_references_is_told_in_every_file_of_it()
    {
        var parent = SampleMapping.With("owner: warehouse }", "owner: warehouse, references: contacts }");
        var child = Named("contacts", "Contact").Replace("owner: warehouse }", "owner: warehouse, references: accounts }", StringComparison.Ordinal);

        var problems = Join(("accounts.yaml", parent), ("contacts.yaml", child)).Problems;

        Assert.Equal(["accounts.yaml", "contacts.yaml"], problems.Select(problem => problem.File));
        Assert.All(problems, problem => Assert.Equal("The references go in a circle: accounts → contacts → accounts.", problem.Message));
    }

    [Fact]
    public void Field_written_by_two_mappings_has_two_owners()
    {
        var twin = Named("billing", "Account").Replace("key: Warehouse_Id__c", "key: Billing_Id__c", StringComparison.Ordinal);

        var problems = Join(("accounts.yaml", SampleMapping.Text), ("billing.yaml", twin)).Problems;

        Assert.Equal(["'Name' of Account has two owners: mapping 'accounts' writes it too.", "'Phone' of Account has two owners: mapping 'accounts' writes it too."],
            problems.Select(problem => problem.Message));
    }

    [Fact]
    public void Two_files_of_one_name_are_told()
    {
        var problem = Assert.Single(Join(("accounts.yaml", SampleMapping.Text), ("accounts.yml", SampleMapping.Text)).Problems);

        Assert.Equal("There are two files for mapping 'accounts': this one and accounts.yaml.", problem.Message);
    }

    [Fact]
    public void Problems_of_all_files_are_told_at_once()
    {
        var problems = Join(("accounts.yaml", "version: 3"), ("contacts.yaml", ":")).Problems;

        Assert.Equal(2, problems.Select(problem => problem.File).Distinct().Count());
    }

    private static string Named(string name, string objectType) =>
        SampleMapping.With("name: accounts", $"name: {name}").Replace("object: Account", $"object: {objectType}", StringComparison.Ordinal);

    private static MappingFolder Join(params (string Path, string Text)[] files) =>
        MappingFolder.Join([.. files.Select(file => MappingReader.Read(file.Path, file.Text))]);
}
