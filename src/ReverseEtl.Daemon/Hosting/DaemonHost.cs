using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Inspection;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Daemon.Webhooks;

namespace ReverseEtl.Daemon.Hosting;

/// <summary>The daemon: loops of the mappings and a small HTTP face.</summary>
public static class DaemonHost
{
    /// <summary>Where the daemon listens unless told otherwise: loopback only.</summary>
    public const string DefaultUrls = "http://127.0.0.1:5080";

    private static readonly TimeSpan BeyondGrace = TimeSpan.FromSeconds(10);

    /// <summary>Puts the daemon together; nothing runs yet.</summary>
    /// <param name="scope">Configuration, connections and clock; not disposed here.</param>
    /// <param name="cycles">Makes what runs the cycles.</param>
    /// <param name="least">The least that is logged, unless people want to see all.</param>
    public static WebApplication Build(CommandScope scope, Func<ILoggerFactory, Connections.ICycleRunner> cycles, LogLevel least = LogLevel.Information)
    {
        var options = scope.Settings.Daemon;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(scope.Settings.Configuration);
        StandardErrorLog.Add(builder.Logging, scope.Ui.Json ? "json" : options.LogFormat, scope.Ui.Verbose ? LogLevel.Debug : least);
        builder.WebHost.UseUrls((scope.Settings.Configuration["Urls"] ?? DefaultUrls).Split(';', StringSplitOptions.RemoveEmptyEntries));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.GracePeriod + BeyondGrace);
        builder.Services.Configure<JsonOptions>(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddSingleton(scope.Time);
        builder.Services.AddSingleton(scope.Settings);
        builder.Services.AddSingleton(scope.Connections);
        builder.Services.AddSingleton<MappingInspector>();
        builder.Services.AddSingleton<MappingCatalog>();
        builder.Services.AddSingleton(services => cycles(services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<Supervisor>();
        builder.Services.AddSingleton<WebhookReceiver>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Supervisor>());
        var app = builder.Build();
        Map(app);
        return app;
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/healthz", () => Results.Json(new { Status = "up" }));
        app.MapGet("/readyz", async (Readiness readiness, CancellationToken cancellationToken) =>
        {
            var report = await readiness.CheckAsync(cancellationToken);
            return Results.Json(report, statusCode: report.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        app.MapPost("/webhooks/{connection}", WebhookEndpoint.ReceiveAsync);
        app.MapGet("/schemas/mapping.v1.json", () => Results.Text(MappingSchema.Write(), "application/schema+json"));
    }
}
