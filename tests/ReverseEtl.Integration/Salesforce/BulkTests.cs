using ReverseEtl.Crms;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Integration.Salesforce;

/// <summary>Large sets between a real Postgres and the simulated org: by Bulk, with everything that holds for small ones.</summary>
public sealed class BulkTests : Scenario
{
    private readonly List<string> _paths = [];

    [Fact]
    public async Task Large_set_is_handed_over_at_once_and_what_is_left_goes_as_ever()
    {
        await BeginAsync();
        for (var i = 0; i < 45; i++)
        {
            await AddAsync($"P-{i}", ("phone", $"{i}"));
        }

        var plan = await PlanAsync();
        Assert.Equal([("bulk", 40L), ("collections", 5L)], plan.Lanes.Select(lane => (lane.Lane, lane.Records)).Order());
        Assert.DoesNotContain(_paths, IsJob);

        var done = await SyncAsync();
        Assert.Equal((45L, 0L), (done.Result.Created, done.Result.Rejected));
        Assert.Equal(2, _paths.Count(path => path.EndsWith("/jobs/ingest", StringComparison.Ordinal)));
        Assert.Equal(45, CountInCrm);
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_fails_in_a_job_is_a_reject_and_the_others_are_stored()
    {
        await BeginAsync();
        for (var i = 0; i < 20; i++)
        {
            await AddAsync($"P-{i}", ("email", i == 7 ? "no address" : $"p-{i}@example.org"));
        }

        var done = await SyncAsync();
        Assert.Equal((19L, 1L), (done.Result.Created, done.Result.Rejected));
        Assert.Equal(["P-7|validation"], await World.RowsAsync("select key, class from retl.reject"));
    }

    [Fact]
    public async Task Job_whose_end_was_not_seen_is_judged_by_what_is_stored()
    {
        await BeginAsync();
        for (var i = 0; i < 20; i++)
        {
            await AddAsync($"P-{i}", ("phone", $"{i}"));
        }

        // The job is done, and nobody hears of it.
        _deaf = true;
        var unheard = await SyncAsync();
        Assert.Equal(0L, unheard.Result.Created);
        Assert.Equal(20, CountInCrm);

        _deaf = false;
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();
        await RestsAsync();
        Assert.Equal(20, CountInCrm);
    }

    private bool _deaf;

    private async Task BeginAsync()
    {
        await BeginAsync(People.Salesforce);

        // The clock jumps to whatever is waited for: while a job is uploaded that must not be the next renewal of the lease, again and again.
        World.Options = World.Options with { LeaseTime = TimeSpan.FromHours(1) };
        await World.Crm.DisposeAsync();
        World.Crm = CrmRegistry.Create(new CrmConnection(
            People.Salesforce,
            new Dictionary<string, string?>
            {
                ["Type"] = "salesforce",
                ["LoginUrl"] = "http://salesforce.test",
                ["ClientId"] = SalesforceOptions.DefaultClientId,
                ["ClientSecret"] = SalesforceOptions.DefaultClientSecret,
                ["BulkWritesFrom"] = "20",
                ["BulkWritesPerJob"] = "20",
            },
            World.Time,
            new Random(1))
        {
            Wire = new Ear(new SandboxHandler(World.Site, World.Time), this),
        });
    }

    private static bool IsJob(string path) => path.Contains("/jobs/", StringComparison.Ordinal);

    private sealed class Ear(HttpMessageHandler inner, BulkTests test) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            test._paths.Add(path);
            var answer = await base.SendAsync(request, cancellationToken);
            return test._deaf && path.Contains("/jobs/ingest/", StringComparison.Ordinal) && request.Method == HttpMethod.Get
                ? throw new IOException("nobody hears it")
                : answer;
        }
    }
}
