using System.Text.Json.Nodes;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Integration.Support;

/// <summary>A test that tells a story: rows and records, edits on both sides, cycles, and what is left at the end.</summary>
public abstract class Scenario : IAsyncLifetime
{
    public static TheoryData<string> BothCrms => [People.HubSpot, People.Salesforce];

    protected World World { get; private set; } = null!;

    protected People People { get; private set; } = null!;

    /// <summary>What <see cref="SyncAsync"/> works on.</summary>
    protected Mapping Mapping { get; set; } = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (World is not null)
        {
            await World.DisposeAsync();
        }
    }

    /// <summary>Begins the story in one CRM.</summary>
    protected async Task BeginAsync(string crm, Func<People, Mapping>? mapping = null, bool hasSilence = false)
    {
        World = await World.StartAsync(crm, hasSilence);
        People = new People(crm);
        Mapping = mapping?.Invoke(People) ?? People.Mapping;
        await World.SqlAsync(People.Tables);
        if (People.IsSalesforce)
        {
            World.Screen.AddField("Contact", Picklist("Segment__c", "picklist", "enterprise", "mid_market", "smb"));
            World.Screen.AddField("Contact", Picklist("Interests__c", "multipicklist", "analytics", "automation", "support", "training"));
        }
    }

    protected Task<CycleReport> SyncAsync(CycleRequest? request = null) => World.SyncAsync(Mapping, request);

    protected Task<CycleReport> PlanAsync() => World.SyncAsync(Mapping, new CycleRequest("plan") { FullWarehouse = true, DryRun = true });

    /// <summary>
    /// Nothing is left to do: two more cycles write nothing on either side, and the second, which looks at everything, changes nothing in
    /// what is known of the pairs and finds nothing wrong with it.
    /// </summary>
    protected async Task RestsAsync()
    {
        var (writes, rows) = (World.Screen.Writes, await WarehouseAsync());
        Quiet(await SyncAsync());
        var pairs = await World.RowsAsync("select p::text from retl.pair p order by mapping_id, key");
        var full = await SyncAsync(new CycleRequest("test") { FullWarehouse = true, FullCrm = true });
        Quiet(full);
        Assert.Equal(0, full.Result.AuditFindings);
        Assert.Equal(writes, World.Screen.Writes);
        Assert.Equal(rows, await WarehouseAsync());
        Assert.Equal(pairs, await World.RowsAsync("select p::text from retl.pair p order by mapping_id, key"));
    }

    /// <summary>Every row of the warehouse with the transaction that wrote it; not the anchor, which every run moves.</summary>
    protected async Task<IReadOnlyList<string>> WarehouseAsync()
    {
        var tables = await World.RowsAsync(
            "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables where table_schema in ('public', 'crm_landing') and table_name <> '_anchor' and table_type = 'BASE TABLE' order by 1");
        var rows = new List<string>();
        foreach (var table in tables)
        {
            rows.AddRange(await World.RowsAsync($"select '{table}', t.xmin::text, t::text from {table} t order by 3"));
        }

        return rows;
    }

    /// <summary>A person with an address and a name made from the id; the CRM gets a last name because Salesforce wants one.</summary>
    protected Task AddAsync(string id, params (string Column, string Value)[] values)
    {
        var all = new Dictionary<string, string> { ["id"] = id, ["email"] = $"{id}@example.org", ["last_name"] = $"Last {id}" };
        foreach (var (column, value) in values)
        {
            all[column] = value;
        }

        return World.SqlAsync($"insert into people ({string.Join(", ", all.Keys)}) values ({string.Join(", ", all.Values.Select(Quoted))})");
    }

    protected Task AddAccountAsync(string id, string? parent = null) => World.SqlAsync(
        $"insert into accounts (id, name, parent_id) values ({Quoted(id)}, {Quoted("Account " + id)}, {Quoted(parent)})");

    /// <summary>Edits a row; its <c>updated_at</c> is now unless told otherwise.</summary>
    protected Task SetAsync(string id, string column, string? value, DateTimeOffset? at = null) => World.SqlAsync(
        $"update people set {column} = {Quoted(value)}, updated_at = {(at is { } time ? $"'{time:O}'" : "clock_timestamp()")} where id = {Quoted(id)}");

    protected Task RemoveAsync(string id) => World.SqlAsync($"delete from people where id = {Quoted(id)}");

    protected Task<string?> RowAsync(string id, string column) => World.ValueAsync($"select {column} from people where id = {Quoted(id)}");

    /// <summary>A person typed into the CRM.</summary>
    protected string Type(params (string Column, object? Value)[] values) =>
        World.Screen.Create(People.Contacts, Named(values.Any(v => v.Column == "last_name") ? values : [("last_name", "Typed"), .. values]));

    /// <summary>The CRM record that carries the row's key.</summary>
    protected string RecordOf(string id) => World.Screen.IdOf(People.Contacts, People["id"], id);

    /// <summary>A person in the CRM edits the row's record, a moment after whatever happened before.</summary>
    protected void Edit(string id, params (string Column, object? Value)[] values)
    {
        World.Time.Advance(TimeSpan.FromSeconds(2));
        World.Screen.Edit(People.Contacts, RecordOf(id), Named(values));
    }

    protected string? InCrm(string id, string column) => Shown(RecordOf(id), column);

    /// <summary>A field of a record by its CRM id.</summary>
    protected string? Shown(string crmId, string column) => World.Screen.Value(People.Contacts, crmId, People[column]);

    protected int CountInCrm => World.Screen.Count(People.Contacts);

    protected async Task<IReadOnlyList<Conflict>> ConflictsAsync() =>
        [.. (await World.State.Reports.ConflictsAsync(Mapping.Name, CancellationToken.None)).Select(c => c.Conflict)];

    protected async Task<IReadOnlyList<Reject>> RejectsAsync() =>
        [.. (await World.State.Reports.RejectsAsync(Mapping.Name, CancellationToken.None)).Select(c => c.Reject)];

    /// <summary>A person answers the only open question, or that of one row.</summary>
    protected async Task ResolveAsync(ResolutionChoice choice, string? value = null, string? key = null)
    {
        var conflict = Assert.Single(await ConflictsAsync(), c => key is null || c.Key == key);
        Assert.Null(await World.State.Reports.ResolveAsync(conflict.Id, new Resolution(choice, value, "tess"), World.Time.GetUtcNow(), CancellationToken.None));
    }

    /// <summary>How questions were closed, oldest first.</summary>
    protected Task<IReadOnlyList<string>> OutcomesAsync() => World.RowsAsync("select outcome from retl.conflicts where closed_at is not null order by id");

    /// <summary>Recorded losses: side, field, value.</summary>
    protected Task<IReadOnlyList<string>> LossesAsync() => World.RowsAsync("select side, field, value from retl.losses order by id");

    protected Task<string?> PairStateAsync(string id) => World.ValueAsync($"select state from retl.pairs where key = {Quoted(id)}");

    protected static string Quoted(string? value) => value is null ? "null" : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private (string, object?)[] Named((string Column, object? Value)[] values) => [.. values.Select(v => (People[v.Column], v.Value))];

    private static JsonObject Picklist(string name, string type, params string[] values) =>
        new() { ["name"] = name, ["type"] = type, ["picklist"] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]), ["restricted"] = true };

    private static void Quiet(CycleReport report) => Assert.Equal(
        (0, 0, 0, 0, 0),
        (report.Result.Created, report.Result.Updated, report.Result.Linked, report.Result.Deleted, report.Result.Pulled));
}
