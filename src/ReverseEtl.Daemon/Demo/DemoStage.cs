using System.Text.Json.Nodes;
using Npgsql;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Postgres;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Daemon.Demo;

/// <summary>Everything the demo plays on: a Postgres with warehouse and state, both simulated CRMs over HTTP, and copies of the mapping files.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private const int PostgresPort = 54329;
    private const int SalesforcePort = 5081;
    private const int HubSpotPort = 5082;

    /// <summary>The demo has no five minutes to wait for a loop; nothing else of the mapping files is changed.</summary>
    private const string FastSchedule = "schedule: { push: 3s, pull: 3s }";

    private readonly PrivatePostgres? _postgres;
    private readonly SandboxServer _salesforce;
    private readonly SandboxServer _hubspot;

    private DemoStage(RetlParts parts, Ui ui, PrivatePostgres? postgres, string state, string warehouse, string folder)
    {
        _postgres = postgres;
        var salesforce = new SandboxSite(new SalesforceSandbox(parts.Time));
        var hubspot = new SandboxSite(new HubSpotSandbox(parts.Time));
        (_salesforce, _hubspot) = (Serve(salesforce, parts.Time, SalesforcePort), Serve(hubspot, parts.Time, HubSpotPort));
        (Salesforce, HubSpot) = (new CrmUser(salesforce, nested: false), new CrmUser(hubspot, nested: true));
        Warehouse = warehouse;
        Mappings = Path.Combine(folder, "mappings");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:State"] = state,
            ["Mappings"] = Mappings,
            ["Warehouses:main:Type"] = "postgres",
            ["Warehouses:main:ConnectionString"] = warehouse,
            ["Crms:salesforce:Type"] = "salesforce",
            ["Crms:salesforce:LoginUrl"] = _salesforce.Url.ToString(),
            ["Crms:salesforce:Auth"] = "client_credentials",
            ["Crms:salesforce:ClientId"] = SalesforceOptions.DefaultClientId,
            ["Crms:salesforce:ClientSecret"] = SalesforceOptions.DefaultClientSecret,
            ["Crms:hubspot:Type"] = "hubspot",
            ["Crms:hubspot:BaseUrl"] = _hubspot.Url.ToString(),
            ["Crms:hubspot:AccessToken"] = HubSpotOptions.DefaultToken,
            ["Engine:TombstoneAge"] = "00:00:00",
            ["Engine:FullWarehouseReadEvery"] = "00:00:10",
            ["Daemon:MappingPoll"] = "00:00:02",
        }).Build();
        Scope = new CommandScope(parts, new RetlSettings(configuration, folder), ui);
    }

    public CommandScope Scope { get; }

    public string Warehouse { get; }

    public CrmUser Salesforce { get; }

    public CrmUser HubSpot { get; }

    /// <summary>The folder with the copies of the mapping files.</summary>
    public string Mappings { get; }

    public IEnumerable<string> Addresses =>
        [$"Postgres    {new NpgsqlConnectionStringBuilder(Warehouse) { Password = null }}", $"Salesforce  {_salesforce.Url}", $"HubSpot     {_hubspot.Url}", $"Mappings    {Mappings}"];

    /// <summary>Starts what is needed and empties what an earlier demo left.</summary>
    public static async Task<DemoStage> SetAsync(RetlParts parts, Ui ui, string mappings, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(parts.Folder, ".retl");
        Copy(mappings, Path.Combine(folder, "mappings"));
        if (Environment.GetEnvironmentVariable("ConnectionStrings__State") is { Length: > 0 } given)
        {
            await RequireEmptyAsync(given, cancellationToken);
            return new DemoStage(parts, ui, null, given, given, folder);
        }

        var postgres = await PrivatePostgres.StartAsync(
            new PrivatePostgresOptions(Path.Combine(folder, "postgres"), Free(PostgresPort)) { Clock = parts.Time }, cancellationToken);
        foreach (var database in new[] { "retl", "warehouse" })
        {
            await RecreateAsync(postgres, database, cancellationToken);
        }

        return new DemoStage(parts, ui, postgres, postgres.ConnectionString("retl"), postgres.ConnectionString("warehouse"), folder);
    }

    public async Task SqlAsync(string sql, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(Warehouse);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<string?> ValueAsync(string sql, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(Warehouse);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull ? value.ToString() : null;
    }

    /// <summary>Live CRM records by the warehouse key that they carry.</summary>
    public static ILookup<string, JsonNode> ByKey(CrmUser crm, string type, string keyField) => crm.All(type)
        .Where(r => !crm.IsGone(r) && crm.Field(r, keyField) is not null)
        .ToLookup(r => crm.Field(r, keyField)!, StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await Scope.DisposeAsync();
        await _salesforce.DisposeAsync();
        await _hubspot.DisposeAsync();
        if (_postgres is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _postgres.DisposeAsync();
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var old in Directory.EnumerateFiles(to, "*.yaml"))
        {
            File.Delete(old);
        }

        foreach (var file in Directory.EnumerateFiles(from, "*.yaml"))
        {
            var lines = File.ReadAllLines(file).Select(line => line.StartsWith("schedule:", StringComparison.Ordinal) ? FastSchedule : line);
            File.WriteAllLines(Path.Combine(to, Path.GetFileName(file)), lines);
        }
    }

    private static async Task RequireEmptyAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("select count(*) from information_schema.schemata where schema_name in ('retl', 'analytics')", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is not 0L)
        {
            throw new UserException(
                "The database in ConnectionStrings__State has a schema 'retl' or 'analytics' already.",
                "The demo starts from nothing and deletes nobody's data: name an empty database, or unset the variable to use a private Postgres.");
        }
    }

    private static async Task RecreateAsync(PrivatePostgres postgres, string database, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var drop = new NpgsqlCommand($"drop database if exists {database} with (force)", connection);
        await drop.ExecuteNonQueryAsync(cancellationToken);
        await postgres.CreateDatabaseAsync(database, cancellationToken);
    }

    private static SandboxServer Serve(SandboxSite site, TimeProvider time, int port) => new(site, time, Free(port) ?? 0);

    // The usual port, or none in particular when somebody has it.
    private static int? Free(int port)
    {
        using var probe = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        try
        {
            probe.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
            return port;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null;
        }
    }
}
