using System.Text.Json;
using Npgsql;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Sandbox.Postgres;

namespace ReverseEtl.Daemon.Tests.Processes;

/// <summary>The built program against a real PostgreSQL and the simulated Salesforce over real HTTP.</summary>
public sealed class EndToEndTests : IAsyncLifetime
{
    private const string Model = """
        create schema analytics;
        create table analytics.accounts (account_id text primary key, name text, phone text, csm text, domain text, updated_at timestamptz default now());
        insert into analytics.accounts (account_id, name, phone, domain) values ('A-1', 'Acme', '1', 'acme.example'), ('A-2', 'Bolt', null, 'bolt.example');
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("retl-").FullName;
    private readonly Dictionary<string, string> _environment = new() { ["Urls"] = "http://127.0.0.1:0" };
    private TestDatabase _database = null!;
    private RetlProcess _sandbox = null!;

    private string MappingPath => Path.Combine(_folder, "mappings", "accounts.yaml");

    private static string Mapping => SampleMapping.With("  changed_at: updated_at", "  changed_at: updated_at\n  write_to: analytics.accounts");

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using (var connection = new NpgsqlConnection(_database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(Model, connection);
            await command.ExecuteNonQueryAsync();
        }

        _sandbox = RetlProcess.Start(_folder, new Dictionary<string, string>(), "sandbox", "--salesforce-port", "0", "--hubspot-port", "0");
        var line = await _sandbox.OutputLineAsync("Salesforce:");
        _environment["Crms__salesforce__LoginUrl"] = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        _environment["ConnectionStrings__State"] = _environment["Warehouses__main__ConnectionString"] = _database.ConnectionString;
        File.Copy(Repository.PathOf("appsettings.json"), Path.Combine(_folder, "appsettings.json"));
        Directory.CreateDirectory(Path.Combine(_folder, "mappings"));
        await File.WriteAllTextAsync(MappingPath, Mapping);
    }

    public async Task DisposeAsync()
    {
        _sandbox.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Commands_from_validation_to_explanation()
    {
        Assert.Equal(0, (await RunAsync("validate", "--json")).Json.GetArrayLength());

        var plan = await RunAsync("plan", "--json");
        Assert.Equal(2, plan.Exit);
        Assert.Equal(["A-1", "A-2"], plan.Json[0].GetProperty("changes").EnumerateArray()
            .Where(change => change.GetProperty("action").GetString() == "create").Select(change => change.GetProperty("key").GetString()).Order());

        var sync = await RunAsync("sync", "--json");
        Assert.Equal((0, 2), (sync.Exit, sync.Json[0].GetProperty("created").GetInt32()));

        var explained = await RunAsync("explain", "accounts", "A-1", "Name", "--json");
        Assert.Equal("linked", explained.Json.GetProperty("state").GetString());
        Assert.Equal("Acme", explained.Json.GetProperty("fields")[0].GetProperty("crm").GetString());
        Assert.Equal("accounts", (await RunAsync("runs", "--json")).Json[0].GetProperty("mapping").GetString());
        Assert.Equal(2, (await RunAsync("status", "--json")).Json.GetProperty("mappings")[0].GetProperty("linked").GetInt32());
    }

    [Fact]
    public async Task Validation_finds_wrong_names_on_both_live_sides()
    {
        await File.WriteAllTextAsync(MappingPath, Mapping.Replace("warehouse: phone, crm: Phone", "warehouse: phnoe, crm: Phoen", StringComparison.Ordinal));

        var answer = await RunAsync("validate", "--json");

        Assert.Equal(1, answer.Exit);
        Assert.Equal([("fields[1].warehouse", "phone"), ("fields[1].crm", "Phone")], answer.Json.EnumerateArray()
            .Select(problem => (problem.GetProperty("path").GetString(), problem.GetProperty("suggestion").GetString())));
    }

    [Fact]
    public async Task Daemon_follows_the_files_and_ends_well()
    {
        using var daemon = RetlProcess.Start(_folder, _environment, "daemon");
        var line = await daemon.ErrorLineAsync("Listening on ");
        await daemon.ErrorLineAsync("accounts: cycle ok: 2 created");
        using var client = new HttpClient { BaseAddress = new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..]) };
        var readiness = await ReadinessAsync(client);
        Assert.True(readiness.GetProperty("ready").GetBoolean());
        var use = readiness.GetProperty("connections").EnumerateArray().Single(each => each.GetProperty("kind").GetString() == "crm").GetProperty("use");
        Assert.InRange(use.GetProperty("used").GetInt64(), 1, use.GetProperty("limit").GetInt64());

        await File.WriteAllTextAsync(MappingPath, Mapping.Replace("push: 5m", "push: never", StringComparison.Ordinal));
        await daemon.ErrorLineAsync("the changed file cannot be used, the last good version keeps running");
        Assert.Equal("stale", (await ReadinessAsync(client)).GetProperty("mappings")[0].GetProperty("state").GetString());

        await File.WriteAllTextAsync(MappingPath, Mapping.Replace("push: 5m", "push: 7m", StringComparison.Ordinal));
        await daemon.ErrorLineAsync("the file is good and in force");
        File.Delete(MappingPath);
        await daemon.ErrorLineAsync("the file is gone, its loops stop");

        await daemon.TerminateAsync();
        Assert.Equal(0, await daemon.ExitAsync());
    }

    private static async Task<JsonElement> ReadinessAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("readyz");
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private Task<Answer> RunAsync(params string[] arguments) => RetlProcess.RunAsync(_folder, _environment, arguments);
}
