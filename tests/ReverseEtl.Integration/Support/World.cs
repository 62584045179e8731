using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Postgres;
using ReverseEtl.State;
using ReverseEtl.Warehouses;

namespace ReverseEtl.Integration.Support;

/// <summary>
/// A real Postgres as warehouse and state, and simulated CRMs behind the real connectors, on one clock that jumps. HTTP goes through the
/// in-process transport; the socket is tested elsewhere.
/// </summary>
public sealed class World : IAsyncDisposable
{
    private World(TestDatabase database)
    {
        Database = database;
        HubSpotSite = new SandboxSite(new HubSpotSandbox(Time));
        HubSpot = new CrmScreen(HubSpotSite, hasProperties: true);
        HubSpotCrm = new HubSpotCrm(
            new HubSpotSettings { BaseUrl = new Uri("http://hubspot.test"), AccessToken = HubSpotOptions.DefaultToken },
            new SandboxHandler(HubSpotSite, Time), Time, new Random(1));
        State = new PostgresStateStore(new PostgresStateOptions(database.ConnectionString));
        Warehouse = WarehouseFactory.Create(new WarehouseSettings("postgres", database.ConnectionString));
    }

    public JumpTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public TestDatabase Database { get; }

    public SandboxSite HubSpotSite { get; }

    public CrmScreen HubSpot { get; }

    public ICrm HubSpotCrm { get; }

    public IStateStore State { get; }

    public IWarehouse Warehouse { get; }

    public EngineOptions Options { get; set; } = new() { TombstoneAge = TimeSpan.Zero };

    public static async Task<World> StartAsync()
    {
        var world = new World(await TestDatabase.CreateAsync());
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

    /// <summary>One full cycle, after the CRM's search index had time to catch up.</summary>
    public async Task<CycleReport> SyncAsync(Mapping mapping, CycleRequest? request = null)
    {
        Time.Advance(TimeSpan.FromSeconds(30));
        var runtime = await MappingRuntime.BindAsync(mapping, Warehouse, HubSpotCrm, CancellationToken.None);
        var cycle = new Cycle(State, Options, Time, NullLogger<Cycle>.Instance);
        return await cycle.RunAsync(runtime, request ?? new CycleRequest("test") { FullWarehouse = true }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await HubSpotCrm.DisposeAsync();
        await Warehouse.DisposeAsync();
        await State.DisposeAsync();
        await Database.DisposeAsync();
    }
}
