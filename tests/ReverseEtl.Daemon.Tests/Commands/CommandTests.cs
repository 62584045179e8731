using ReverseEtl.Crms.Tests.Http;
using System.Text.Json;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Daemon.Tests.Commands;

public class CommandTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Bench _bench = new();

    [Fact]
    public async Task Validate_of_good_files_is_an_empty_list_and_exit_code_0()
    {
        var answer = await _bench.RunAsync("validate", "--json");

        Assert.Equal((0, 0), (answer.Exit, answer.Json.GetArrayLength()));
    }

    [Fact]
    public async Task Validate_tells_file_and_live_problems_in_the_documented_shape()
    {
        _bench.Write("accounts", SampleMapping.With("crm: Phone", "crm: Phoen").Replace("push: 5m", "push: x", StringComparison.Ordinal));
        _bench.Sides.Main.Duplicates = ["A-1", "A-2"];

        var answer = await _bench.RunAsync("validate", "--json");

        Assert.Equal(1, answer.Exit);
        var problems = answer.Json.EnumerateArray().ToList();
        Assert.Equal(["file", "line", "column", "path", "severity", "message", "suggestion"], problems[0].EnumerateObject().Select(key => key.Name));
        Assert.Equal(["warehouse.key", "fields[1].crm", "schedule.push"], problems.Select(problem => problem.GetProperty("path").GetString()));
        Assert.Contains("more than one row has 'A-1', 'A-2'", problems[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(("Phone", "error"), (problems[1].GetProperty("suggestion").GetString(), problems[1].GetProperty("severity").GetString()));
    }

    [Fact]
    public async Task Validate_says_which_side_cannot_be_reached()
    {
        _bench.Sides.Salesforce.Failure = new PortException(PortTrouble.Unavailable, "no route to host");

        var answer = await _bench.RunAsync("validate", "--json");

        Assert.Equal(1, answer.Exit);
        var problem = Assert.Single(answer.Json.EnumerateArray());
        Assert.Equal(("crm.connection", "Could not be checked: no route to host"), (problem.GetProperty("path").GetString(), problem.GetProperty("message").GetString()));
        Assert.Equal(0, (await _bench.RunAsync("validate", "--offline")).Exit);
    }

    [Fact]
    public async Task Validate_names_the_nearest_table()
    {
        _bench.Write("accounts", SampleMapping.With("table: analytics.accounts", "table: analytics.acounts"));
        _bench.Sides.Main.Model = null;

        var problem = (await _bench.RunAsync("validate", "--json")).Json[0];

        Assert.Equal("analytics.accounts", problem.GetProperty("suggestion").GetString());
    }

    [Fact]
    public async Task Validate_names_the_object_that_people_call_so()
    {
        _bench.Sides.Salesforce.Schema = null;
        _bench.Sides.Salesforce.Objects = [new("Contact", ["Person"]), new("Customer__c", ["Account"])];

        var problem = (await _bench.RunAsync("validate", "--json")).Json[0];

        Assert.Equal(("crm.object", "Customer__c"), (problem.GetProperty("path").GetString(), problem.GetProperty("suggestion").GetString()));
    }

    [Fact]
    public async Task Validate_of_one_file_knows_its_neighbours_but_reports_only_the_file()
    {
        _bench.Write("broken", "version: [");
        _bench.Write("child", SampleMapping.With("name: accounts", "name: child").Replace("object: Account", "object: Contact", StringComparison.Ordinal)
            .Replace("crm: Name, owner: warehouse }", "crm: ParentId, owner: warehouse, references: accounts }", StringComparison.Ordinal));

        var answer = await _bench.RunAsync("validate", Path.Combine(_bench.Mappings, "child.yaml"), "--offline", "--json");

        Assert.Equal((0, 0), (answer.Exit, answer.Json.GetArrayLength()));
    }

    [Fact]
    public async Task Validate_tells_unknown_connections_with_the_nearest_name()
    {
        _bench.Write("accounts", SampleMapping.With("connection: salesforce", "connection: salesfroce"));

        var problem = Assert.Single((await _bench.RunAsync("validate", "--json")).Json.EnumerateArray());

        Assert.Equal(("crm.connection", "salesforce"), (problem.GetProperty("path").GetString(), problem.GetProperty("suggestion").GetString()));
    }

    [Fact]
    public async Task Plan_is_a_dry_run_with_the_documented_shape_and_exit_code_2()
    {
        _bench.Runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name) with
        {
            Changes = [new("A-1", "001", Side.Crm, "update", [new("Phone", FieldValue.Of("1"), FieldValue.Null, "owner: warehouse")])],
            Held = [new("A-2", "ambiguous_match")],
        });

        var answer = await _bench.RunAsync("plan", "--json");

        Assert.Equal(2, answer.Exit);
        Assert.True(Assert.Single(_bench.Runner.Requests).DryRun);
        var change = answer.Json[0].GetProperty("changes")[0];
        Assert.Equal("accounts", answer.Json[0].GetProperty("mapping").GetString());
        Assert.Equal(0, answer.Json[0].GetProperty("api_calls").GetInt32());
        Assert.Equal(["key", "crm_id", "side", "action", "fields"], change.EnumerateObject().Select(key => key.Name));
        Assert.Equal("crm", change.GetProperty("side").GetString());
        Assert.Equal(["field", "before", "after", "rule"], change.GetProperty("fields")[0].EnumerateObject().Select(key => key.Name));
        Assert.Equal(JsonValueKind.Null, change.GetProperty("fields")[0].GetProperty("after").ValueKind);
        Assert.Equal("ambiguous_match", answer.Json[0].GetProperty("held")[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("sync")]
    public async Task Side_that_cannot_be_asked_is_a_failure_of_the_connection_and_not_of_the_file(string command)
    {
        _bench.Sides.Salesforce.Failure = new PortException(PortTrouble.SignIn, "Salesforce does not accept the credentials.");

        var answer = await _bench.RunAsync(command);

        Assert.Equal(1, answer.Exit);
        Assert.Contains("Salesforce does not accept the credentials.", answer.Error, StringComparison.Ordinal);
        Assert.Contains("Mend the credentials in the configuration.", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Mend the file", answer.Error, StringComparison.Ordinal);
        Assert.Empty(_bench.Runner.Requests);
    }

    [Fact]
    public async Task Line_that_a_side_lost_does_not_stop_what_ran_before_and_is_an_error_to_validate()
    {
        var line = SampleMapping.Read(SampleMapping.Text).Mapping!.Fields[1];
        var fields = _bench.Sides.Salesforce.Schema!.Fields.Values.Where(field => field.Name != "Phone").Append(new("Phone2", new(FieldKind.Text)));
        _bench.Sides.Salesforce.Schema = new("Account", fields.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase));
        Assert.Equal(1, (await _bench.RunAsync("sync")).Exit);

        _bench.Sides.States.Lines.Add(new LineMemory(line.Warehouse, line.Crm, LineMemory.PrintOf(line), new(FieldKind.Text, FieldKind.Text)));

        Assert.Equal(0, (await _bench.RunAsync("sync")).Exit);
        var problem = Assert.Single((await _bench.RunAsync("validate", "--json")).Json.EnumerateArray());
        Assert.Equal(("fields[1].crm", "Phone2"), (problem.GetProperty("path").GetString(), problem.GetProperty("suggestion").GetString()));
        _bench.Write("accounts", SampleMapping.With("on_conflict: newest_wins", "on_conflict: review"));
        Assert.Equal(1, (await _bench.RunAsync("sync")).Exit);
    }

    [Fact]
    public async Task Plan_and_sync_tell_of_parked_lines()
    {
        _bench.Runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name) with
        {
            Parked = [new ParkedLine(1, "phone", "Phone", "Account has no field 'Phone'.", "Phone2")],
        });

        foreach (var command in new[] { "plan", "sync" })
        {
            var line = Assert.Single((await _bench.RunAsync(command, "--json")).Json[0].GetProperty("parked").EnumerateArray());
            Assert.Equal(["warehouse", "crm", "reason", "suggestion"], line.EnumerateObject().Select(key => key.Name));
        }

        var answer = await _bench.RunAsync("plan");
        Assert.Contains("did you mean 'Phone2'?", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_shows_by_which_lane_the_writes_would_go_and_what_they_cost()
    {
        _bench.Runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name) with { Lanes = [new PlannedLane("bulk", 12_000, 14)] });

        var lane = Assert.Single((await _bench.RunAsync("plan", "--json")).Json[0].GetProperty("lanes").EnumerateArray());

        Assert.Equal(("bulk", 12_000, 14), (lane.GetProperty("lane").GetString(), lane.GetProperty("records").GetInt32(), lane.GetProperty("calls").GetInt32()));
        Assert.Matches("bulk.*12000.*14", (await _bench.RunAsync("plan")).Output);
    }

    [Theory]
    [InlineData(500, false)]
    [InlineData(501, true)]
    public async Task Plan_tells_what_is_left_of_the_day_and_whether_the_cycle_fits(long calls, bool tooMany)
    {
        var use = new CrmUse(39_500, 100_000, 40_000) { UsedUpAt = new DateTimeOffset(2026, 3, 2, 16, 40, 0, TimeSpan.Zero) };
        _bench.Runner.Answer = (mapping, _) => Task.FromResult(new CycleReport(mapping.Name, 7, new RunResult { Outcome = "ok", ApiCalls = calls }) { Use = use });

        var told = (await _bench.RunAsync("plan", "--json")).Json[0].GetProperty("use");
        Assert.Equal((39_500, 100_000, 40_000, 500),
            (told.GetProperty("used").GetInt64(), told.GetProperty("limit").GetInt64(), told.GetProperty("share").GetInt64(), told.GetProperty("left").GetInt64()));
        Assert.Equal(use.UsedUpAt, told.GetProperty("used_up_at").GetDateTimeOffset());

        var output = (await _bench.RunAsync("plan")).Output;
        Assert.Contains("39,500 of 100,000 requests of the day are used, 500 are left of our share", output, StringComparison.Ordinal);
        Assert.Contains("used up at 2026-03-02 16:40Z", output, StringComparison.Ordinal);
        Assert.Equal(tooMany, output.Contains("the cycle needs more requests than are left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_says_who_compares_the_rows_and_why()
    {
        _bench.Runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name) with { Comparison = new Comparison(Comparer.Warehouse, "they are near") });

        var compare = (await _bench.RunAsync("plan", "--json")).Json[0].GetProperty("compare");

        Assert.Equal(("warehouse", "they are near"), (compare.GetProperty("by").GetString(), compare.GetProperty("why").GetString()));
        Assert.Matches("warehouse.*they are near", (await _bench.RunAsync("plan")).Output);
    }

    [Fact]
    public async Task Plan_without_changes_ends_with_0() => Assert.Equal(0, (await _bench.RunAsync("plan")).Exit);

    [Fact]
    public async Task Plan_for_people_shows_values_rules_and_that_nothing_was_written()
    {
        _bench.Runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name) with
        {
            Changes = [new("A-1", "001", Side.Crm, "update", [new("Phone", FieldValue.Of("[red]1"), FieldValue.Null, "owner: warehouse")])],
        });

        var answer = await _bench.RunAsync("plan", "accounts");

        Assert.Contains("[red]1", answer.Output, StringComparison.Ordinal);
        Assert.Contains("accounts: 1 change, no records held, no API calls. Nothing was written.", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_has_the_documented_shape_and_exit_code_0()
    {
        var answer = await _bench.RunAsync("sync", "accounts", "--json");

        Assert.Equal(0, answer.Exit);
        string[] keys = ["mapping", "run", "created", "updated", "linked", "deleted", "unchanged", "pulled", "rejected", "conflicts", "losses", "held", "api_calls", "duration_ms"];
        Assert.All(keys, key => Assert.True(answer.Json[0].TryGetProperty(key, out _), key));
        Assert.Equal("7", answer.Json[0].GetProperty("run").GetString());
        Assert.Equal(1, _bench.Sides.States.Migrations);
    }

    [Theory]
    [InlineData(new[] { "--push" }, true, false, false)]
    [InlineData(new[] { "--pull" }, false, true, false)]
    [InlineData(new[] { "--push", "--pull", "--approve" }, true, true, true)]
    [InlineData(new string[0], true, true, false)]
    public async Task Sync_passes_on_what_was_asked(string[] options, bool push, bool pull, bool approved)
    {
        await _bench.RunAsync(["sync", .. options]);

        Assert.Equal((push, pull, approved), _bench.Runner.Requests.Select(request => (request.Push, request.Pull, request.Approved)).Single());
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    public async Task Sync_that_leaves_work_for_people_ends_with_3(int rejected, int conflicts, int held)
    {
        _bench.Runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name) with
        {
            Result = new RunResult { Outcome = "attention", Rejected = rejected, Conflicts = conflicts, Held = held },
        });

        Assert.Equal(3, (await _bench.RunAsync("sync")).Exit);
    }

    [Fact]
    public async Task Sync_whose_side_fails_ends_with_1_one_line_and_a_remedy()
    {
        _bench.Runner.Answer = (_, _) => throw new PortException(PortTrouble.SignIn, "The CRM refuses the credentials.");

        var answer = await _bench.RunAsync("sync", "--json");

        Assert.Equal(1, answer.Exit);
        Assert.Equal("error: The CRM refuses the credentials.\n  Mend the credentials in the configuration.\n", answer.Error);
        Assert.Equal("failed", answer.Json[0].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Sync_of_a_broken_file_fails_and_the_others_run()
    {
        _bench.Write("broken", "version: 1\nname: broken\n");

        var answer = await _bench.RunAsync("sync", "--json");

        Assert.Equal(1, answer.Exit);
        Assert.Equal("accounts", Assert.Single(_bench.Runner.Cycles).Mapping);
        Assert.Contains("broken.yaml:1:1: error: The key 'warehouse' is missing", answer.Error, StringComparison.Ordinal);
        Assert.Equal(["broken", "accounts"], answer.Json.EnumerateArray().Select(each => each.GetProperty("mapping").GetString()));
    }

    [Fact]
    public async Task Sync_of_a_busy_mapping_waits_its_turn()
    {
        var bench = new Bench { Time = new JumpTime() };
        bench.Runner.Answer = (mapping, _) => Task.FromResult(bench.Runner.Cycles.Count < 3
            ? new CycleReport(mapping.Name, 0, new RunResult { Outcome = "busy" }) { Busy = true }
            : FakeRunner.Report(mapping.Name));

        Assert.Equal(0, (await bench.RunAsync("sync")).Exit);
        Assert.Equal(3, bench.Runner.Cycles.Count);
    }

    [Fact]
    public async Task Validate_tells_mistakes_of_the_file_and_of_the_sides_at_once()
    {
        _bench.Write("accounts", SampleMapping.With("owner: warehouse }", "owner: warehose }")
            .Replace("crm: Phone, owner: shared, on_conflict", "crm: Phon, owner: shared, on_conflit", StringComparison.Ordinal)
            .Replace("crm: Owner.Email, owner: crm", "crm: Owner.Email, owner: warehouse", StringComparison.Ordinal)
            .Replace("push: 5m", "push: soon", StringComparison.Ordinal));

        var answer = await _bench.RunAsync("validate", "--json");

        Assert.Equal(1, answer.Exit);
        Assert.Equal([17, 18, 18, 19, 20], answer.Json.EnumerateArray()
            .Where(each => each.GetProperty("severity").GetString() == "error").Select(each => each.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task Sync_of_a_mapping_that_stays_busy_fails_and_says_why()
    {
        _bench.Runner.Answer = (mapping, _) =>
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(new CycleReport(mapping.Name, 0, new RunResult { Outcome = "busy" }) { Busy = true });
        };

        var answer = await _bench.RunAsync("sync");

        Assert.Equal(1, answer.Exit);
        Assert.Contains("Another process is working on mapping 'accounts'.", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conflicts_have_the_documented_shape()
    {
        _bench.Sides.States.Conflicts.Add(new("accounts", new Conflict(
            ConflictKind.Field, "A\u001f1", "001", "Phone", FieldValue.Of("0"), FieldValue.NotObserved, FieldValue.Of("1"), FieldValue.Null) { Id = 5, OpenedAt = Noon }));

        var conflict = (await _bench.RunAsync("conflicts", "list", "--json")).Json[0];

        Assert.Equal((5, "A|1", "field"), (conflict.GetProperty("id").GetInt32(), conflict.GetProperty("key").GetString(), conflict.GetProperty("kind").GetString()));
        Assert.Equal("0", conflict.GetProperty("base").GetProperty("warehouse").GetString());
        Assert.Equal(JsonValueKind.Null, conflict.GetProperty("base").GetProperty("crm").ValueKind);
        Assert.Equal(Noon, conflict.GetProperty("opened_at").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("--take", "crm", ResolutionChoice.Crm, null)]
    [InlineData("--take", "ignore", ResolutionChoice.Ignore, null)]
    [InlineData("--value", "x", ResolutionChoice.Value, "x")]
    public async Task Resolve_records_the_decision(string option, string argument, ResolutionChoice choice, string? value)
    {
        var answer = await _bench.RunAsync("conflicts", "resolve", "5", option, argument, "--by", "ann", "--json");

        Assert.Equal(0, answer.Exit);
        Assert.Equal((5, new Resolution(choice, value, "ann")), Assert.Single(_bench.Sides.States.Resolved));
        Assert.True(answer.Json.GetProperty("recorded").GetBoolean());
    }

    [Fact]
    public async Task Resolve_needs_exactly_one_decision()
    {
        Assert.Equal(1, (await _bench.RunAsync("conflicts", "resolve", "5")).Exit);
        Assert.Equal(1, (await _bench.RunAsync("conflicts", "resolve", "5", "--take", "crm", "--value", "x")).Exit);
        Assert.Equal(1, (await _bench.RunAsync("conflicts", "resolve", "5", "--take", "both")).Exit);
        Assert.Empty(_bench.Sides.States.Resolved);
    }

    [Fact]
    public async Task Resolve_that_is_refused_says_why()
    {
        _bench.Sides.States.Refusal = "it is closed.";

        var answer = await _bench.RunAsync("conflicts", "resolve", "5", "--take", "crm");

        Assert.Equal(1, answer.Exit);
        Assert.StartsWith("error: Conflict 5 was not decided: it is closed.", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejects_have_the_documented_shape_and_can_be_retried()
    {
        _bench.Sides.States.Rejects.Add(new(1, "accounts", new Reject("A-1", null, Side.Crm, "validation", "too long", RetryRule.AfterChange, Fingerprint.None, 1, null), Noon, Noon));

        var reject = (await _bench.RunAsync("rejects", "list", "--json")).Json[0];
        Assert.Equal(("crm", "validation", 1), (reject.GetProperty("side").GetString(), reject.GetProperty("class").GetString(), reject.GetProperty("attempts").GetInt32()));
        Assert.Equal(JsonValueKind.Null, reject.GetProperty("next_attempt_at").ValueKind);

        Assert.Equal(1, (await _bench.RunAsync("rejects", "retry", "1", "--json")).Json.GetProperty("retried").GetInt32());
        Assert.Equal(1, (await _bench.RunAsync("rejects", "retry")).Exit);
        Assert.Equal([1L], Assert.Single(_bench.Sides.States.Retried).Ids);
    }

    [Fact]
    public async Task Runs_and_status_show_the_last_run()
    {
        var run = new RunReport(9, "accounts", "push", Noon, Noon, new RunResult { Outcome = "ok", Updated = 3 });
        _bench.Sides.States.Runs.Add(run);
        _bench.Sides.States.Statuses.Add(new("accounts", 10, 1, 2, 0, 0, 0, 0, new Watermark(Noon, null), null, run, Noon));

        var runs = await _bench.RunAsync("runs", "--json", "--limit", "1");
        var status = await _bench.RunAsync("status", "--json");

        Assert.Equal(("9", 3), (runs.Json[0].GetProperty("run").GetString(), runs.Json[0].GetProperty("updated").GetInt32()));
        Assert.Equal(0, status.Exit);
        Assert.False(status.Json.GetProperty("daemon").GetProperty("reachable").GetBoolean());
        var mapping = status.Json.GetProperty("mappings")[0];
        Assert.Equal((10, "good", "ok"), (mapping.GetProperty("linked").GetInt32(), mapping.GetProperty("file").GetString(), mapping.GetProperty("last_run").GetProperty("outcome").GetString()));
        Assert.Equal(1, (await _bench.RunAsync("runs", "--limit", "0")).Exit);
    }

    [Fact]
    public async Task Status_says_that_a_file_is_broken()
    {
        _bench.Write("accounts", "version: 1\n");

        var answer = await _bench.RunAsync("status");

        Assert.Equal(0, answer.Exit);
        Assert.Contains("The key 'fields' is missing", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "plna" }, "There is no command 'plna'.", "Did you mean 'retl plan'?")]
    [InlineData(new[] { "conflicts", "lst" }, "There is no command 'conflicts lst'.", "Did you mean 'retl conflicts list'?")]
    [InlineData(new[] { "plan", "acounts" }, "There is no mapping 'acounts' in 'mappings'.", "Did you mean 'accounts'?")]
    [InlineData(new[] { "validate", "nowhere" }, "There is no file or folder 'nowhere'.", "Name mapping files or a folder of them.")]
    [InlineData(new[] { "sync", "--mappings", "/nowhere" }, "There are no mapping files in '/nowhere'.", null)]
    [InlineData(new[] { "explain", "accounts", "A-1", "Phoen" }, "Mapping 'accounts' maps no field 'Phoen'.", "Did you mean 'Phone'?")]
    [InlineData(new[] { "explain", "accounts", "A-1" }, "Nothing is known of 'A-1' in mapping 'accounts', and neither side has it.", null)]
    public async Task Wrong_word_is_one_line_one_remedy_and_exit_code_1(string[] arguments, string what, string? remedy)
    {
        var answer = await _bench.RunAsync(arguments);

        Assert.Equal(1, answer.Exit);
        Assert.Equal("", answer.Output);
        var lines = answer.Error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal($"error: {what}", lines[0]);
        Assert.True(remedy is null || lines[1] == $"  {remedy}", lines[1]);
    }

    [Fact]
    public async Task Stack_traces_are_shown_only_when_asked_for()
    {
        _bench.Sides.States.Failure = new PortException(PortTrouble.Unavailable, "down");

        Assert.DoesNotContain("   at ", (await _bench.RunAsync("runs")).Error, StringComparison.Ordinal);
        Assert.Contains("   at ", (await _bench.RunAsync("runs", "--verbose")).Error, StringComparison.Ordinal);
        Assert.Equal("down", (await _bench.RunAsync("runs", "--json")).Json.GetProperty("error").GetString());
    }
}
