using System.Text.Json.Nodes;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>The connector against scripted answers, for what no simulator does.</summary>
internal sealed class Scripted : IAsyncDisposable
{
    public static readonly SideSchema Schema = new("contacts", new Dictionary<string, FieldSchema>(StringComparer.OrdinalIgnoreCase)
    {
        ["wh_id"] = new("wh_id", new FieldType(FieldKind.Text)) { Unique = true },
        ["firstname"] = new("firstname", new FieldType(FieldKind.Text)),
        ["tags"] = new("tags", new FieldType(FieldKind.MultiPicklist)),
        ["amount"] = new("amount", new FieldType(FieldKind.Decimal)),
        ["vip"] = new("vip", new FieldType(FieldKind.Boolean)),
        ["born"] = new("born", new FieldType(FieldKind.Date)),
        ["seen_at"] = new("seen_at", new FieldType(FieldKind.Timestamp) { Resolution = TimeSpan.FromMilliseconds(1) }),
    });

    public Scripted(HubSpotSettings? settings = null) =>
        Crm = new HubSpotCrm((settings ?? new HubSpotSettings()) with { AccessToken = "pat-secret" }, Wire, Time, new Random(1));

    // Time limits of attempts lie beyond the horizon: only waits are jumped over.
    public JumpTime Time { get; } = new() { Horizon = TimeSpan.FromSeconds(100) };

    public ScriptedWire Wire { get; } = new();

    public HubSpotCrm Crm { get; }

    public Sent Last => Wire.Requests[^1];

    public JsonNode LastBody => JsonNode.Parse(Last.Body)!;

    public static CrmRead Read(params string[] fields) => new("contacts", "wh_id", [.. fields.Select(name => Schema.Find(name)!)]);

    public Task<IReadOnlyList<CrmWriteResult>> Write(params CrmWrite[] writes) =>
        Crm.WriteAsync(new CrmWriteBatch("contacts", "wh_id", Schema, writes, DateTimeOffset.MaxValue), default);

    public async Task<List<CrmChange>> Changes(DateTimeOffset? since, params string[] fields)
    {
        var changes = new List<CrmChange>();
        await foreach (var page in Crm.ReadChangesAsync(Read(fields), since, default))
        {
            changes.AddRange(page);
        }

        return changes;
    }

    public ValueTask DisposeAsync() => Crm.DisposeAsync();
}
