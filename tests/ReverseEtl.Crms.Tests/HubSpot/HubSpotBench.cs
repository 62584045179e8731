using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>The HubSpot connector on the simulated account, for the contract.</summary>
internal sealed class HubSpotBench : ICrmBench
{
    private readonly Portal _portal = new(time: new JumpTime { Horizon = TimeSpan.FromSeconds(100) });

    public ICrm Crm => _portal.Crm;

    public TimeProvider Time => _portal.Time;

    public SandboxSite Site => _portal.Site;

    public string Object => "contacts";

    public string KeyField => Portal.Key;

    public string NameField => "firstname";

    public string TextField => "city";

    public string NumberField => "numemployees_number";

    public (string Field, string Value) Refused => ("jobtitle", "nonsense");

    public string WritePath => "/batch/";

    public HubSpotBench(Action<HubSpotSwitches>? set = null)
    {
        set?.Invoke(_portal.Account.Switches);
        _portal.Account.RefuseValue("contacts", "jobtitle", "nonsense", "Enter only letters");
        _portal.Account.AddProperty("contacts", $$"""
            {"name":"{{NumberField}}","label":"N","type":"number","fieldType":"number","groupName":"contactinformation"}
            """);
    }

    public ICrm WithWrongCredentials() => new HubSpotCrm(
        new HubSpotSettings { AccessToken = "wrong-secret" }, new SandboxHandler(Site, Time), Time, new Random(1));

    public ICrm OneByOne() => new HubSpotCrm(
        new HubSpotSettings { AccessToken = HubSpotOptions.DefaultToken, Parallelism = 1 }, new SandboxHandler(Site, Time), Time, new Random(1));

    public void Settle() => _portal.LetIndexCatchUp();

    public string CreateAsUser(IReadOnlyDictionary<string, string?> fields) => _portal.Account.CreateAsUser(Object, fields);

    public void EditAsUser(string id, IReadOnlyDictionary<string, string?> fields) => _portal.Account.EditAsUser(Object, id, fields);

    public void DeleteAsUser(string id) => _portal.Account.ArchiveAsUser(Object, id);

    public string MergeAsUser(string winner, string loser) => _portal.Account.MergeAsUser(Object, winner, [loser]);

    public IReadOnlyList<string> WithKey(string key) =>
        [.. _portal.Account.Records(Object).Where(record => record.Properties.GetValueOrDefault(KeyField) == key).Select(record => record.Id)];

    public string? Stored(string id, string field) => _portal.Account.Record(Object, id)?.Properties.GetValueOrDefault(field);

    public ValueTask DisposeAsync() => _portal.DisposeAsync();
}
