using Microsoft.Extensions.Logging.Abstractions;
using ReverseEtl.Daemon.Hosting;
using ReverseEtl.Daemon.Inspection;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Tests.Hosting;

public sealed class SupervisorTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly Supervisor _supervisor;
    private readonly Readiness _readiness;

    public SupervisorTests()
    {
        var settings = _bench.Settings;
        var catalog = new MappingCatalog(settings, new MappingInspector(_bench.Sides), NullLogger<MappingCatalog>.Instance);
        _supervisor = new Supervisor(catalog, _bench.Sides, _bench.Runner, settings, _bench.Time, NullLogger<Supervisor>.Instance);
        _readiness = new Readiness(catalog, _supervisor, _bench.Sides, settings, _bench.Time);
    }

    public async ValueTask DisposeAsync()
    {
        await _supervisor.StopAsync(CancellationToken.None);
        _supervisor.Dispose();
    }

    [Fact]
    public async Task Good_mapping_runs_and_everything_is_ready()
    {
        await StepAsync();
        await Assert.Single(_supervisor.Workers).FirstRound;

        var report = await _readiness.CheckAsync(CancellationToken.None);

        Assert.True(report.Ready);
        Assert.Equal([("state", "State"), ("warehouse", "main"), ("crm", "salesforce")], report.Connections.Select(each => (each.Kind, each.Name)));
        Assert.Equal("running", Assert.Single(report.Mappings).State);
    }

    [Fact]
    public async Task Parents_run_their_first_cycle_before_children()
    {
        var parent = new TaskCompletionSource<CycleReport>();
        _bench.Runner.Answer = (mapping, _) => mapping.Name == "accounts" ? parent.Task : Task.FromResult(FakeRunner.Report(mapping.Name));
        _bench.Sides.Salesforce.Schema = WithReference();
        _bench.Write("about", SampleMapping.With("name: accounts", "name: about").Replace("object: Account", "object: Contact", StringComparison.Ordinal)
            .Replace("crm: Name, owner: warehouse }", "crm: ParentId, owner: warehouse, references: accounts }", StringComparison.Ordinal));

        await StepAsync();
        Assert.Equal("accounts", Assert.Single(_bench.Runner.Cycles).Mapping);

        parent.SetResult(FakeRunner.Report("accounts"));
        await Task.WhenAll(_supervisor.Workers.Select(worker => worker.FirstRound));
        Assert.Equal(["accounts", "about"], _bench.Runner.Cycles.Select(cycle => cycle.Mapping));
    }

    [Fact]
    public async Task Changed_file_replaces_the_worker_without_two_cycles_at_once()
    {
        var first = new TaskCompletionSource<CycleReport>();
        _bench.Runner.Answer = (_, _) => first.Task;
        await StepAsync();

        _bench.Write("accounts", SampleMapping.With("push: 5m", "push: 7m"));
        await StepAsync();
        Assert.Single(_bench.Runner.Cycles);

        first.SetResult(FakeRunner.Report("accounts"));
        await Assert.Single(_supervisor.Workers).FirstRound;

        Assert.Equal(["5m", "7m"], _bench.Runner.Mappings.Select(mapping => mapping.Schedule.Push));
        Assert.Equal(1, _bench.Runner.MostAtOnce);
    }

    [Fact]
    public async Task Broken_change_is_told_by_readiness_while_the_old_version_runs()
    {
        await StepAsync();
        await Assert.Single(_supervisor.Workers).FirstRound;
        _bench.Write("accounts", "version: 1\n");
        await StepAsync();

        var report = await _readiness.CheckAsync(CancellationToken.None);

        Assert.True(report.Ready);
        var mapping = Assert.Single(report.Mappings);
        Assert.Equal("stale", mapping.State);
        Assert.Contains("the last good version keeps running", mapping.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removed_file_stops_its_loops()
    {
        await StepAsync();
        await Assert.Single(_supervisor.Workers).FirstRound;
        _bench.Delete("accounts");
        await StepAsync();

        Assert.Empty(_supervisor.Workers);
        _bench.Time.Advance(TimeSpan.FromHours(1));
        Assert.Single(_bench.Runner.Cycles);
    }

    [Fact]
    public async Task State_that_is_down_at_the_start_is_tried_again_and_told()
    {
        _bench.Sides.States.Failure = new PortException(PortTrouble.Unavailable, "connection refused");

        var next = await _supervisor.StepAsync(CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(5), next - _bench.Time.GetUtcNow());
        Assert.Empty(_supervisor.Workers);
        Assert.Equal(["state 'State': connection refused"], (await _readiness.CheckAsync(CancellationToken.None)).Reasons);

        _bench.Sides.States.Failure = null;
        await StepAsync();
        Assert.Single(_supervisor.Workers);
    }

    [Fact]
    public async Task Failing_mapping_makes_the_daemon_not_ready()
    {
        _bench.Runner.Answer = (_, _) => throw new PortException(PortTrouble.Unavailable, "the CRM is down");
        await StepAsync();
        await Assert.Single(_supervisor.Workers).FirstRound;

        var report = await _readiness.CheckAsync(CancellationToken.None);

        Assert.Equal(["mapping 'accounts' is failing: the CRM is down"], report.Reasons);
    }

    [Fact]
    public async Task Probes_do_not_cost_a_crm_call_each()
    {
        await StepAsync();
        for (var i = 0; i < 30; i++)
        {
            await _readiness.CheckAsync(CancellationToken.None);
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, _bench.Sides.Salesforce.Checks);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await _readiness.CheckAsync(CancellationToken.None);
        Assert.Equal(2, _bench.Sides.Salesforce.Checks);
    }

    [Fact]
    public async Task Stop_cuts_work_off_only_after_the_grace_period()
    {
        var isCutOff = false;
        _bench.Runner.Answer = async (mapping, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isCutOff = true;
            token.ThrowIfCancellationRequested();
            return FakeRunner.Report(mapping.Name);
        };
        await StepAsync();

        var stopping = _supervisor.StopAsync(CancellationToken.None);
        _bench.Time.Advance(TimeSpan.FromSeconds(24));
        Assert.False(isCutOff);
        _bench.Time.Advance(TimeSpan.FromSeconds(2));
        await stopping;

        Assert.True(isCutOff);
    }

    private Task<DateTimeOffset> StepAsync() => _supervisor.StepAsync(CancellationToken.None);

    private static Core.Schemas.SideSchema WithReference()
    {
        var fields = Schemas.Account.Fields.ToDictionary(StringComparer.OrdinalIgnoreCase);
        fields["ParentId"] = new("ParentId", new(Core.Values.FieldKind.Reference)) { ReferenceTo = ["Account"] };
        return Schemas.Account with { Fields = fields };
    }
}
