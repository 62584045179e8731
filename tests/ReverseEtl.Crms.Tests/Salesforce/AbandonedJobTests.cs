using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Salesforce.Auth;
using ReverseEtl.Crms.Tests.Http;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Jobs that an earlier life of the connection left behind.</summary>
public sealed class AbandonedJobTests : IAsyncDisposable
{
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(20);
    private readonly JumpTime _time = new();
    private readonly BulkOrg _org;
    private readonly SalesforceCrm _crm;

    public AbandonedJobTests()
    {
        _org = new BulkOrg(_time);
        _crm = new SalesforceCrm(
            new SalesforceSettings { LoginUrl = new Uri("https://login.example"), Grant = new ClientCredentialsGrant("id", "s3cret"), RequestTimeout = TimeSpan.FromMinutes(10) },
            _org, _time, new Random(3));
    }

    public async ValueTask DisposeAsync()
    {
        await _crm.DisposeAsync();
        _org.Dispose();
    }

    [Fact]
    public async Task Job_that_was_never_closed_is_cleared_away()
    {
        _org.Add("Open", SalesforceRig.UserId, _time.GetUtcNow() - Old);
        Assert.True(await _crm.RestAsync("Contact", default));
        Assert.Empty(_org.Jobs);
    }

    [Fact]
    public async Task Job_that_runs_is_waited_for()
    {
        var job = _org.Add("InProgress", SalesforceRig.UserId, _time.GetUtcNow() - Old);
        Assert.True(await _crm.RestAsync("Contact", default));
        Assert.Equal("JobComplete", job.State);
    }

    [Fact]
    public async Task Job_that_goes_on_and_on_is_told_of_and_left_to_run()
    {
        _org.Polls = -1;
        var job = _org.Add("UploadComplete", SalesforceRig.UserId, _time.GetUtcNow() - Old);
        Assert.False(await _crm.RestAsync("Contact", default));
        Assert.Equal("InProgress", job.State);
    }

    [Theory]
    [InlineData("Open", "005000000000009AAA", 20, "upsert", "Contact")]
    [InlineData("Open", SalesforceRig.UserId, 2, "upsert", "Contact")]
    [InlineData("Open", SalesforceRig.UserId, 20, "query", "Contact")]
    [InlineData("Open", SalesforceRig.UserId, 20, "upsert", "Account")]
    [InlineData("JobComplete", SalesforceRig.UserId, 20, "upsert", "Contact")]
    public async Task Job_of_somebody_else_of_a_living_process_or_of_another_object_is_left_alone(
        string state, string user, int minutes, string operation, string type)
    {
        var job = _org.Add(state, user, _time.GetUtcNow() - TimeSpan.FromMinutes(minutes), operation, type);
        Assert.True(await _crm.RestAsync("Contact", default));
        Assert.Equal(state, job.State);
        Assert.Single(_org.Jobs);
    }

    [Fact]
    public async Task Jobs_on_later_pages_of_the_list_are_found_too()
    {
        var job = _org.Add("InProgress", SalesforceRig.UserId, _time.GetUtcNow() - Old);
        _org.Before = (_, path) => path.StartsWith("/jobs/ingest?jobType", StringComparison.Ordinal)
            ? BulkOrg.Json(200, """{"done":false,"records":[],"nextRecordsUrl":"/services/data/v66.0/jobs/ingest?queryLocator=a%2Bb"}""")
            : null;
        Assert.True(await _crm.RestAsync("Contact", default));
        Assert.Equal("JobComplete", job.State);
        Assert.Contains("GET /jobs/ingest?queryLocator=a%2Bb", _org.Calls);
    }

    [Theory]
    [InlineData("Open", "Open")]
    [InlineData("InProgress", "JobComplete")]
    public async Task Sign_in_that_tells_no_user_waits_for_every_job_and_clears_none_away(string state, string end)
    {
        _org.Nameless = true;
        var job = _org.Add(state, "005000000000009AAA", _time.GetUtcNow() - Old);
        Assert.True(await _crm.RestAsync("Contact", default));
        Assert.Equal(end, job.State);
        Assert.Single(_org.Jobs);
    }

    [Fact]
    public async Task Org_without_bulk_has_nothing_under_way()
    {
        _org.Before = (_, _) => BulkOrg.Error(404, "NOT_FOUND", "The requested resource does not exist");
        Assert.True(await _crm.RestAsync("Contact", default));
    }
}
