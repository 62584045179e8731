using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Configuration;

namespace ReverseEtl.Daemon.Tests.Support;

/// <summary>A folder with mapping files and configuration, and the program over fake sides.</summary>
internal sealed class Bench
{
    private readonly Dictionary<string, string?> _configuration = new()
    {
        ["ConnectionStrings:State"] = "Host=nowhere",
        ["Warehouses:main:Type"] = "postgres",
        ["Crms:salesforce:Type"] = "salesforce",
        ["Urls"] = "http://127.0.0.1:1",
    };

    public Bench()
    {
        Directory.CreateDirectory(Mappings);
        Write("accounts", SampleMapping.Text);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("retl-").FullName;

    public string Mappings => Path.Combine(Folder, "mappings");

    public FakeConnections Sides { get; } = new();

    public FakeRunner Runner { get; } = new();

    public FakeTimeProvider Time { get; init; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public RetlSettings Settings => new(new ConfigurationBuilder().AddInMemoryCollection(_configuration).Build(), Folder);

    public Bench With(string key, string? value)
    {
        _configuration[key] = value;
        return this;
    }

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Mappings, $"{name}.yaml"), text);

    public void Delete(string name) => File.Delete(Path.Combine(Mappings, $"{name}.yaml"));

    /// <summary>Runs a command in this process.</summary>
    public async Task<Answer> RunAsync(params string[] arguments)
    {
        var settings = Path.Combine(Folder, "appsettings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(_configuration));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parts = new RetlParts
        {
            Connect = (_, _) => Sides,
            Cycles = (_, _, _, _) => Runner,
            Time = Time,
            Folder = Folder,
            Output = output,
            Error = error,
        };
        var exit = await Retl.RunAsync([.. arguments, "--config", settings], parts, CancellationToken.None);
        return new(exit, output.ToString(), error.ToString());
    }
}

/// <summary>What a command answered.</summary>
internal sealed record Answer(int Exit, string Output, string Error)
{
    /// <summary>The one JSON document; fails when there is more or less.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;
}
