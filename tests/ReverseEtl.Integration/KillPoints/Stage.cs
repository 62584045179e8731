using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Postgres;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Integration.KillPoints;

/// <summary>
/// A warehouse and a state in a database of their own, both simulated CRMs over real HTTP, and mapping files: all that <c>retl</c> works
/// on, and all that goes on living when it is killed.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly TestDatabase _warehouse;
    private readonly TestDatabase _state;
    private readonly SandboxServer _salesforceServer;
    private readonly SandboxServer _hubspotServer;

    private Stage(TestDatabase warehouse, TestDatabase state, bool lands)
    {
        (_warehouse, _state) = (warehouse, state);
        Accounts = new EffectLog(new SalesforceSandbox(Time), "Account", Company.AccountFields);
        People = new EffectLog(new HubSpotSandbox(Time), "contacts", Company.PersonFields);
        SandboxSite salesforce = new(Accounts), hubspot = new(People);
        (Salesforce, HubSpot) = (new CrmScreen(salesforce, hasProperties: false), new CrmScreen(hubspot, hasProperties: true));
        HubSpot.Switch("searchesPerSecond", 0);
        (_salesforceServer, _hubspotServer) = (new SandboxServer(salesforce, TimeProvider.System), new SandboxServer(hubspot, TimeProvider.System));
        Directory.CreateDirectory(Path.Combine(Folder, "mappings"));
        File.WriteAllText(Path.Combine(Folder, "mappings", "accounts.yaml"), Company.AccountsMapping(lands));
        File.WriteAllText(Path.Combine(Folder, "mappings", "people.yaml"), Company.PeopleMapping(lands));
        File.WriteAllText(Path.Combine(Folder, "appsettings.json"), JsonSerializer.Serialize(Settings()));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("retl-kill-").FullName;

    public StoryTime Time { get; } = new();

    public EffectLog Accounts { get; }

    public EffectLog People { get; }

    public CrmScreen Salesforce { get; }

    public CrmScreen HubSpot { get; }

    public static async Task<Stage> SetAsync(Story story)
    {
        var warehouse = await TestDatabase.CreateAsync();
        var stage = new Stage(warehouse, story.IsApart ? await TestDatabase.CreateAsync() : warehouse, story.Lands);
        await stage.SqlAsync(Company.Tables);
        return stage;
    }

    /// <summary>Starts <c>retl sync</c> as a process of its own.</summary>
    public RetlRun Start(params (string Variable, string Value)[] environment)
    {
        Time.MoveOn();
        return RetlRun.Start(Folder, environment, "sync");
    }

    /// <summary>
    /// Runs the same command in this process, over everything new but the process itself: the time before a story, the restarts, and the
    /// proof of rest. A process that is not to be killed shows nothing more, and takes ten times as long to start.
    /// </summary>
    public async Task SyncAsync()
    {
        Time.MoveOn();
        var parts = new RetlParts
        {
            Connect = (settings, time) => new ConfiguredConnections(settings, time),
            Cycles = (settings, connections, time, loggers) => new EngineCycleRunner(
                connections, new Cycle(connections.State, settings.Engine, time, loggers.CreateLogger<Cycle>()), settings.Daemon, time),
            Time = new SkippingTime(Time),
            Folder = Folder,
            Output = TextWriter.Null,
            Error = new StringWriter(),
        };
        var exit = await Retl.RunAsync(["sync"], parts, CancellationToken.None);
        Assert.True(exit is ExitCodes.Good or ExitCodes.Attention, $"sync ended with {exit}: {parts.Error}");
    }

    /// <summary>Changes the warehouse.</summary>
    public Task SqlAsync(string sql) => SqlAsync(_warehouse, sql);

    /// <summary>The first column of a query of the warehouse, as text.</summary>
    public Task<IReadOnlyList<string>> RowsAsync(string sql) => LinesAsync(_warehouse, sql);

    /// <summary>The first column of a query of the state, as text.</summary>
    public Task<IReadOnlyList<string>> StateAsync(string sql) => LinesAsync(_state, sql);

    public async Task<int> OpenIntentsAsync() => (await StateAsync("select id::text from retl.intent")).Count;

    private static async Task SqlAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }

    /// <summary>
    /// An hour passes for what is journalled, so that the in-flight fence is behind every open intent. The process that sent is dead and the
    /// CRMs have answered all they were asked, so nothing is in flight: moving the journal into the past is the same as waiting.
    /// </summary>
    public Task AgeJournalAsync() => SqlAsync(
        _state, "update retl.intent set prepared_at = prepared_at - interval '1 hour', send_deadline = send_deadline - interval '1 hour'");

    /// <summary>The models are built anew, from what landed beside them too.</summary>
    public Task BuildModelsAsync() => SqlAsync(Company.Build);

    /// <summary>What happened so far was only the way to the story.</summary>
    public Task ForgetEffectsAsync()
    {
        Accounts.Effects.Clear();
        People.Effects.Clear();
        return SqlAsync("truncate proof.effect");
    }

    public async ValueTask DisposeAsync()
    {
        await _salesforceServer.DisposeAsync();
        await _hubspotServer.DisposeAsync();
        await _warehouse.DisposeAsync();
        await _state.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    // Batches of two, so that a story of a few records is made of several.
    private Dictionary<string, object> Settings() => new()
    {
        ["ConnectionStrings"] = new { State = _state.ConnectionString },
        ["Warehouses"] = new { main = new { Type = "postgres", _warehouse.ConnectionString } },
        ["Crms"] = new
        {
            salesforce = new
            {
                Type = "salesforce",
                LoginUrl = _salesforceServer.Url,
                Auth = "client_credentials",
                ClientId = SalesforceOptions.DefaultClientId,
                ClientSecret = SalesforceOptions.DefaultClientSecret,
            },
            hubspot = new { Type = "hubspot", BaseUrl = _hubspotServer.Url, AccessToken = HubSpotOptions.DefaultToken },
        },
        ["Engine"] = new { BatchSize = 2, TombstoneAge = "00:00:00" },
    };
}
