using System.Net;
using System.Text.Json;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.Tests.Support;

namespace ReverseEtl.Daemon.Tests.Processes;

/// <summary>What only a real process shows: signals, exit codes, what is on which stream.</summary>
public class ProcessTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    // Port 1 refuses at once.
    private static readonly Dictionary<string, string> Unreachable = new()
    {
        ["ConnectionStrings__State"] = "Host=127.0.0.1;Port=1;Database=retl;Username=postgres;Password=hunter2",
        ["Urls"] = "http://127.0.0.1:0",
    };

    [Fact]
    public async Task Example_mappings_validate_offline_and_standard_output_is_one_document()
    {
        var answer = await RetlProcess.RunAsync(Repository.Root, Nothing, "validate", "--offline", "--json");

        Assert.Equal((0, 0, ""), (answer.Exit, answer.Json.GetArrayLength(), answer.Error));
    }

    [Fact]
    public async Task Schema_prints_the_schema()
    {
        var answer = await RetlProcess.RunAsync(Repository.Root, Nothing, "schema");

        Assert.Equal(MappingSchema.Write().TrimEnd(), answer.Output.TrimEnd());
    }

    [Fact]
    public async Task Environment_variables_override_the_file_and_secrets_are_not_shown()
    {
        var answer = await RetlProcess.RunAsync(Repository.Root, Unreachable, "status", "--json", "--verbose");

        Assert.Equal(1, answer.Exit);
        Assert.Contains("127.0.0.1:1", answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", answer.Output + answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_without_its_state_is_up_not_ready_and_ends_with_0_on_sigterm()
    {
        using var daemon = RetlProcess.Start(Repository.Root, Unreachable, "daemon");
        var url = UrlIn(await daemon.ErrorLineAsync("Listening on "));
        await daemon.ErrorLineAsync("The state is not ready");
        using var client = new HttpClient { BaseAddress = url };

        using var health = await client.GetAsync("healthz");
        using var readiness = await client.GetAsync("readyz");
        var report = JsonDocument.Parse(await readiness.Content.ReadAsStringAsync()).RootElement;

        Assert.True(url.IsLoopback);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (health.StatusCode, readiness.StatusCode));
        Assert.StartsWith("state 'State':", report.GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
        await daemon.TerminateAsync();
        Assert.Equal(0, await daemon.ExitAsync());
        Assert.Equal("", await daemon.RestOfOutputAsync());
    }

    [Fact]
    public async Task Daemon_logs_json_when_asked()
    {
        using var daemon = RetlProcess.Start(Repository.Root, Unreachable, "daemon", "--json");

        var line = JsonDocument.Parse(await daemon.ErrorLineAsync("Listening on ")).RootElement;

        Assert.Equal("Information", line.GetProperty("LogLevel").GetString());
        await daemon.TerminateAsync();
        Assert.Equal(0, await daemon.ExitAsync());
        Assert.Equal("stopped", JsonDocument.Parse(await daemon.RestOfOutputAsync()).RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Address_that_is_taken_is_told_with_a_remedy()
    {
        using var first = RetlProcess.Start(Repository.Root, Unreachable, "daemon");
        var url = UrlIn(await first.ErrorLineAsync("Listening on "));

        var second = await RetlProcess.RunAsync(Repository.Root, new Dictionary<string, string>(Unreachable) { ["Urls"] = url.ToString() }, "daemon");

        Assert.Equal(1, second.Exit);
        Assert.Contains("address already in use", second.Error, StringComparison.Ordinal);
        Assert.Contains("set Urls to another address", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sandbox_serves_both_crms_until_sigterm()
    {
        using var sandbox = RetlProcess.Start(Repository.Root, Nothing, "sandbox", "--salesforce-port", "0", "--hubspot-port", "0");
        var salesforce = UrlIn(await sandbox.OutputLineAsync("Salesforce:"));
        var hubspot = UrlIn(await sandbox.OutputLineAsync("HubSpot:"));
        using var client = new HttpClient();

        using var versions = await client.GetAsync(new Uri(salesforce, "services/data"));
        using var counters = await client.GetAsync(new Uri(hubspot, "_sandbox/counters"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (versions.StatusCode, counters.StatusCode));
        await sandbox.TerminateAsync();
        Assert.Equal(0, await sandbox.ExitAsync());
    }

    private static Uri UrlIn(string line) => new(line[line.IndexOf("http://", StringComparison.Ordinal)..].Split([' ', ',', '"'])[0]);
}
