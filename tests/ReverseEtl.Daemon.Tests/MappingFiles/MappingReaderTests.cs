using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Daemon.Tests.Support;

namespace ReverseEtl.Daemon.Tests.MappingFiles;

public class MappingReaderTests
{
    [Fact]
    public void Good_file_becomes_the_mapping_it_spells()
    {
        var file = SampleMapping.Read(SampleMapping.Text);

        Assert.Empty(file.Problems);
        var mapping = file.Mapping!;
        Assert.Equal("accounts", mapping.Name);
        Assert.Equal((SourceKind.Table, "analytics.accounts"), (mapping.Warehouse.Kind, mapping.Warehouse.Source));
        Assert.Equal(["account_id"], mapping.Warehouse.Key);
        Assert.Equal(new MatchRule("domain", "Website", MatchAs.Domain), Assert.Single(mapping.Match));
        Assert.Equal(NewRecord.Ignore, mapping.Records.NewInCrm);
        Assert.Equal(ConflictPolicy.NewestWins, mapping.Fields[1].OnConflict);
        Assert.Equal(FieldOwner.Crm, mapping.Fields[2].Owner);
        Assert.Equal(new Cap(20, IsPercent: true), mapping.Guard.MaxChanges);
        Assert.Equal(new Cap(50, IsPercent: false), mapping.Guard.MaxDeletes);
    }

    [Fact]
    public void Block_style_and_flow_style_mean_the_same()
    {
        var block = SampleMapping.With(
            "  - { warehouse: name, crm: Name, owner: warehouse }",
            "  -\n    warehouse: \"name\"\n    crm: Name\n    owner: 'warehouse'");

        Assert.Equal(SampleMapping.Read(SampleMapping.Text).Mapping!.Fields, SampleMapping.Read(block).Mapping!.Fields);
    }

    [Fact]
    public void Key_may_be_a_list_of_columns()
    {
        var file = SampleMapping.Read(SampleMapping.With("key: account_id", "key: [tenant, account_id]"));

        Assert.Empty(file.Problems);
        Assert.Equal(["tenant", "account_id"], file.Mapping!.Warehouse.Key);
    }

    [Theory]
    [InlineData("query: |\n    select *\n    from a", SourceKind.Query, "select *\nfrom a")]
    [InlineData("dbt: dim_accounts", SourceKind.Dbt, "dim_accounts")]
    public void Source_may_be_a_query_or_a_dbt_model(string line, SourceKind kind, string source)
    {
        var file = SampleMapping.Read(SampleMapping.With("table: analytics.accounts", line));

        Assert.Empty(file.Problems);
        Assert.Equal((kind, source), (file.Mapping!.Warehouse.Kind, file.Mapping.Warehouse.Source.TrimEnd()));
    }

    [Fact]
    public void Left_out_parts_have_the_documented_defaults()
    {
        var text = SampleMapping.Text[..SampleMapping.Text.IndexOf("schedule:", StringComparison.Ordinal)];

        var mapping = SampleMapping.Read(text).Mapping!;

        Assert.Equal(new Schedule("5m", "1m"), mapping.Schedule);
        Assert.Null(mapping.Guard.MaxChanges);
        Assert.Equal(FirstMatch.ByOwner, mapping.Fields[0].FirstMatch);
        Assert.Equal(DriftRule.Revert, mapping.Fields[0].OnDrift);
    }

    [Theory]
    [InlineData("version: 1", "version: 2", 1, 10, "version", "'version' must be 1, not '2'.", "1")]
    [InlineData("version: 1", "version: \"1\"", 1, 10, "version", "'version' must be 1, not '1'.", "1")]
    [InlineData("name: accounts", "name: acounts", 2, 7, "name", "The name 'acounts' differs from the file name 'accounts'; they must be the same.", "accounts")]
    [InlineData("name: accounts", "name: 17", 2, 7, "name", "'name' must be letters, digits, '_' and '-', at most 63, a letter first, not a number; put it in quotes.", null)]
    [InlineData("name: accounts", "name: my accounts", 2, 7, "name", "'name' must be letters, digits, '_' and '-', at most 63, a letter first, not 'my accounts'.", null)]
    [InlineData("name: accounts\n", "", 1, 1, "name", "The key 'name' is missing at the top of the file.", null)]
    [InlineData("  connection: main", "  conection: main", 4, 3, "warehouse.conection", "There is no key 'conection' in 'warehouse'.", "connection")]
    [InlineData("  key: account_id\n", "", 3, 1, "warehouse.key", "The key 'key' is missing in 'warehouse'.", null)]
    [InlineData("  key: account_id", "  key: []", 6, 3, "warehouse.key", "'warehouse.key' is empty; it needs at least one entry.", null)]
    [InlineData("  key: account_id", "  key: [a, a]", 6, 12, "warehouse.key[1]", "The key names column 'a' twice.", null)]
    [InlineData("  key: account_id", "  key:", 6, 3, "warehouse.key", "'warehouse.key' has no value; give it one or take the line out.", null)]
    [InlineData("  table: analytics.accounts\n", "", 3, 1, "warehouse", "One of table, query, dbt is missing in 'warehouse'.", null)]
    [InlineData("  changed_at: updated_at", "  dbt: accounts\n  changed_at: updated_at", 7, 3, "warehouse.dbt", "Only one of table, query, dbt may stand in 'warehouse'; 'table' is there already.", null)]
    [InlineData("  object: Account", "  object: Account\n  object: Account", 11, 3, "crm.object", "'object' stands here a second time; the first is in line 10.", null)]
    [InlineData("  object: Account", "  object: [Account]", 10, 11, "crm.object", "'crm.object' must be text, not a list.", null)]
    [InlineData("  object: Account", "  object: '  '", 10, 11, "crm.object", "'crm.object' is blank.", null)]
    [InlineData("as: domain", "as: domian", 13, 44, "match[0].as", "'match[0].as' must be one of exact, email, phone, domain, case_insensitive, not 'domian'.", "domain")]
    [InlineData("new_in_crm: ignore", "new_in_crm: ignored", 15, 15, "records.new_in_crm", "'records.new_in_crm' must be one of create, ignore, review, not 'ignored'.", "ignore")]
    [InlineData("new_in_crm: ignore", "new_in_crm: false", 15, 15, "records.new_in_crm", "'records.new_in_crm' must be one of create, ignore, review, not 'false'.", null)]
    [InlineData("owner: warehouse }", "owner: wharehouse }", 17, 42, "fields[0].owner", "'fields[0].owner' must be one of warehouse, crm, shared, not 'wharehouse'.", "warehouse")]
    [InlineData("crm: Name, owner: warehouse }", "crm: Name }", 17, 5, "fields[0].owner", "The key 'owner' is missing in 'fields[0]'.", null)]
    [InlineData("owner: warehouse }", "owner: warehouse, on_conflict: review }", 17, 66, "fields[0].on_conflict", "on_conflict is for shared fields; a field with one owner has on_drift.", "on_drift")]
    [InlineData("on_conflict: newest_wins", "on_drift: revert", 18, 62, "fields[1].on_drift", "on_drift is for fields with one owner; a shared field has on_conflict.", "on_conflict")]
    [InlineData("on_conflict: newest_wins", "on_conflict: newest", 18, 65, "fields[1].on_conflict", "'fields[1].on_conflict' must be one of review, warehouse_wins, crm_wins, newest_wins, prefer_nonblank, max, min, union, append, not 'newest'.", "newest_wins")]
    [InlineData("on_conflict: newest_wins", "first_match: by_owner", 18, 65, "fields[1].first_match", "'fields[1].first_match' must be one of prefer_nonblank, warehouse_wins, crm_wins, review, not 'by_owner'.", null)]
    [InlineData("  changed_at: updated_at\n", "", 17, 65, "fields[1].on_conflict", "newest_wins needs warehouse.changed_at, a column that says when the row was changed.", null)]
    [InlineData("  object: Account", "  object: Account\n  mode: upsrt", 11, 9, "crm.mode", "'crm.mode' must be one of upsert, create_only, update_only, mirror, not 'upsrt'.", "upsert")]
    [InlineData("new_in_crm: ignore", "gone_from_warehouse: purge_irrecoverably\nguard: {}", 15, 24, "records.gone_from_warehouse", "purge_irrecoverably cannot be undone; it needs guard.max_deletes as a number of records, not a share.", "delete")]
    [InlineData("new_in_crm: ignore", "gone_from_warehouse: purge", 15, 24, "records.gone_from_warehouse", "'records.gone_from_warehouse' must be one of keep, archive, delete, review, purge_irrecoverably, not 'purge'.", "purge_irrecoverably")]
    [InlineData("new_in_crm: ignore", "archive: { field: Status__c, value: Gone }", 15, 3, "records.archive", "archive says how gone_from_warehouse: archive is done; that rule is not there.", null)]
    [InlineData("new_in_crm: ignore", "archive: { field: Status__c }", 15, 3, "records.archive.value", "The key 'value' is missing in 'records.archive'.", null)]
    [InlineData("new_in_crm: ignore", "archive: { field: Status__c, value: true }", 15, 39, "records.archive.value", "'records.archive.value' must be text, not true or false; put it in quotes.", null)]
    [InlineData("owner: warehouse }", "owner: warehouse, nulls: skp }", 17, 60, "fields[0].nulls", "'fields[0].nulls' must be one of write, skip, not 'skp'.", "skip")]
    [InlineData("owner: warehouse }", "owner: warehouse, nulls: { to_cmr: skip } }", 17, 62, "fields[0].nulls.to_cmr", "There is no key 'to_cmr' in 'fields[0].nulls'.", "to_crm")]
    [InlineData("owner: warehouse }", "owner: warehouse, nulls: { to_crm: skp } }", 17, 70, "fields[0].nulls.to_crm", "'fields[0].nulls.to_crm' must be one of write, skip, not 'skp'.", "skip")]
    [InlineData("crm: Phone", "crm: name", 18, 30, "fields[1].crm", "'name' has two owners: it is mapped to 'name' and to 'phone'.", null)]
    [InlineData("warehouse: csm, crm: Owner.Email", "warehouse: phone, crm: Fax", 19, 18, "fields[2].warehouse", "Column 'phone' has two owners: it is mapped to 'Phone' (owner shared) and to 'Fax' (owner crm).", null)]
    [InlineData("warehouse: csm, crm: Owner.Email", "warehouse: account_id, crm: Fax", 19, 18, "fields[2].warehouse", "'account_id' is part of warehouse.key and cannot be changed from the CRM.", null)]
    [InlineData("warehouse: csm, crm: Owner.Email", "warehouse: updated_at, crm: Fax", 19, 18, "fields[2].warehouse", "'updated_at' is warehouse.changed_at and cannot be changed from the CRM.", null)]
    [InlineData("crm: Phone", "crm: warehouse_id__c", 18, 30, "fields[1].crm", "'warehouse_id__c' is crm.key, which only the daemon writes; take this line out.", null)]
    [InlineData("push: 5m", "push: 0m", 20, 19, "schedule.push", "'schedule.push' must be a duration such as 30s, 5m or 1h, or a cron expression of five or six fields, not '0m'.", null)]
    [InlineData("push: 5m", "push: 5 minutes", 20, 19, "schedule.push", "'schedule.push' must be a duration such as 30s, 5m or 1h, or a cron expression of five or six fields, not '5 minutes'.", null)]
    [InlineData("push: 5m", "push: 0 0 30 2 *", 20, 19, "schedule.push", "'0 0 30 2 *' never comes due.", null)]
    [InlineData("push: 5m", "push: 9999d", 20, 19, "schedule.push", "'9999d' is longer than a year.", null)]
    [InlineData("max_changes: 20%", "max_changes: 120%", 21, 23, "guard.max_changes", "'guard.max_changes' must be a whole number such as 50 or a share such as 20%, not '120%'.", null)]
    [InlineData("max_deletes: 50", "max_deletes: -1", 21, 41, "guard.max_deletes", "'guard.max_deletes' must be a whole number such as 50 or a share such as 20%, not '-1'.", null)]
    [InlineData("max_deletes: 50", "max_deletes: 2.5", 21, 41, "guard.max_deletes", "'guard.max_deletes' must be a whole number such as 50 or a share such as 20%, not '2.5'.", null)]
    [InlineData("guard: {", "gaurd: {", 21, 1, "gaurd", "There is no key 'gaurd' at the top of the file.", "guard")]
    [InlineData("guard: {", "guard: &g {", 21, 8, "guard", "'&g' is an anchor; mapping files have none.", null)]
    public void Bad_line_is_told_with_its_place(string line, string instead, int atLine, int atColumn, string path, string message, string? suggestion)
    {
        var problem = SampleMapping.Read(SampleMapping.With(line, instead)).Problems.First(found => found.Path == path);

        Assert.Equal((message, suggestion), (problem.Message, problem.Suggestion));
        Assert.Equal((atLine, atColumn), (problem.Line, problem.Column));
        Assert.Equal("accounts.yaml", problem.File);
    }

    [Theory]
    [InlineData("owner: warehouse }", NullRule.Write, NullRule.Write)]
    [InlineData("owner: warehouse, nulls: skip }", NullRule.Skip, NullRule.Skip)]
    [InlineData("owner: warehouse, nulls: { to_crm: skip } }", NullRule.Skip, NullRule.Write)]
    [InlineData("owner: warehouse, nulls: { to_crm: write, to_warehouse: skip } }", NullRule.Write, NullRule.Skip)]
    public void Nulls_are_one_word_or_one_for_each_direction(string line, NullRule toCrm, NullRule toWarehouse)
    {
        var file = SampleMapping.Read(SampleMapping.With("owner: warehouse }", line));

        Assert.Empty(file.Problems);
        Assert.Equal(new NullRules(toCrm, toWarehouse), file.Mapping!.Fields[0].Nulls);
    }

    [Theory]
    [InlineData("", WriteMode.Upsert, NewRecord.Create, GoneFromWarehouse.Keep)]
    [InlineData("\n  mode: update_only", WriteMode.UpdateOnly, NewRecord.Ignore, GoneFromWarehouse.Keep)]
    [InlineData("\n  mode: mirror", WriteMode.Mirror, NewRecord.Create, GoneFromWarehouse.Delete)]
    public void Mode_decides_what_is_left_unsaid(string line, WriteMode mode, NewRecord fresh, GoneFromWarehouse gone)
    {
        var file = SampleMapping.Read(SampleMapping.With("  object: Account", "  object: Account" + line));

        Assert.Empty(file.Problems);
        Assert.Equal((mode, fresh, gone), (file.Mapping!.Records.Mode, file.Mapping.Records.NewInWarehouse, file.Mapping.Records.GoneFromWarehouse));
    }

    [Fact]
    public void Archive_names_a_field_and_its_values()
    {
        var file = SampleMapping.Read(SampleMapping.With(
            "new_in_crm: ignore", "gone_from_warehouse: archive\n  archive: { field: Status__c, value: Gone, restore: \"Here\" }"));

        Assert.Empty(file.Problems);
        Assert.Equal(new ArchiveField("Status__c", "Gone", "Here"), file.Mapping!.Records.Archive);
    }

    [Theory]
    [InlineData("", 1, 1, "The file is empty.")]
    [InlineData("# nothing\n", 1, 1, "The file is empty.")]
    [InlineData("- a\n", 1, 1, "The file must be a group of keys (version, name, description, owner, warehouse, crm, match, records, fields, associations, schedule, guard), not a list.")]
    [InlineData("version: 1\nfields: [\n", 3, 1, "This is not valid YAML: while parsing a node, did not find expected node content.")]
    [InlineData("a: 1\n b: 2\n", 2, 3, "This is not valid YAML: while scanning a plain scalar value, found invalid mapping.")]
    [InlineData("schedule: { push: */5 * * * * }\n", 1, 23, "This is not valid YAML: while scanning an anchor or alias, found value containing disallowed: []{}, (text that begins with * or &, such as a cron expression, needs quotes).")]
    [InlineData("version: 1\n---\nversion: 1\n", 2, 1, "A second document begins here; a mapping file holds one.")]
    public void Broken_yaml_is_told_with_its_place(string text, int line, int column, string message)
    {
        var problem = Assert.Single(SampleMapping.Read(text).Problems, found => found.Message == message);

        Assert.Equal((line, column), (problem.Line, problem.Column));
    }

    [Fact]
    public void Deep_nesting_is_refused_instead_of_followed()
    {
        var problem = Assert.Single(SampleMapping.Read("a: " + new string('[', 5000) + new string(']', 5000)).Problems);

        Assert.Contains("nested deeper than 16 levels", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_of_a_file_are_told_at_once()
    {
        var text = SampleMapping.With("object: Account", "objekt: Account").Replace("pull: 1m", "pull: soon", StringComparison.Ordinal);

        var paths = SampleMapping.Read(text).Problems.Select(problem => problem.Path);

        Assert.Equal(["crm.object", "crm.objekt", "schedule.pull"], paths);
    }

    [Fact]
    public void Wrong_word_does_not_hide_problems_between_the_lines()
    {
        var text = SampleMapping.With("new_in_crm: ignore", "new_in_crm: ignored").Replace("crm: Phone", "crm: Name", StringComparison.Ordinal);

        var file = SampleMapping.Read(text);

        Assert.NotNull(file.Mapping);
        Assert.Equal(["records.new_in_crm", "fields[1].crm"], file.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void File_that_is_not_utf8_is_a_problem_not_an_exception()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("retl-").FullName, "accounts.yaml");
        File.WriteAllBytes(path, [0x6e, 0xff, 0xfe]);

        Assert.Equal("The file cannot be read: it is not UTF-8.", Assert.Single(MappingReader.ReadFile(path).Problems).Message);
    }

    [Fact]
    public void Example_mappings_are_good()
    {
        var folder = MappingFolder.Read(Repository.PathOf("mappings"));

        Assert.Empty(folder.Problems);
        Assert.Equal(["accounts", "contacts", "people"], folder.Mappings.Select(mapping => mapping.Name));
    }
}
