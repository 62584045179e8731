using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Daemon.Hosting;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Postgres;

namespace ReverseEtl.Integration.Webhooks;

/// <summary>
/// A daemon that polls once an hour, a simulated HubSpot that calls it, and a Postgres that tells what changes: all on the real clock, over
/// real HTTP. Between the two stands a proxy, so that the public address is another one than the daemon's.
/// </summary>
internal sealed class Office : IAsyncDisposable
{
    private const string PublicUrl = "https://retl.example/webhooks/hubspot";

    private const string Model = """
        create table people (id text primary key, email text, last_name text, phone text, updated_at timestamptz not null default clock_timestamp());
        insert into people (id, email, last_name, phone) select 'P-' || n, 'p' || n || '@example.org', 'Last', '0' from generate_series(1, 20) n;
        create function tell_row() returns trigger language plpgsql as $$ begin perform pg_notify('told', new.id || ' ' || new.phone); return null; end $$;
        create trigger tell after update on people for each row execute function tell_row();
        """;

    private const string TellRuns = """
        create function tell_run() returns trigger language plpgsql as $$
            begin perform pg_notify('told', 'run ' || new.reason || ' ' || (new.outcome is not null)); return null; end $$;
        create trigger tell after update on retl.run for each row execute function tell_run();
        """;

    private const string Mapping = """
        version: 1
        name: people
        warehouse: { connection: main, table: public.people, key: id, changed_at: updated_at, write_to: public.people }
        crm: { connection: hubspot, object: contacts, key: warehouse_id }
        match:
          - { warehouse: email, crm: email, as: email }
        fields:
          - { warehouse: email, crm: email, owner: warehouse }
          - { warehouse: last_name, crm: lastname, owner: warehouse }
          - { warehouse: phone, crm: phone, owner: shared, on_conflict: newest_wins }
        schedule: { push: 1h, pull: 1h }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("retl-office-").FullName;
    private readonly HubSpotSandbox _account = new(TimeProvider.System);
    private readonly SandboxSite _site;
    private readonly SandboxServer _server;
    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _listener;
    private readonly Queue<string> _told = new();
    private readonly CommandScope _scope;
    private readonly WebApplication _daemon;
    private readonly HttpClient _client;
    private readonly WebhookSender _sender;

    private Office(TestDatabase database)
    {
        _database = database;
        _listener = new NpgsqlConnection(database.ConnectionString);
        _listener.Notification += (_, note) => _told.Enqueue(note.Payload);
        _site = new SandboxSite(_account);
        _server = new SandboxServer(_site, TimeProvider.System);
        Screen = new CrmScreen(_site, hasProperties: true);
        _account.Subscribe(HubSpotApp.Default.AppId, PublicUrl, "contact.propertyChange:phone");
        Directory.CreateDirectory(Path.Combine(_folder, "mappings"));
        File.WriteAllText(Path.Combine(_folder, "mappings", "people.yaml"), Mapping);
        _scope = new CommandScope(Parts(), Settings(), new Ui(TextWriter.Null, TextWriter.Null, json: false, verbose: false));
        _daemon = DaemonHost.Build(_scope, loggers => Parts().Cycles(_scope.Settings, _scope.Connections, _scope.Time, loggers), LogLevel.Warning);
        _client = new HttpClient(new Proxy(() => _daemon.Urls.Single()));
        _sender = new WebhookSender(_site, _client, TimeProvider.System);
    }

    public CrmScreen Screen { get; }

    /// <summary>Opens it when everything is in step and the daemon has nothing to do for an hour.</summary>
    public static async Task<Office> OpenAsync()
    {
        var office = new Office(await TestDatabase.CreateAsync());
        await office.SqlAsync(Model);
        await office._scope.Connections.State.MigrateAsync(CancellationToken.None);
        await office.SqlAsync(TellRuns);
        await office._listener.OpenAsync();
        await using (var listen = new NpgsqlCommand("listen told", office._listener))
        {
            await listen.ExecuteNonQueryAsync();
        }

        await office._daemon.StartAsync();
        await office.HearAsync("run push and pull true");
        return office;
    }

    /// <summary>Sends the calls that are due.</summary>
    public Task<int> SendAsync() => _sender.SendDueAsync(CancellationToken.None);

    /// <summary>A person edits the phone of one row's record after the other; how long each edit takes to reach the warehouse.</summary>
    public async Task<IReadOnlyList<TimeSpan>> MeasureEditsAsync(int edits)
    {
        var times = new List<TimeSpan>();
        for (var n = 1; n <= edits; n++)
        {
            var id = Screen.IdOf("contacts", "warehouse_id", $"P-{n}");
            var start = Stopwatch.GetTimestamp();
            Screen.Edit("contacts", id, ("phone", $"+49 {n}"));
            await SendAsync();
            await HearAsync($"P-{n} +49 {n}");
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        return times;
    }

    /// <summary>What the account hands out is sent to the daemon as it is; the status that came back.</summary>
    public async Task<int> CallAsync(HubSpotForgery kind, string body)
    {
        var forged = _account.ForgeWebhook(kind, HubSpotApp.Default.AppId, body);
        using var request = new HttpRequestMessage(HttpMethod.Post, forged.Url) { Content = new StringContent(forged.Body) };
        foreach (var (name, value) in forged.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await _client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>Waits until the database tells something; what it told before is passed over.</summary>
    public async Task HearAsync(string news)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            while (_told.TryDequeue(out var told))
            {
                if (told == news)
                {
                    return;
                }
            }

            await _listener.WaitAsync(patience.Token);
        }
    }

    public async Task<string?> ValueAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.StopAsync();
        await _daemon.DisposeAsync();
        await _scope.DisposeAsync();
        await _server.DisposeAsync();
        _client.Dispose();
        await _listener.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<string?> SqlAsync(string sql) => ValueAsync(sql);

    private RetlParts Parts() => new()
    {
        Connect = (settings, time) => new ConfiguredConnections(settings, time),
        Cycles = (settings, connections, time, loggers) => new EngineCycleRunner(
            connections, new Cycle(connections.State, settings.Engine, time, loggers.CreateLogger<Cycle>()), settings.Daemon, time),
        Folder = _folder,
        Output = TextWriter.Null,
        Error = TextWriter.Null,
    };

    private RetlSettings Settings() => new(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["ConnectionStrings:State"] = _database.ConnectionString,
            ["Warehouses:main:Type"] = "postgres",
            ["Warehouses:main:ConnectionString"] = _database.ConnectionString,
            ["Crms:hubspot:Type"] = "hubspot",
            ["Crms:hubspot:BaseUrl"] = _server.Url.ToString(),
            ["Crms:hubspot:AccessToken"] = HubSpotOptions.DefaultToken,
            ["Crms:hubspot:WebhookSecret"] = HubSpotApp.Default.ClientSecret,
            ["Crms:hubspot:WebhookUrl"] = PublicUrl,
        }).Build(),
        _folder);

    private sealed class Proxy(Func<string> inner) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(new Uri(inner()), request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
