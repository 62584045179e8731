using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

public sealed class MatchTests : Scenario
{
    private static readonly MatchRule ByPhone = new("phone", "phone", MatchAs.Phone);

    [Fact]
    public async Task Row_that_two_records_answer_to_is_held_for_review()
    {
        await AmbiguousAsync();

        var report = await SyncAsync();

        Assert.Equal((0, 0, 1), (report.Result.Created, report.Result.Linked, report.Result.Conflicts));
        Assert.Contains(new HeldRecord("P-1", "ambiguous_match"), report.Held);
        Assert.Equal(2, Assert.Single(await ConflictsAsync()).Crm.Text!.Split(';').Length);
        await RestsAsync();
    }

    [Fact]
    public async Task Ambiguous_match_that_is_ignored_is_left_alone()
    {
        await AmbiguousAsync();
        Mapping = Mapping with { Records = new RecordRules { AmbiguousMatch = AmbiguousMatch.Ignore } };

        var report = await SyncAsync();

        Assert.Equal((0, 0, 0), (report.Result.Created, report.Result.Linked, report.Result.Conflicts));
        Assert.Equal(2, CountInCrm);
        await RestsAsync();
    }

    [Fact]
    public async Task Ambiguous_match_resolved_by_a_record_links_it()
    {
        var (_, second) = await AmbiguousAsync();
        await SyncAsync();

        await ResolveAsync(ResolutionChoice.Value, second);
        await SyncAsync();

        Assert.Equal(second, RecordOf("P-1"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Ambiguous_match_resolved_for_the_warehouse_makes_a_record_of_its_own()
    {
        await AmbiguousAsync();
        await SyncAsync();

        await ResolveAsync(ResolutionChoice.Warehouse);
        await SyncAsync();

        Assert.Equal(3, CountInCrm);
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Ambiguous_match_that_a_person_ignores_writes_nothing_and_is_not_asked_again()
    {
        await AmbiguousAsync();
        await SyncAsync();

        await ResolveAsync(ResolutionChoice.Ignore);
        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
        Assert.Empty(await ConflictsAsync());
    }

    [Fact]
    public async Task Answer_that_names_a_record_which_is_taken_is_not_carried_out()
    {
        await AmbiguousAsync();
        await AddAsync("P-2");
        await SyncAsync();
        var taken = RecordOf("P-2");

        await ResolveAsync(ResolutionChoice.Value, taken);
        var report = await SyncAsync();

        Assert.Equal("P-2", Shown(taken, "id"));
        Assert.Single(await ConflictsAsync());
        Assert.Contains(report.Held, h => h.Key == "P-1");
        await RestsAsync();
    }

    [Fact]
    public async Task Ambiguity_that_people_end_by_a_merge_is_linked_and_the_question_closed()
    {
        var (first, second) = await AmbiguousAsync();
        await SyncAsync();

        var left = World.Screen.Merge("contacts", first, second);
        await SyncAsync();

        Assert.Equal(left, RecordOf("P-1"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1)]
    public async Task Record_that_two_rows_claim_is_given_to_neither_also_across_batches(int batch)
    {
        await BeginAsync(People.HubSpot);
        World.Options = World.Options with { BatchSize = batch };
        await AddAsync("P-1", ("email", "same@example.org"));
        await AddAsync("P-2");
        await AddAsync("P-3", ("email", "Same@example.org"));
        var claimed = Type(("email", "same@example.org"));

        var report = await SyncAsync();

        Assert.Equal((1, 0, 2), (report.Result.Created, report.Result.Linked, report.Result.Conflicts));
        Assert.Null(Shown(claimed, "id"));
        await RestsAsync();
    }

    [Fact]
    public async Task Claim_that_one_row_gives_up_falls_to_the_other()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1", ("email", "same@example.org"));
        await AddAsync("P-2", ("email", "same@example.org"));
        var claimed = Type(("email", "same@example.org"));
        await SyncAsync();

        await SetAsync("P-1", "email", "own@example.org");
        await SyncAsync();

        Assert.Equal(claimed, RecordOf("P-2"));
        Assert.NotEqual(claimed, RecordOf("P-1"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task New_row_under_review_is_created_when_a_person_says_so()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { NewInWarehouse = NewRecord.Review } });
        await AddAsync("P-1");
        await AddAsync("P-2");
        await SyncAsync();
        Assert.Equal(0, CountInCrm);

        await ResolveAsync(ResolutionChoice.Warehouse, key: "P-1");
        await ResolveAsync(ResolutionChoice.Ignore, key: "P-2");
        await SyncAsync();

        Assert.Equal(1, CountInCrm);
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
        Assert.Empty(await ConflictsAsync());
    }

    // Two people in the CRM with one number.
    private async Task<(string First, string Second)> AmbiguousAsync()
    {
        await BeginAsync(People.HubSpot, p => p.With(p.Field("phone", FieldOwner.Warehouse)) with { Match = [ByPhone] });
        await AddAsync("P-1", ("phone", "555 123 4567"));
        return (Type(("phone", "5551234567")), Type(("phone", "(555) 123-4567")));
    }
}
