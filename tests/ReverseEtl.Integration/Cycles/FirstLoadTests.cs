using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

public sealed class FirstLoadTests : IAsyncLifetime
{
    private World _world = null!;

    public async Task InitializeAsync() => _world = await PeopleMapping.WorldAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task FirstLoad_creates_what_is_missing_links_what_is_there_and_then_rests()
    {
        await _world.SqlAsync("insert into people (id, email, first_name, lead_score) select 'P-' || n, 'p' || n || '@example.org', 'N' || n, n from generate_series(1, 250) n");
        var known = _world.HubSpot.Create("contacts", ("email", "P7@example.org"), ("firstname", "Old"), ("newsletter", "true"));

        var report = await _world.SyncAsync(PeopleMapping.Mapping);

        Assert.Equal((249, 1, 0, 0), (report.Result.Created, report.Result.Linked, report.Result.Rejected, report.Result.Conflicts));
        Assert.Equal(250, _world.HubSpot.Count("contacts"));
        Assert.Equal("P-7", _world.HubSpot.Value("contacts", known, "warehouse_id"));
        Assert.Equal("N7", _world.HubSpot.Value("contacts", known, "firstname"));
        Assert.Equal("True", await _world.ValueAsync("select newsletter from people where id = 'P-7'"));

        var writes = _world.HubSpot.Writes;
        var again = await _world.SyncAsync(PeopleMapping.Mapping);
        var third = await _world.SyncAsync(PeopleMapping.Mapping);

        Assert.Equal(writes, _world.HubSpot.Writes);
        Assert.Equal((0, 0, 0, 0), (again.Result.Created, again.Result.Updated, again.Result.Pulled, again.Result.Linked));
        Assert.Equal((0, 0, "ok"), (third.Result.Updated, third.Result.Pulled, third.Result.Outcome));
    }
}
