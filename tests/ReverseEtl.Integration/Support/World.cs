using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Crms;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Postgres;
using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.State;
using ReverseEtl.Warehouses;

namespace ReverseEtl.Integration.Support;

/// <summary>
/// A real Postgres as warehouse and state, and one simulated CRM behind its real connector, on one clock that jumps. HTTP goes through the
/// in-process transport; the socket is tested elsewhere.
/// </summary>
public sealed class World : IAsyncDisposable
{
    // Whoever waits longer waits for an answer that does not come; a clock that jumps there would jump at every request.
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromMinutes(2);

    private World(TestDatabase database, string crm, bool hasSilence)
    {
        Time = new(TimeProvider.System.GetUtcNow()) { Horizon = hasSilence ? LongestAttempt : LongestBackoff };
        Database = database;
        var isSalesforce = crm == People.Salesforce;
        Site = new SandboxSite(isSalesforce ? new SalesforceSandbox(Time) : new HubSpotSandbox(Time));
        Screen = new CrmScreen(Site, hasProperties: !isSalesforce);
        Crm = isSalesforce ? Salesforce(Site, Time) : HubSpot(Site, Time);
        State = new PostgresStateStore(new PostgresStateOptions(database.ConnectionString));
        Warehouse = WarehouseFactory.Create(new WarehouseSettings("postgres", database.ConnectionString));
    }

    public JumpTime Time { get; }

    public TestDatabase Database { get; }

    public SandboxSite Site { get; }

    public CrmScreen Screen { get; }

    /// <summary>Tests may put something between.</summary>
    public ICrm Crm { get; set; }

    /// <summary>Likewise.</summary>
    public IStateStore State { get; set; }

    /// <summary>Likewise.</summary>
    public IWarehouse Warehouse { get; set; }

    public EngineOptions Options { get; set; } = new() { TombstoneAge = TimeSpan.Zero };

    /// <summary>Makes one; with <paramref name="hasSilence"/> the clock also jumps over requests that nobody answers.</summary>
    public static async Task<World> StartAsync(string crm, bool hasSilence = false)
    {
        var world = new World(await TestDatabase.CreateAsync(), crm, hasSilence);
        await world.State.MigrateAsync(CancellationToken.None);
        return world;
    }

    public async Task SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<string?> ValueAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? value.ToString() : null;
    }

    /// <summary>All rows of a query, columns joined by a bar, in order.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetValue(i).ToString())));
        }

        return rows;
    }

    /// <summary>One cycle, after the CRM's search index had time to catch up; in full on the warehouse's side unless asked otherwise.</summary>
    public async Task<CycleReport> SyncAsync(Mapping mapping, CycleRequest? request = null, CancellationToken cancellationToken = default)
    {
        Time.Advance(TimeSpan.FromSeconds(30));
        var runtime = await MappingRuntime.BindAsync(mapping, Warehouse, Crm, CancellationToken.None);
        var cycle = new Cycle(State, Options, Time, NullLogger<Cycle>.Instance);
        return await cycle.RunAsync(runtime, request ?? new CycleRequest("test") { FullWarehouse = true }, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Crm.DisposeAsync();
        await Warehouse.DisposeAsync();
        await State.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static HubSpotCrm HubSpot(SandboxSite site, TimeProvider time) => new(
        new HubSpotSettings { BaseUrl = new Uri("http://hubspot.test"), AccessToken = HubSpotOptions.DefaultToken },
        new SandboxHandler(site, time), time, new Random(1));

    private static ICrm Salesforce(SandboxSite site, TimeProvider time) => CrmRegistry.Create(new CrmConnection(
        People.Salesforce,
        new Dictionary<string, string?>
        {
            ["Type"] = "salesforce",
            ["LoginUrl"] = "http://salesforce.test",
            ["Auth"] = "client_credentials",
            ["ClientId"] = SalesforceOptions.DefaultClientId,
            ["ClientSecret"] = SalesforceOptions.DefaultClientSecret,
        },
        time,
        new Random(1))
    {
        Wire = new SandboxHandler(site, time),
    });
}
