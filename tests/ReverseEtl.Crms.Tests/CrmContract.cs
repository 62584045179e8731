using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Crms.Tests;

/// <summary>What every CRM connector must do. A connector's test class derives from it and brings its bench.</summary>
public abstract class CrmContract : IAsyncLifetime
{
    private ICrmBench _bench = null!;

    protected abstract ICrmBench NewBench();

    public Task InitializeAsync()
    {
        _bench = NewBench();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Check_signs_in() => await _bench.Crm.CheckAsync(default);

    [Fact]
    public async Task Check_with_wrong_credentials_is_a_sign_in_trouble_without_secrets()
    {
        await using var crm = _bench.WithWrongCredentials();
        var e = await Assert.ThrowsAsync<PortException>(() => crm.CheckAsync(default));
        Assert.Equal(PortTrouble.SignIn, e.Trouble);
        Assert.DoesNotContain("wrong-secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Now_is_the_crms_clock()
    {
        var now = await _bench.Crm.NowAsync(default);
        Assert.InRange(now, _bench.Time.GetUtcNow().AddSeconds(-2), _bench.Time.GetUtcNow().AddSeconds(2));
    }

    [Fact]
    public async Task Describe_shows_the_key_as_unique_and_names_without_case()
    {
        var schema = await Schema();
        Assert.True(schema.Find(_bench.KeyField)!.Unique);
        Assert.False(schema.Find(_bench.NameField)!.Unique);
        Assert.NotNull(schema.Find(_bench.TextField.ToUpperInvariant()));
        Assert.Contains(schema.Find(_bench.NumberField)!.Type.Kind, new[] { FieldKind.Decimal, FieldKind.Integer });
    }

    [Fact]
    public async Task Describe_of_an_unknown_object_is_null() => Assert.Null(await _bench.Crm.DescribeAsync("No_Such_Object__c", default));

    [Fact]
    public async Task Objects_are_listed_by_names_that_can_be_described()
    {
        var objects = await _bench.Crm.ListObjectsAsync(default);
        Assert.Equal(objects.Count, objects.Select(each => each.Name).Distinct().Count());
        Assert.NotEmpty(Assert.Single(objects, each => each.Name == _bench.Object).Words);
        Assert.NotNull(await _bench.Crm.DescribeAsync(_bench.Object, default));
    }

    [Fact]
    public async Task Path_that_leads_nowhere_is_null() =>
        Assert.Null(await _bench.Crm.DescribePathAsync(_bench.Object, "Nowhere.Nothing", default));

    [Fact]
    public async Task Upsert_creates_then_updates_one_record()
    {
        var created = await Write(Upsert("k-1", (_bench.NameField, "Ann"), (_bench.NumberField, "3")));
        Assert.True(created is { Outcome: WriteOutcome.Confirmed, Created: true, Error: null });
        _bench.Settle();

        var updated = await Write(Upsert("k-1", (_bench.NameField, "Bea")));
        Assert.Equal((WriteOutcome.Confirmed, false, created.Id), (updated.Outcome, updated.Created, updated.Id));
        Assert.Equal("Bea", _bench.Stored(created.Id!, _bench.NameField));
        Assert.Equal(created.Id, Assert.Single(_bench.WithKey("k-1")));
    }

    [Fact]
    public async Task Update_with_null_clears_and_leaves_the_rest()
    {
        var id = (await Write(Upsert("k-1", (_bench.NameField, "Ann"), (_bench.TextField, "text"), (_bench.NumberField, "3")))).Id!;
        var cleared = await Write(Update(id, (_bench.TextField, null), (_bench.NumberField, null)));
        Assert.Equal((WriteOutcome.Confirmed, id), (cleared.Outcome, cleared.Id));
        Assert.Null(_bench.Stored(id, _bench.TextField));
        Assert.Null(_bench.Stored(id, _bench.NumberField));
        Assert.Equal("Ann", _bench.Stored(id, _bench.NameField));
    }

    [Fact]
    public async Task Update_may_write_the_key_of_a_record_that_people_made()
    {
        var id = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Ann" });
        await Write(Update(id, (_bench.TextField, "x")) with { Key = "k-9" });
        Assert.Equal(id, Assert.Single(_bench.WithKey("k-9")));
    }

    [Fact]
    public async Task Update_of_a_deleted_record_is_missing()
    {
        var id = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Ann" });
        _bench.DeleteAsUser(id);
        _bench.Settle();
        Assert.Equal(WriteOutcome.Missing, (await Write(Update(id, (_bench.TextField, "x")))).Outcome);
    }

    [Theory]
    [InlineData(CrmWriteKind.Archive)]
    [InlineData(CrmWriteKind.Delete)]
    public async Task Delete_twice_is_confirmed_twice(CrmWriteKind kind)
    {
        var id = (await Write(Upsert("k-1", (_bench.NameField, "Ann")))).Id!;
        Assert.Equal(WriteOutcome.Confirmed, (await Write(new CrmWrite(kind, "t", id, null, []))).Outcome);
        Assert.Empty(_bench.WithKey("k-1"));
        Assert.Equal(WriteOutcome.Confirmed, (await Write(new CrmWrite(kind, "t", id, null, []))).Outcome);
    }

    [Fact]
    public async Task One_bad_record_among_many_is_the_only_one_rejected()
    {
        var (field, value) = _bench.Refused;
        var writes = Enumerable.Range(0, 12).Select(i => i == 5 ? Upsert($"k-{i}", (_bench.NameField, "x"), (field, value)) : Upsert($"k-{i}", (_bench.NameField, "x"))).ToList();
        var results = await WriteMany(writes);

        Assert.Equal(WriteOutcome.Rejected, results[5].Outcome);
        Assert.Equal(("validation", RetryRule.AfterChange), (results[5].Error!.Class, results[5].Error!.Retry));
        Assert.All(results.Where((_, i) => i != 5), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Empty(_bench.WithKey("k-5"));
        Assert.Single(_bench.WithKey("k-11"));
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_writes()
    {
        var known = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Old" });
        var gone = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Gone" });
        _bench.Settle();
        var results = await WriteMany([Upsert("k-1", (_bench.NameField, "A")), new CrmWrite(CrmWriteKind.Delete, "t1", gone, null, []), Update(known, (_bench.TextField, "B")), Upsert("k-2", (_bench.NameField, "C"))]);
        Assert.Equal([_bench.WithKey("k-1")[0], gone, known, _bench.WithKey("k-2")[0]], results.Select(result => result.Id));
    }

    [Fact]
    public async Task Lost_answer_to_an_upsert_never_makes_two_records()
    {
        _bench.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: _bench.WritePath));
        var result = await Write(Upsert("k-1", (_bench.NameField, "Ann")));
        Assert.True(result.Outcome is WriteOutcome.Confirmed or WriteOutcome.Unknown);
        Assert.Single(_bench.WithKey("k-1"));
    }

    [Fact]
    public async Task Write_that_is_never_answered_is_unknown()
    {
        _bench.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: _bench.WritePath, Times: 1000));
        var result = await Write(Upsert("k-1", (_bench.NameField, "Ann")));
        Assert.Equal(WriteOutcome.Unknown, result.Outcome);
        Assert.Single(_bench.WithKey("k-1"));
    }

    [Fact]
    public async Task Rate_limit_is_waited_out()
    {
        _bench.Site.Inject(new Fault(FaultKind.Answer, PathContains: _bench.WritePath, Times: 2, Status: 429, Headers: new Dictionary<string, string> { ["Retry-After"] = "3" }));
        Assert.Equal(WriteOutcome.Confirmed, (await Write(Upsert("k-1", (_bench.NameField, "Ann")))).Outcome);
    }

    [Fact]
    public async Task Write_whose_time_is_over_never_leaves()
    {
        var id = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Ann" });
        await Schema();
        var calls = _bench.Crm.Calls;
        var results = await WriteMany(
            [Upsert("k-1", (_bench.NameField, "Bea")), Update(id, (_bench.NameField, "Cleo"))], _bench.Time.GetUtcNow().AddMilliseconds(-1));
        Assert.All(results, result => Assert.True(result is { Outcome: WriteOutcome.Moved, Error: null }));
        Assert.Empty(_bench.WithKey("k-1"));
        Assert.Equal("Ann", _bench.Stored(id, _bench.NameField));
        Assert.Equal(calls + 1, _bench.Crm.Calls);
    }

    [Fact]
    public async Task Write_that_is_turned_away_until_its_time_is_over_did_not_happen()
    {
        TurnAway("60");
        var result = Assert.Single(await WriteMany([Upsert("k-1", (_bench.NameField, "Ann"))], _bench.Time.GetUtcNow().AddSeconds(59)));
        Assert.Equal(WriteOutcome.Moved, result.Outcome);
        Assert.Empty(_bench.WithKey("k-1"));
    }

    [Fact]
    public async Task Write_that_left_once_and_cannot_be_repeated_in_time_is_unknown()
    {
        _bench.Site.Inject(new Fault(FaultKind.ResetBefore, PathContains: _bench.WritePath));
        TurnAway("60");
        var result = Assert.Single(await WriteMany([Upsert("k-1", (_bench.NameField, "Ann"))], _bench.Time.GetUtcNow().AddSeconds(59)));
        Assert.Equal(WriteOutcome.Unknown, result.Outcome);
    }

    [Fact]
    public async Task Write_that_left_once_and_whose_repeat_is_refused_for_the_connection_is_unknown()
    {
        _bench.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: _bench.WritePath));
        _bench.Site.Inject(new Fault(FaultKind.Answer, PathContains: _bench.WritePath, Status: 403, Body: "{}"));
        Assert.Equal(WriteOutcome.Unknown, (await Write(Upsert("k-1", (_bench.NameField, "Ann")))).Outcome);
    }

    [Fact]
    public async Task Only_those_requests_of_a_batch_are_written_that_left_in_time()
    {
        await using var crm = _bench.OneByOne();
        var size = crm.Traits.WriteBatch;
        var schema = (await crm.DescribeAsync(_bench.Object, default))!;
        _bench.Site.Inject(new Fault(FaultKind.Slow, PathContains: _bench.WritePath, DelayMs: 60_000));
        var writes = Enumerable.Range(0, size + 2).Select(i => Upsert($"k-{i}", (_bench.NameField, "x"))).ToList();
        var results = await crm.WriteAsync(
            new CrmWriteBatch(_bench.Object, _bench.KeyField, schema, writes, _bench.Time.GetUtcNow().AddSeconds(59)), default);
        Assert.Equal((size, 2), (results.Count(r => r.Outcome is WriteOutcome.Confirmed), results.Count(r => r.Outcome is WriteOutcome.Moved)));
        Assert.All(writes, (write, i) => Assert.Equal(results[i].Outcome is WriteOutcome.Confirmed ? 1 : 0, _bench.WithKey(write.Key!).Count));
    }

    [Fact]
    public async Task Unreachable_crm_is_unavailable()
    {
        await _bench.Crm.CheckAsync(default);
        _bench.Site.Inject(new Fault(FaultKind.Answer, Times: 1000, Status: 503, Body: "<html>down</html>", ContentType: "text/html"));
        var e = await Assert.ThrowsAsync<PortException>(async () => await Observe(null));
        Assert.Equal(PortTrouble.Unavailable, e.Trouble);
    }

    [Fact]
    public async Task Changes_since_a_moment_are_seen_and_older_ones_need_not_be()
    {
        var old = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Old" });
        await Pass(TimeSpan.FromHours(2));
        var since = await _bench.Crm.NowAsync(default);
        await Pass(TimeSpan.FromSeconds(5));
        var fresh = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "New", [_bench.KeyField] = "k-7", [_bench.NumberField] = "12.5" });
        _bench.Settle();

        var seen = await Observe(since);
        Assert.Equal("New", seen[fresh].Values[0].Text);
        Assert.Equal("k-7", seen[fresh].Key);
        Assert.Equal(FieldValue.Null, seen[fresh].Values[1]);
        Assert.False(seen.ContainsKey(old));

        _bench.EditAsUser(old, new Dictionary<string, string?> { [_bench.TextField] = "edited" });
        _bench.Settle();
        Assert.Equal("edited", (await Observe(since))[old].Values[1].Text);
    }

    [Fact]
    public async Task Changes_without_a_moment_are_all_records()
    {
        var ids = Enumerable.Range(0, 7).Select(i => _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = $"n{i}" })).ToList();
        _bench.Settle();
        Assert.Superset(ids.ToHashSet(), (await Observe(null)).Keys.ToHashSet());
    }

    [Fact]
    public async Task Deleted_record_is_seen_as_deleted()
    {
        var id = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Ann" });
        var since = await _bench.Crm.NowAsync(default);
        await Pass(TimeSpan.FromSeconds(5));
        _bench.DeleteAsUser(id);
        _bench.Settle();

        Assert.Equal(CrmPresence.Deleted, (await Observe(since))[id].Presence);
        Assert.Equal(CrmPresence.Deleted, (await Read(id))[id].Presence);
    }

    [Fact]
    public async Task Merged_record_leads_to_the_one_that_is_left()
    {
        var winner = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Winner" });
        var loser = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Loser" });
        _bench.Settle();
        var left = _bench.MergeAsUser(winner, loser);
        _bench.Settle();

        var read = (await Read(loser))[loser];
        Assert.Equal(left, read.Presence is CrmPresence.Merged ? read.MergedInto : read.Id);
        Assert.NotEqual(CrmPresence.Deleted, read.Presence);
    }

    [Fact]
    public async Task Records_are_found_by_key_when_they_live()
    {
        var odd = "it's \\ \"odd\", ü";
        await WriteMany([Upsert("k-1", (_bench.NameField, "A")), Upsert(odd, (_bench.NameField, "B")), Upsert("k-3", (_bench.NameField, "C"))]);
        _bench.DeleteAsUser(_bench.WithKey("k-3")[0]);
        _bench.Settle();

        var found = await _bench.Crm.FindByKeyAsync(await ReadOf(), ["k-1", odd, "k-3", "k-4"], default);
        Assert.Equal(_bench.WithKey("k-1"), found["k-1"].Select(record => record.Id));
        Assert.Equal("B", found[odd].Single().Values[0].Text);
        Assert.Empty(found["k-3"]);
        Assert.Empty(found["k-4"]);
    }

    [Fact]
    public async Task Own_change_is_marked_as_own_and_a_persons_is_not()
    {
        var id = (await Write(Upsert("k-1", (_bench.NameField, "Ann")))).Id!;
        _bench.Settle();
        Assert.True((await Read(id))[id].LastChangedByUs);
        await Pass(TimeSpan.FromSeconds(5));
        _bench.EditAsUser(id, new Dictionary<string, string?> { [_bench.TextField] = "mine" });
        _bench.Settle();
        Assert.False((await Read(id))[id].LastChangedByUs);
    }

    [Fact]
    public async Task Version_of_a_write_is_not_newer_than_the_record()
    {
        var result = await Write(Upsert("k-1", (_bench.NameField, "Ann")));
        _bench.Settle();
        var version = (await Read(result.Id!))[result.Id!].Version;
        Assert.InRange(result.Version!.Value, version.AddSeconds(-10), version);
    }

    [Fact]
    public async Task Edit_between_look_and_write_is_refused_or_seen_afterwards()
    {
        var id = _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = "Ann", [_bench.TextField] = "first" });
        var seen = await ClosedLook(id);
        await Pass(TimeSpan.FromSeconds(1));
        _bench.EditAsUser(id, new Dictionary<string, string?> { [_bench.TextField] = "theirs" });
        await Pass(TimeSpan.FromSeconds(1));

        var result = await Write(Guarded(seen, (_bench.TextField, "ours")));

        var history = await _bench.Crm.ReadHistoryAsync(await ReadOf(), [id], [_bench.TextField], default);
        if (_bench.Crm.Traits.Guard is EditGuard.Condition)
        {
            Assert.Equal((WriteOutcome.Moved, "theirs"), (result.Outcome, _bench.Stored(id, _bench.TextField)));
            Assert.Empty(history);
        }
        else
        {
            Assert.Equal((EditGuard.History, WriteOutcome.Confirmed), (_bench.Crm.Traits.Guard, result.Outcome));
            Assert.Equal([("ours", true), ("theirs", false), ("first", false)], history[id].Select(one => (one.Value.Text!, one.ByUs)));
            Assert.True(history[id][1].At > seen.Version && history[id][1].At < history[id][0].At);
        }
    }

    [Fact]
    public async Task Write_on_a_look_that_still_holds_tells_what_was_stored_and_its_version()
    {
        var ids = Enumerable.Range(0, 30).Select(i => _bench.CreateAsUser(new Dictionary<string, string?> { [_bench.NameField] = $"n{i}", [_bench.TextField] = "x" })).ToList();
        var seen = new List<CrmRecord>();
        foreach (var id in ids)
        {
            seen.Add(await ClosedLook(id));
        }

        var results = await WriteMany([.. seen.Select(record => Guarded(record, (_bench.TextField, null), (_bench.NumberField, "7.50")))]);

        _bench.Settle();
        var read = await Read([.. ids]);
        Assert.All(results, (result, i) =>
        {
            Assert.Equal((WriteOutcome.Confirmed, ids[i]), (result.Outcome, result.Id));
            Assert.Equal((read[ids[i]].Values[1], read[ids[i]].Values[2]), (result.Stored![_bench.TextField], result.Stored[_bench.NumberField]));
            Assert.Equal(read[ids[i]].Version, result.Version);
        });
    }

    [Fact]
    public async Task Condition_that_cannot_be_checked_is_a_rejected_write()
    {
        var results = await WriteMany(
            [Upsert("k-1", (_bench.NameField, "Ann")) with { IfVersion = _bench.Time.GetUtcNow() }, Upsert("k-2", (_bench.NameField, "Bea"))]);
        Assert.Equal([WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
        Assert.Equal(("state", "CONDITION_NOT_SUPPORTED"), (results[0].Error!.Class, results[0].Error!.Code));
        Assert.Empty(_bench.WithKey("k-1"));
    }

    [Fact]
    public async Task Calls_count_requests_and_leave_sign_in_out()
    {
        await _bench.Crm.CheckAsync(default);
        Assert.InRange(_bench.Crm.Calls, 1, 2);
        var batch = new CrmWriteBatch(
            _bench.Object, _bench.KeyField, await Schema(), [.. Enumerable.Range(0, _bench.Crm.Traits.WriteBatch).Select(i => Upsert($"k-{i}", (_bench.NameField, "x")))], DateTimeOffset.MaxValue);
        var before = _bench.Crm.Calls;
        await _bench.Crm.WriteAsync(batch, default);
        Assert.Equal(before + 1, _bench.Crm.Calls);
    }

    protected static CrmWrite Upsert(string key, params (string Field, string? Value)[] fields) =>
        new(CrmWriteKind.Upsert, "t-" + key, null, key, [.. fields.Select(field => new CrmFieldWrite(field.Field, FieldValue.Of(field.Value)))]);

    protected static CrmWrite Update(string id, params (string Field, string? Value)[] fields) =>
        new(CrmWriteKind.Update, "t-" + id, id, null, [.. fields.Select(field => new CrmFieldWrite(field.Field, FieldValue.Of(field.Value)))]);

    // As the engine does: a version that is still open proves nothing, and is read again once it had time to close.
    private async Task<CrmRecord> ClosedLook(string id)
    {
        _bench.Settle();
        var record = (await Read(id))[id];
        if (record.VersionIsOpen)
        {
            await Pass(_bench.Crm.Traits.VersionSettles);
            record = (await Read(id))[id];
        }

        Assert.False(record.VersionIsOpen);
        return record;
    }

    private CrmWrite Guarded(CrmRecord seen, params (string Field, string? Value)[] fields) =>
        Update(seen.Id, fields) with { IfVersion = _bench.Crm.Traits.Guard is EditGuard.Condition ? seen.Version : null };

    private async Task<CrmWriteResult> Write(CrmWrite write) => Assert.Single(await WriteMany([write]));

    private async Task<IReadOnlyList<CrmWriteResult>> WriteMany(IReadOnlyList<CrmWrite> writes, DateTimeOffset? sendBy = null) =>
        await _bench.Crm.WriteAsync(
            new CrmWriteBatch(_bench.Object, _bench.KeyField, await Schema(), writes, sendBy ?? DateTimeOffset.MaxValue), default);

    private void TurnAway(string seconds) => _bench.Site.Inject(new Fault(
        FaultKind.Answer, PathContains: _bench.WritePath, Status: 429, Headers: new Dictionary<string, string> { ["Retry-After"] = seconds }));

    private async Task<SideSchema> Schema() => (await _bench.Crm.DescribeAsync(_bench.Object, default))!;

    private async Task<CrmRead> ReadOf()
    {
        var schema = await Schema();
        return new CrmRead(_bench.Object, _bench.KeyField, [schema.Find(_bench.NameField)!, schema.Find(_bench.TextField)!, schema.Find(_bench.NumberField)!]);
    }

    private async Task<IReadOnlyDictionary<string, CrmRecord>> Read(params string[] ids) => await _bench.Crm.ReadAsync(await ReadOf(), ids, default);

    // As the engine does: news without a record is read by id; the last word on a record counts.
    private async Task<Dictionary<string, CrmRecord>> Observe(DateTimeOffset? since)
    {
        var read = await ReadOf();
        var seen = new Dictionary<string, CrmRecord>(StringComparer.Ordinal);
        await foreach (var page in _bench.Crm.ReadChangesAsync(read, since, default))
        {
            foreach (var change in page.Where(change => change.Record is not null))
            {
                seen[change.Id] = change.Record!;
            }

            var bare = page.Where(change => change.Record is null).Select(change => change.Id).ToList();
            foreach (var (id, record) in bare.Count > 0 ? await _bench.Crm.ReadAsync(read, bare, default) : new Dictionary<string, CrmRecord>())
            {
                seen[id] = record;
            }
        }

        return seen;
    }

    private Task Pass(TimeSpan length)
    {
        ((Microsoft.Extensions.Time.Testing.FakeTimeProvider)_bench.Time).Advance(length);
        return Task.CompletedTask;
    }
}
