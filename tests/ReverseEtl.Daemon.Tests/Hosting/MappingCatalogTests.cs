using Microsoft.Extensions.Logging.Abstractions;
using ReverseEtl.Daemon.Hosting;
using ReverseEtl.Daemon.Inspection;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Tests.Hosting;

public class MappingCatalogTests
{
    private readonly Bench _bench = new();
    private readonly MappingCatalog _catalog;

    public MappingCatalogTests() =>
        _catalog = new MappingCatalog(_bench.Settings, new MappingInspector(_bench.Sides), NullLogger<MappingCatalog>.Instance);

    [Fact]
    public async Task Good_file_is_taken_over_once()
    {
        Assert.True(await RefreshAsync());
        Assert.False(await RefreshAsync());

        Assert.Equal("accounts", Assert.Single(_catalog.Mappings).Name);
        Assert.Empty(_catalog.Notes);
    }

    [Fact]
    public async Task Changed_good_file_replaces_the_mapping()
    {
        await RefreshAsync();
        _bench.Write("accounts", SampleMapping.With("push: 5m", "push: 7m"));

        Assert.True(await RefreshAsync());
        Assert.Equal("7m", Assert.Single(_catalog.Mappings).Schedule.Push);
    }

    [Fact]
    public async Task Broken_change_keeps_the_last_good_version_and_says_so()
    {
        await RefreshAsync();
        _bench.Write("accounts", SampleMapping.With("push: 5m", "push: never"));

        Assert.False(await RefreshAsync());

        Assert.Equal("5m", Assert.Single(_catalog.Mappings).Schedule.Push);
        var note = Assert.Single(_catalog.Notes);
        Assert.True(note.Runs);
        Assert.Equal((20, "schedule.push"), (note.Problems[0].Line, note.Problems[0].Path));
    }

    [Fact]
    public async Task Mended_file_clears_the_note()
    {
        await RefreshAsync();
        _bench.Write("accounts", "version: [");
        await RefreshAsync();
        _bench.Write("accounts", SampleMapping.With("push: 5m", "push: 9m"));

        Assert.True(await RefreshAsync());
        Assert.Empty(_catalog.Notes);
    }

    [Fact]
    public async Task Change_that_does_not_fit_the_sides_keeps_the_last_good_version()
    {
        await RefreshAsync();
        _bench.Write("accounts", SampleMapping.With("crm: Phone", "crm: Phoen"));

        Assert.False(await RefreshAsync());
        Assert.Equal("Phone", Assert.Single(Assert.Single(_catalog.Notes).Problems).Suggestion);
    }

    [Fact]
    public async Task Removed_file_takes_its_mapping_away()
    {
        await RefreshAsync();
        _bench.Delete("accounts");

        Assert.True(await RefreshAsync());
        Assert.Empty(_catalog.Mappings);
    }

    [Fact]
    public async Task File_waits_while_a_side_is_down_and_is_taken_over_when_it_is_back()
    {
        _bench.Sides.Salesforce.Failure = new PortException(PortTrouble.Unavailable, "no route to host");
        Assert.False(await RefreshAsync());
        Assert.Equal("the file cannot be checked yet, the mapping waits", Assert.Single(_catalog.Notes).Meaning);

        _bench.Sides.Salesforce.Failure = null;
        Assert.True(await RefreshAsync());
        Assert.Empty(_catalog.Notes);
    }

    [Fact]
    public async Task Broken_neighbour_does_not_stop_a_good_mapping()
    {
        _bench.Write("broken", "version: 1\nname: broken\n");

        Assert.True(await RefreshAsync());

        Assert.Equal("accounts", Assert.Single(_catalog.Mappings).Name);
        Assert.Equal(("broken", false), (Assert.Single(_catalog.Notes).Mapping, _catalog.Notes[0].Runs));
    }

    [Fact]
    public async Task Second_writer_of_a_field_is_refused_and_the_first_keeps_running()
    {
        await RefreshAsync();
        _bench.Write("twin", SampleMapping.With("name: accounts", "name: twin"));

        Assert.False(await RefreshAsync());
        Assert.Equal("accounts", Assert.Single(_catalog.Mappings).Name);
        Assert.Equal("twin", Assert.Single(_catalog.Notes).Mapping);

        _bench.Delete("accounts");
        await RefreshAsync();
        await RefreshAsync();
        Assert.Equal("twin", Assert.Single(_catalog.Mappings).Name);
    }

    private Task<bool> RefreshAsync() => _catalog.RefreshAsync(CancellationToken.None);
}
