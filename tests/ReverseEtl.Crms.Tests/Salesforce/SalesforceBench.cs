using System.Globalization;
using System.Text.Json.Nodes;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>The connector on the simulated org, in one process.</summary>
public sealed class SalesforceBench : ICrmBench
{
    private readonly HookedWire _wire;
    private readonly JumpTime _time = new();

    public SalesforceBench(IReadOnlyDictionary<string, string?>? more = null)
    {
        Org = new SalesforceSandbox(_time, new SalesforceOptions { InstanceUrl = "https://acme.my.salesforce.com" });
        Org.AddField("Contact", new FieldSpec("Score__c", "double") { Precision = 6, Scale = 2 });
        Site = new SandboxSite(Org);
        _wire = new HookedWire(new SandboxHandler(Site, _time));
        Crm = New(SalesforceOptions.DefaultClientSecret, more);
    }

    public SalesforceSandbox Org { get; }

    public ICrm Crm { get; }

    public HookedWire Wire => _wire;

    public JumpTime Clock => _time;

    public TimeProvider Time => _time;

    public SandboxSite Site { get; }

    public string Object => "Contact";

    public string KeyField => "Warehouse_Id__c";

    public string NameField => "LastName";

    public string TextField => "Title";

    public string NumberField => "Score__c";

    public (string Field, string Value) Refused => ("Email", "no address");

    public string WritePath => "/composite/sobjects";

    public ICrm WithWrongCredentials() => New("wrong-secret", null);

    public ICrm OneByOne() => New(SalesforceOptions.DefaultClientSecret, new Dictionary<string, string?> { ["Parallelism"] = "1" });

    public void Settle() => _time.Advance(TimeSpan.FromSeconds(5));

    public string CreateAsUser(IReadOnlyDictionary<string, string?> fields) => Org.CreateAsUser(Object, Json(fields));

    public void EditAsUser(string id, IReadOnlyDictionary<string, string?> fields) => Org.EditAsUser(Object, id, Json(fields));

    public void DeleteAsUser(string id) => Org.DeleteAsUser(Object, id);

    public string MergeAsUser(string winner, string loser) => Org.MergeAsUser(Object, winner, [loser]);

    public IReadOnlyList<string> WithKey(string key) => [.. Org.Records(Object).Where(record => Equals(record[KeyField], key)).Select(record => record.Id)];

    public string? Stored(string id, string field) => Convert.ToString(Org.Record(Object, id)![field], CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;

    public async ValueTask DisposeAsync()
    {
        await Crm.DisposeAsync();
        _wire.Dispose();
    }

    public ICrm New(string secret, IReadOnlyDictionary<string, string?>? more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Type"] = "salesforce",
            ["LoginUrl"] = "https://acme.my.salesforce.com",
            ["ClientId"] = SalesforceOptions.DefaultClientId,
            ["ClientSecret"] = secret,
            ["RequestTimeout"] = "00:10:00",
        };
        foreach (var (key, value) in more ?? new Dictionary<string, string?>())
        {
            settings[key] = value;
        }

        return CrmRegistry.Create(new CrmConnection("salesforce", settings, _time, new Random(7)) { Wire = _wire });
    }

    private JsonObject Json(IReadOnlyDictionary<string, string?> fields) => new(fields.Select(field => KeyValuePair.Create<string, JsonNode?>(
        field.Key, field.Key == NumberField && field.Value is { } number ? decimal.Parse(number, CultureInfo.InvariantCulture) : field.Value)));
}
