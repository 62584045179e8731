using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>The connector against a simulated account in the same process, under a hand-turned clock.</summary>
internal sealed class Portal : IAsyncDisposable
{
    public const string Key = "wh_id";

    public Portal(string version = "2026-09", FakeTimeProvider? time = null)
    {
        Time = time ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 10, 11, 12, 345, TimeSpan.Zero));
        Account = new HubSpotSandbox(Time);
        Account.Switches.ValidateOwners = false;
        foreach (var type in new[] { "contacts", "companies" })
        {
            Account.AddProperty(type, $$"""
                {"name":"{{Key}}","label":"Key","type":"string","fieldType":"text","groupName":"{{(type == "contacts" ? "contactinformation" : "companyinformation")}}","hasUniqueValue":true}
                """);
        }

        Site = new SandboxSite(Account);
        Wire = new HookedWire(new SandboxHandler(Site, Time));
        Crm = new HubSpotCrm(
            new HubSpotSettings { AccessToken = HubSpotOptions.DefaultToken, ApiVersion = version }, Wire, Time, new Random(1));
    }

    public FakeTimeProvider Time { get; }

    public HubSpotSandbox Account { get; }

    public SandboxSite Site { get; }

    public HookedWire Wire { get; }

    public HubSpotCrm Crm { get; }

    /// <summary>One more connector to the account, as another process has one.</summary>
    public HubSpotCrm Connect(string token, string? appId = null) =>
        new(new HubSpotSettings { AccessToken = token, AppId = appId }, Wire, Time, new Random(1));

    /// <summary>A contact made in the UI.</summary>
    public string Contact(string email, params (string Name, string? Value)[] more) =>
        Account.CreateAsUser("contacts", more.Append(("email", email)).ToDictionary(p => p.Item1, p => p.Item2));

    public void Edit(string id, string property, string value) =>
        Account.EditAsUser("contacts", id, new Dictionary<string, string?> { [property] = value });

    /// <summary>Lets time pass until every write so far is searchable.</summary>
    public void LetIndexCatchUp() => Time.Advance(TimeSpan.FromSeconds(11));

    public Task<CrmRead> Reading(params string[] fields) => ReadingOf("contacts", Key, fields);

    public async Task<CrmRead> ReadingOf(string type, string key, params string[] fields)
    {
        var schema = (await Crm.DescribeAsync(type, default))!;
        return new CrmRead(type, key, [.. fields.Select(name => schema.Find(name)!)]);
    }

    public async Task<IReadOnlyList<CrmWriteResult>> Write(params CrmWrite[] writes) => await Write("contacts", Key, writes);

    public async Task<IReadOnlyList<CrmWriteResult>> Write(string type, string key, params CrmWrite[] writes) =>
        await Crm.WriteAsync(new CrmWriteBatch(type, key, (await Crm.DescribeAsync(type, default))!, writes, DateTimeOffset.MaxValue), default);

    public async Task<List<CrmChange>> Changes(CrmRead read, DateTimeOffset? since)
    {
        var changes = new List<CrmChange>();
        await foreach (var page in Crm.ReadChangesAsync(read, since, default))
        {
            changes.AddRange(page);
        }

        return changes;
    }

    public int Requests(string part) => Site.Counters.Where(c => c.Key.Contains(part, StringComparison.Ordinal)).Sum(c => c.Value);

    public ValueTask DisposeAsync() => Crm.DisposeAsync();

    public static CrmWrite Upsert(string key, params (string Field, string? Value)[] fields) =>
        new(CrmWriteKind.Upsert, $"t-{key}", null, key, Fields(fields));

    public static CrmWrite Update(string id, params (string Field, string? Value)[] fields) =>
        new(CrmWriteKind.Update, $"t-{id}", id, null, Fields(fields));

    public static CrmWrite Archive(string id) => new(CrmWriteKind.Archive, $"t-{id}", id, null, []);

    private static CrmFieldWrite[] Fields((string Field, string? Value)[] fields) =>
        [.. fields.Select(f => new CrmFieldWrite(f.Field, FieldValue.Of(f.Value)))];
}
