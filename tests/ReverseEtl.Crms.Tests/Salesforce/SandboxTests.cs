using System.Text.Json.Nodes;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>The connector against the simulated org, beyond what the contract of all connectors asks.</summary>
public sealed class SandboxTests : IAsyncDisposable
{
    private readonly SalesforceBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Pages_of_any_size_give_every_record_once()
    {
        _bench.Org.Switches = _bench.Org.Switches with { MaxPageSize = 3 };
        var ids = Create(10);
        var pages = await Pages(null);
        Assert.Equal(ids.Order(StringComparer.Ordinal), pages.SelectMany(page => page).Select(change => change.Id).Order(StringComparer.Ordinal));
        Assert.All(pages, page => Assert.InRange(page.Count, 1, 3));
    }

    [Fact]
    public async Task Token_that_dies_between_pages_is_renewed()
    {
        _bench.Org.Switches = _bench.Org.Switches with { MaxPageSize = 2, TokenLifetimeCalls = 2 };
        Create(9);
        Assert.Equal(9, (await Pages(null)).Sum(page => page.Count));
    }

    [Fact]
    public async Task Broken_and_halved_answers_to_reads_are_asked_for_again()
    {
        Create(3);
        foreach (var kind in new[] { FaultKind.ResetBefore, FaultKind.ResetAfter, FaultKind.Truncate })
        {
            _bench.Site.Inject(new Fault(kind, PathContains: "/queryAll"));
        }

        Assert.Equal(3, (await Pages(null)).Sum(page => page.Count));
    }

    [Fact]
    public async Task Silence_after_a_write_ends_in_one_record()
    {
        _bench.Site.Inject(new Fault(FaultKind.SilenceAfter, PathContains: "/composite/sobjects"));
        var schema = (await _bench.Crm.DescribeAsync("Contact", default))!;
        var writing = _bench.Crm.WriteAsync(new CrmWriteBatch("Contact", "Warehouse_Id__c", schema, [SalesforceRig.Upsert("k", ("LastName", "x"))], DateTimeOffset.MaxValue), default);
        await Eventually.Holds(() => _bench.WithKey("k").Count == 1);
        _bench.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(WriteOutcome.Unknown, Assert.Single(await writing).Outcome);
        Assert.Single(_bench.WithKey("k"));
    }

    [Fact]
    public async Task Row_that_is_locked_for_a_moment_is_written_in_the_end()
    {
        var id = Create(1)[0];
        _bench.Org.LockRows([id], 2);
        Assert.Equal(WriteOutcome.Confirmed, Assert.Single(await Write(SalesforceRig.Update(id, ("Title", "x")))).Outcome);
    }

    [Fact]
    public async Task Row_that_stays_locked_is_put_off()
    {
        var id = Create(1)[0];
        _bench.Org.LockRows([id], 1000);
        var result = Assert.Single(await Write(SalesforceRig.Update(id, ("Title", "x"))));
        Assert.Equal(("lock", RetryRule.Later), (result.Error!.Class, result.Error.Retry));
    }

    [Fact]
    public async Task Column_that_is_gone_rejects_only_those_who_write_it()
    {
        var schema = (await _bench.Crm.DescribeAsync("Contact", default))!;
        _bench.Org.HideField("Contact", "Title");
        var results = await _bench.Crm.WriteAsync(
            new CrmWriteBatch("Contact", "Warehouse_Id__c", schema, [SalesforceRig.Upsert("a", ("LastName", "x"), ("Title", "y")), SalesforceRig.Upsert("b", ("LastName", "x"))], DateTimeOffset.MaxValue), default);
        Assert.Equal([WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
        Assert.Equal("schema", results[0].Error!.Class);
    }

    [Fact]
    public async Task Fls_removal_surfaces_as_not_observed_and_never_as_null()
    {
        var id = Create(1)[0];
        var read = await Read("Title", "LastName");
        await _bench.Crm.ReadAsync(read, [id], default);
        _bench.Org.HideField("Contact", "Title");
        var values = (await Pages(null, read))[0][0].Record!.Values;
        Assert.Equal((FieldValue.NotObserved, ValueState.Value), (values[0], values[1].State));
        Assert.Equal(FieldValue.NotObserved, (await _bench.Crm.ReadAsync(read, [id], default))[id].Values[0]);
        Assert.Null((await _bench.Crm.DescribeAsync("Contact", default))!.Find("Title"));
    }

    [Fact]
    public async Task Fls_removal_between_two_reads_by_id_is_seen_too()
    {
        var id = Create(1)[0];
        var read = await Read("Title");
        await _bench.Crm.ReadAsync(read, [id], default);
        _bench.Org.HideField("Contact", "Title");
        Assert.Equal(FieldValue.NotObserved, (await _bench.Crm.ReadAsync(read, [id], default))[id].Values[0]);
    }

    [Fact]
    public async Task Large_object_is_read_by_a_query_job_as_by_pages()
    {
        var ids = Create(25);
        _bench.DeleteAsUser(ids[3]);
        var read = await Read("LastName", "Title", "Owner.Email", "Score__c");
        await using var crm = _bench.New(SalesforceOptions.DefaultClientSecret, new Dictionary<string, string?> { ["BulkReadsFrom"] = "5" });
        var paths = new List<string>();
        _bench.Wire.Before = paths.Add;
        var byJob = await Changes(crm);
        Assert.Contains(paths, path => path.EndsWith("/jobs/query", StringComparison.Ordinal));
        var byPages = await Changes(_bench.Crm);
        Assert.Equal(byPages.Select(Shown), byJob.Select(Shown));

        async Task<List<CrmChange>> Changes(ICrm crm)
        {
            var changes = new List<CrmChange>();
            await foreach (var page in crm.ReadChangesAsync(read, null, default))
            {
                changes.AddRange(page);
            }

            return [.. changes.OrderBy(change => change.Id, StringComparer.Ordinal)];
        }

        static string Shown(CrmChange change) =>
            $"{change.Id} {change.Version:O} {change.Record!.Presence} {change.Record.Key} {string.Join('|', change.Record.Values.Select(value => $"{value.State}{value.Text}"))}";
    }

    [Fact]
    public async Task Path_to_the_owner_is_read()
    {
        var id = Create(1)[0];
        var field = (await _bench.Crm.DescribePathAsync("Contact", "Owner.Email", default))!;
        Assert.Equal(FieldKind.Email, field.Type.Kind);
        var record = (await _bench.Crm.ReadAsync(new CrmRead("Contact", "Warehouse_Id__c", [field]), [id], default))[id];
        Assert.Equal(_bench.Org.Record("User", _bench.Org.HumanUserId)!["Email"], record.Values[0].Text);
    }

    [Fact]
    public async Task Duplicate_of_the_key_on_an_update_names_the_record_in_the_way()
    {
        await Write(SalesforceRig.Upsert("k", ("LastName", "x")));
        var other = Create(1)[0];
        var result = Assert.Single(await Write(SalesforceRig.Update(other, ("Title", "x")) with { Key = "k" }));
        Assert.Equal(("duplicate", _bench.WithKey("k")[0]), (result.Error!.Class, result.Error.ExistingId));
    }

    [Fact]
    public async Task Numbers_are_cut_by_salesforce_and_equal_to_what_was_written()
    {
        var result = Assert.Single(await Write(SalesforceRig.Upsert("k", ("LastName", "x"), ("Score__c", "12.349"))));
        var read = await Read("Score__c");
        var stored = (await _bench.Crm.ReadAsync(read, [result.Id!], default))[result.Id!].Values[0];
        Assert.True(read.Fields[0].Type.Same(stored, FieldValue.Of("12.349")));
    }

    [Fact]
    public async Task Day_that_is_used_up_stops_everything_with_a_time_to_come_back()
    {
        await _bench.Crm.CheckAsync(default);
        _bench.Org.Switches = _bench.Org.Switches with { DailyApiLimit = 1 };
        var e = await Assert.ThrowsAsync<PortException>(() => _bench.Crm.DescribeAsync("Contact", default));
        Assert.Equal(PortTrouble.Limited, e.Trouble);
        Assert.NotNull(e.RetryAfter);
    }

    [Fact]
    public async Task Refresh_token_that_rotates_keeps_working()
    {
        _bench.Org.Switches = _bench.Org.Switches with { RotateRefreshTokens = true };
        await using var crm = _bench.New("", new Dictionary<string, string?> { ["Auth"] = "refresh_token", ["ClientSecret"] = SalesforceOptions.DefaultClientSecret, ["RefreshToken"] = SalesforceOptions.DefaultRefreshToken });
        await crm.CheckAsync(default);
        _bench.Org.RevokeTokens();
        await crm.CheckAsync(default);
    }

    [Fact]
    public async Task Refresh_token_that_rotates_is_kept_for_the_next_life()
    {
        _bench.Org.Switches = _bench.Org.Switches with { RotateRefreshTokens = true };
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "token");
        var settings = new Dictionary<string, string?>
        {
            ["Auth"] = "refresh_token", ["ClientSecret"] = SalesforceOptions.DefaultClientSecret, ["RefreshToken"] = SalesforceOptions.DefaultRefreshToken, ["RefreshTokenFile"] = file,
        };
        for (var life = 0; life < 3; life++)
        {
            await using var crm = _bench.New("", settings);
            await crm.CheckAsync(default);
            Assert.Empty(crm.TakeWarnings());
        }

        Assert.NotEqual(SalesforceOptions.DefaultRefreshToken, await File.ReadAllTextAsync(file));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Refresh_token_that_rotates_and_is_kept_nowhere_is_warned_of()
    {
        _bench.Org.Switches = _bench.Org.Switches with { RotateRefreshTokens = true };
        var settings = new Dictionary<string, string?> { ["Auth"] = "refresh_token", ["ClientSecret"] = SalesforceOptions.DefaultClientSecret, ["RefreshToken"] = SalesforceOptions.DefaultRefreshToken };
        await using (var crm = _bench.New("", settings))
        {
            await crm.CheckAsync(default);
            Assert.Contains("RefreshTokenFile", Assert.Single(crm.TakeWarnings()), StringComparison.Ordinal);
        }

        settings["RefreshTokenFile"] = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "nowhere");
        _bench.Org.Switches = _bench.Org.Switches with { RotateRefreshTokens = true };
        await using var next = _bench.New("", settings);
        Assert.Equal(PortTrouble.SignIn, (await Assert.ThrowsAsync<PortException>(() => next.CheckAsync(default))).Trouble);
    }

    [Fact]
    public async Task Real_sockets_carry_the_same()
    {
        var org = new SalesforceSandbox(TimeProvider.System);
        await using var server = new SandboxServer(new SandboxSite(org), TimeProvider.System);
        await using var crm = CrmRegistry.Create(new CrmConnection(
            "salesforce",
            new Dictionary<string, string?>
            {
                ["Type"] = "salesforce",
                ["LoginUrl"] = server.Url.ToString(),
                ["ClientId"] = SalesforceOptions.DefaultClientId,
                ["ClientSecret"] = SalesforceOptions.DefaultClientSecret,
            },
            TimeProvider.System,
            new Random(1)));
        await crm.CheckAsync(default);
        var schema = (await crm.DescribeAsync("Account", default))!;
        var writes = Enumerable.Range(0, 450).Select(i => SalesforceRig.Upsert($"A-{i}", ("Name", $"Äcme {i}"))).ToList();
        var results = await crm.WriteAsync(new CrmWriteBatch("Account", "Warehouse_Id__c", schema, writes, DateTimeOffset.MaxValue), default);
        Assert.All(results, result => Assert.True(result is { Outcome: WriteOutcome.Confirmed, Created: true }));

        var found = await crm.FindByKeyAsync(new CrmRead("Account", "Warehouse_Id__c", [schema.Find("Name")!]), [.. writes.Select(write => write.Key!)], default);
        Assert.Equal(450, found.Count);
        Assert.Equal("Äcme 7", found["A-7"].Single().Values[0].Text);
    }

    private string[] Create(int count) => [.. Enumerable.Range(0, count).Select(i => _bench.Org.CreateAsUser("Contact", new JsonObject { ["LastName"] = $"n{i}" }))];

    private async Task<CrmRead> Read(params string[] fields)
    {
        var schema = (await _bench.Crm.DescribeAsync("Contact", default))!;
        return new CrmRead("Contact", "Warehouse_Id__c", [.. fields.Select(field => schema.Find(field) ?? new FieldSchema(field, new FieldType(FieldKind.Text)))]);
    }

    private async Task<List<IReadOnlyList<CrmChange>>> Pages(DateTimeOffset? since, CrmRead? read = null)
    {
        var pages = new List<IReadOnlyList<CrmChange>>();
        await foreach (var page in _bench.Crm.ReadChangesAsync(read ?? await Read("LastName"), since, default))
        {
            pages.Add(page);
        }

        return pages;
    }

    private async Task<IReadOnlyList<CrmWriteResult>> Write(params CrmWrite[] writes) =>
        await _bench.Crm.WriteAsync(new CrmWriteBatch("Contact", "Warehouse_Id__c", (await _bench.Crm.DescribeAsync("Contact", default))!, writes, DateTimeOffset.MaxValue), default);
}
