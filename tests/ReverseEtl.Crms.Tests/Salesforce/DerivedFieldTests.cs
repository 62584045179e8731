using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>What no query by stamp shows: formulas, late commits, purges.</summary>
public sealed class DerivedFieldTests : IAsyncDisposable
{
    private const string Nothing = """{"done":true,"records":[]}""";
    private readonly SalesforceRig _rig = new();
    private bool _isReplicated;

    public DerivedFieldTests()
    {
        var before = _rig.Wire.Before!;
        _rig.Wire.Before = sent => sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, SalesforceRig.Describe
                .Replace("\"fields\":[", """ "fields":[{"name":"Rating__c","type":"string","calculated":true},""", StringComparison.Ordinal)
                .Replace("\"mergeable\":true", $"\"mergeable\":true,\"replicateable\":{(_isReplicated ? "true" : "false")}", StringComparison.Ordinal))
            : before(sent);
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, Nothing);
    }

    private DateTimeOffset Since => _rig.Time.GetUtcNow() - TimeSpan.FromMinutes(15);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Formula_field_change_without_stamp_is_read_with_everything_once_an_hour()
    {
        await Read("Rating__c");
        await Read("Rating__c");
        _rig.Time.Advance(TimeSpan.FromMinutes(61));
        await Read("Rating__c");
        Assert.Equal([false, true, false], _rig.Wire.Requests.Select(HasCondition));
    }

    [Fact]
    public async Task Read_without_formulas_is_never_more_than_the_news()
    {
        await Read("LastName");
        _rig.Time.Advance(TimeSpan.FromDays(2));
        await Read("LastName");
        Assert.All(_rig.Wire.Requests, request => Assert.True(HasCondition(request)));
    }

    [Fact]
    public async Task Schedule_of_formulas_is_a_setting()
    {
        await using var rig = new SalesforceRig(settings => new SalesforceSettings { LoginUrl = settings.LoginUrl, Grant = settings.Grant, FormulasEvery = TimeSpan.Zero });
        rig.Wire.Before = _rig.Wire.Before;
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, Nothing);
        await foreach (var _ in rig.Crm.ReadChangesAsync(rig.Read("Rating__c"), Since, default))
        {
        }

        Assert.True(HasCondition(Assert.Single(rig.Wire.Requests)));
    }

    [Fact]
    public async Task Transaction_that_is_still_open_holds_the_watermark_back()
    {
        _isReplicated = true;
        _rig.Wire.Otherwise = sent => sent.PathAndQuery == "/services/data/"
            ? ScriptedWire.Answer(200, "[]", ("Date", "Mon, 02 Mar 2026 10:00:00 GMT"))
            : ScriptedWire.Answer(200, """{"ids":[],"latestDateCovered":"2026-03-02T09:41:00.000+0000"}""");
        var covered = new DateTimeOffset(2026, 3, 2, 9, 41, 0, TimeSpan.Zero);
        Assert.Equal(covered, await _rig.Crm.ReadableThroughAsync("Contact", default));
        Assert.Contains("/sobjects/Contact/updated/?start=2026-03-02T09:57:00Z&end=2026-03-02T10:00:00Z", _rig.Wire.Requests[^1].Plain, StringComparison.Ordinal);

        // No more often than Salesforce likes to be asked.
        Assert.Equal(covered, await _rig.Crm.ReadableThroughAsync("Contact", default));
        Assert.Single(_rig.Wire.Requests, request => request.PathAndQuery.Contains("/updated/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, 400)]
    [InlineData(true, 404)]
    [InlineData(false, 200)]
    public async Task Object_that_is_not_replicated_is_read_through_to_now(bool isReplicated, int status)
    {
        _isReplicated = isReplicated;
        _rig.Wire.Otherwise = sent => sent.PathAndQuery == "/services/data/"
            ? ScriptedWire.Answer(200, "[]", ("Date", "Mon, 02 Mar 2026 10:00:00 GMT"))
            : ScriptedWire.Answer(status, """[{"errorCode":"INVALID_REPLICATION_DATE","message":"no"}]""");
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero), await _rig.Crm.ReadableThroughAsync("Contact", default));
    }

    [Fact]
    public async Task Record_that_left_the_recycle_bin_is_news_that_can_only_be_looked_up()
    {
        _isReplicated = true;
        _rig.Wire.Otherwise = sent => sent.PathAndQuery.Contains("/deleted/", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, $$"""
                {"deletedRecords":[{"id":"{{SalesforceRig.Id(1)}}","deletedDate":"2026-03-02T09:50:00.000+0000"},{"id":"{{SalesforceRig.Id(2)}}","deletedDate":"2026-03-02T09:51:00.000+0000"}],
                 "earliestDateAvailable":"2026-02-15T15:57:00.000+0000","latestDateCovered":"2026-03-02T09:59:00.000+0000"}
                """)
            : ScriptedWire.Answer(200, $$"""{"done":true,"records":[{"Id":"{{SalesforceRig.Id(1)}}","IsDeleted":true,"SystemModstamp":"2026-03-02T09:50:00.000+0000"}]}""");
        var changes = await Read("LastName");
        Assert.Equal([(SalesforceRig.Id(1), true), (SalesforceRig.Id(2), false)], changes.Select(change => (change.Id, change.Record is not null)));

        // Asked again only after a while.
        await Read("LastName");
        Assert.Single(_rig.Wire.Requests, request => request.PathAndQuery.Contains("/deleted/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_that_changed_and_that_the_query_did_not_show_is_news_that_can_only_be_looked_up()
    {
        _isReplicated = true;
        _rig.Wire.Otherwise = sent => sent.PathAndQuery.Contains("/updated/", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, $$"""
                {"ids":["{{SalesforceRig.Id(1)}}","{{SalesforceRig.Id(2)[..15]}}"],"latestDateCovered":"2026-03-02T09:59:00.000+0000"}
                """)
            : One();

        var changes = await Read("LastName");

        Assert.Equal([(SalesforceRig.Id(1), true), (SalesforceRig.Id(2), false)], changes.Select(change => (change.Id, change.Record is not null)));

        // Asked again only after a while.
        await Read("LastName");
        Assert.Single(_rig.Wire.Requests, request => request.PathAndQuery.Contains("/updated/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_changed_before_the_read_begins_is_not_asked_for_although_lists_begin_with_whole_minutes()
    {
        _isReplicated = true;
        _rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, """{"done":true,"records":[],"ids":[]}""");

        await Read("LastName", Since.AddSeconds(1));

        var start = Since.AddMinutes(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var asked = Assert.Single(_rig.Wire.Requests, request => request.PathAndQuery.Contains("/updated/", StringComparison.Ordinal));
        Assert.Contains($"start={start}", asked.Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_of_changes_that_is_refused_leaves_the_read_as_it_is()
    {
        _isReplicated = true;
        _rig.Wire.Otherwise = sent => sent.PathAndQuery.Contains("/updated/", StringComparison.Ordinal)
            ? ScriptedWire.Answer(400, """[{"errorCode":"EXCEEDED_ID_LIMIT","message":"too many"}]""")
            : One();

        Assert.Equal([SalesforceRig.Id(1)], (await Read("LastName")).Select(change => change.Id));
    }

    [Theory]
    [InlineData(200, """{"deletedRecords":[],"earliestDateAvailable":"2999-01-01T00:00:00.000+0000"}""", true)]
    [InlineData(400, """[{"errorCode":"INVALID_REPLICATION_DATE","message":"startDate before org replication enabled date"}]""", true)]
    [InlineData(400, """[{"errorCode":"EXCEEDED_ID_LIMIT","message":"too many"}]""", true)]
    [InlineData(200, """{"deletedRecords":[],"earliestDateAvailable":"2000-01-01T00:00:00.000+0000"}""", false)]
    [InlineData(404, """[{"errorCode":"NOT_FOUND","message":"no"}]""", false)]
    public async Task List_of_deletions_that_is_cut_off_asks_for_a_read_of_everything_and_not_for_ever(int status, string deleted, bool owes)
    {
        _isReplicated = true;
        _rig.Wire.Otherwise = sent => sent.PathAndQuery.Contains("/deleted/", StringComparison.Ordinal) ? ScriptedWire.Answer(status, deleted) : One();
        var read = _rig.Read("LastName");

        await Read("LastName");
        Assert.Equal((owes, false), (_rig.Crm.OwesFullRead(read), _rig.Crm.OwesFullRead(_rig.Read("Day__c"))));

        await foreach (var _ in _rig.Crm.ReadChangesAsync(read, null, default))
        {
        }

        Assert.False(_rig.Crm.OwesFullRead(read));
        _rig.Time.Advance(TimeSpan.FromMinutes(20));
        await Read("LastName");
        Assert.False(_rig.Crm.OwesFullRead(read));
        _rig.Time.Advance(TimeSpan.FromMinutes(45));
        await Read("LastName");
        Assert.Equal(owes, _rig.Crm.OwesFullRead(read));
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task Lists_are_asked_for_by_the_clock_of_salesforce(int hours)
    {
        _isReplicated = true;
        var now = _rig.Time.GetUtcNow().AddHours(hours);
        _rig.Wire.Otherwise = sent => sent.PathAndQuery == "/services/data/" ? ScriptedWire.Answer(200, "[]", ("Date", now.ToString("r"))) : One();
        await _rig.Crm.ReadableThroughAsync("Contact", default);
        await Read("LastName", now.AddMinutes(-15));
        var asked = Assert.Single(_rig.Wire.Requests, request => request.PathAndQuery.Contains("/deleted/", StringComparison.Ordinal)).Plain;
        Assert.Contains($"start={now.AddMinutes(-15):yyyy-MM-dd'T'HH:mm}", asked, StringComparison.Ordinal);
        Assert.Contains($"end={now:yyyy-MM-dd'T'HH:mm}", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_reads_of_one_object_are_each_checked()
    {
        _isReplicated = true;
        await Read("LastName");
        await Read("Day__c");
        Assert.Equal(2, _rig.Wire.Requests.Count(request => request.PathAndQuery.Contains("/deleted/", StringComparison.Ordinal)));
    }

    private static HttpResponseMessage One() => ScriptedWire.Answer(200, $$"""
        {"done":true,"records":[{"Id":"{{SalesforceRig.Id(1)}}","IsDeleted":false,"SystemModstamp":"2026-03-02T09:50:00.000+0000"}]}
        """);

    private static bool HasCondition(Sent sent) => sent.Plain.Contains("WHERE", StringComparison.Ordinal);

    private async Task<List<CrmChange>> Read(string field, DateTimeOffset? since = null)
    {
        var changes = new List<CrmChange>();
        await foreach (var page in _rig.Crm.ReadChangesAsync(_rig.Read(field), since ?? Since, default))
        {
            changes.AddRange(page);
        }

        return changes;
    }
}
