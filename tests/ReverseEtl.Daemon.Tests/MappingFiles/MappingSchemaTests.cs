using System.Text.Json.Nodes;
using NJsonSchema;
using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.MappingFiles.Yaml;
using ReverseEtl.Daemon.Tests.Support;

namespace ReverseEtl.Daemon.Tests.MappingFiles;

public class MappingSchemaTests
{
    [Fact]
    public void Committed_schema_is_the_generated_one() =>
        Assert.Equal(MappingSchema.Write(), File.ReadAllText(Repository.PathOf("schemas", "mapping.v1.json")));

    [Theory]
    [InlineData("accounts.yaml")]
    [InlineData("contacts.yaml")]
    [InlineData("people.yaml")]
    public async Task Example_passes_the_schema(string file) =>
        Assert.Empty(await Validate(await File.ReadAllTextAsync(Repository.PathOf("mappings", file))));

    [Fact]
    public async Task Sample_passes_the_schema() => Assert.Empty(await Validate(SampleMapping.Text));

    [Theory]
    [InlineData("version: 1", "version: 2")]
    [InlineData("name: accounts", "name: my accounts")]
    [InlineData("name: accounts", "name: 17")]
    [InlineData("name: accounts\n", "")]
    [InlineData("  connection: main", "  conection: main")]
    [InlineData("  key: account_id", "  key: []")]
    [InlineData("  key: account_id", "  key: 5")]
    [InlineData("  table: analytics.accounts\n", "")]
    [InlineData("  changed_at: updated_at", "  dbt: accounts")]
    [InlineData("  object: Account", "  object: ''")]
    [InlineData("as: domain", "as: domian")]
    [InlineData("owner: warehouse }", "owner: wharehouse }")]
    [InlineData("crm: Name, owner: warehouse }", "crm: Name }")]
    [InlineData("owner: warehouse }", "owner: warehouse, extra: 1 }")]
    [InlineData("owner: warehouse }", "owner: warehouse, nulls: skp }")]
    [InlineData("owner: warehouse }", "owner: warehouse, nulls: { to_cmr: skip } }")]
    [InlineData("  object: Account", "  object: Account\n  mode: upsrt")]
    [InlineData("new_in_crm: ignore", "archive: { field: Status__c }")]
    [InlineData("push: 5m", "push: 0m")]
    [InlineData("max_changes: 20%", "max_changes: 120%")]
    [InlineData("max_deletes: 50", "max_deletes: -1")]
    [InlineData("records:\n  new_in_crm: ignore", "records: ignore")]
    public async Task Broken_file_fails_schema_and_reader_alike(string line, string instead)
    {
        var text = SampleMapping.With(line, instead);

        Assert.NotEmpty(await Validate(text));
        Assert.NotEmpty(SampleMapping.Read(text).Problems);
    }

    [Fact]
    public void Every_key_has_a_description()
    {
        var schema = JsonNode.Parse(MappingSchema.Write())!;

        Assert.All(Properties(schema), property => Assert.False(string.IsNullOrEmpty((string?)property["description"])));
    }

    private static IEnumerable<JsonNode> Properties(JsonNode node)
    {
        var here = node["properties"]?.AsObject().Select(property => property.Value!).ToList() ?? [];
        var items = node["items"] is { } item ? [item] : new List<JsonNode>();
        return here.Concat(here.Concat(items).SelectMany(Properties));
    }

    private static async Task<IReadOnlyList<string>> Validate(string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(MappingSchema.Write());
        var json = ToJson(YamlReader.Read(yaml).Root!)!.ToJsonString();
        return [.. schema.Validate(json).Select(error => $"{error.Path}: {error.Kind}")];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(ToJson)]),
        YamlScalar { Type: ScalarKind.Text } scalar => JsonValue.Create(scalar.Text),
        YamlScalar { Type: ScalarKind.Null } => null,
        YamlScalar scalar => JsonNode.Parse(scalar.Text.ToLowerInvariant()),
        _ => throw new InvalidOperationException(),
    };
}
