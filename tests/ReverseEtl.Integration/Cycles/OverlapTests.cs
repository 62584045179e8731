using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Many new rows: one batch is on its way while the one before is settled and the next one looked at.</summary>
public sealed class OverlapTests : Scenario
{
    private const string Linked = "select count(*)::text from retl.pair where state = 1";
    private const string Open = "select count(*)::text from retl.intent";
    private int _writes;

    private CountingCrm Crm => (CountingCrm)World.Crm;

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Batch_is_settled_while_the_next_one_is_on_its_way(string crm)
    {
        await BeginAsync(crm, rows: 3);
        List<string?> before = [], meanwhile = [];
        Crm.Holds = async () =>
        {
            before.Add(await World.ValueAsync(Linked));
            for (var looks = 0; looks < 5_000 && await World.ValueAsync(Linked) != $"{before.Count - 1}"; looks++)
            {
                await Task.Yield();
            }

            meanwhile.Add(await World.ValueAsync(Linked));
        };

        var report = await SyncAsync();

        Assert.Equal(["0", "1", "2"], meanwhile);
        Assert.Equal((3, 3), (report.Result.Created, CountInCrm));
        Assert.Equal("0", await World.ValueAsync(Open));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Trouble_with_one_batch_settles_the_one_before_and_takes_this_one_back(string crm)
    {
        await BeginAsync(crm, rows: 4);
        OnWrite(2, () => throw new PortException(PortTrouble.Unavailable, "gone"));

        await Assert.ThrowsAsync<PortException>(() => SyncAsync());

        Assert.Equal((1, "1", "0", null), (CountInCrm, await World.ValueAsync(Linked), await World.ValueAsync(Open), await PairStateAsync("P-2")));
        await SyncAsync();
        Assert.Equal(4, CountInCrm);
        Assert.Equal(["P-1", "P-2", "P-3", "P-4"], Crm.Done.Select(w => w.Key));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Stop_finishes_what_is_on_its_way(string crm)
    {
        await BeginAsync(crm, rows: 4);
        using var stop = new CancellationTokenSource();
        OnWrite(2, stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => World.SyncAsync(Mapping, cancellationToken: stop.Token));

        Assert.Equal((2, "2", "0"), (CountInCrm, await World.ValueAsync(Linked), await World.ValueAsync(Open)));
        await SyncAsync();
        Assert.Equal(4, Crm.Done.Count);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Creates_of_two_batches_that_meet_the_same_record_freeze_both(string crm)
    {
        await BeginAsync(crm, rows: 2);
        var record = Type(("phone", "typed"));
        Crm.Instead = batch => [.. batch.Writes.Select(_ => new CrmWriteResult(WriteOutcome.Confirmed, record))];

        await SyncAsync();

        Assert.Equal(("duplicate", "duplicate"), (await PairStateAsync("P-1"), await PairStateAsync("P-2")));
        Assert.Equal([(ConflictKind.Duplicate, "P-1"), (ConflictKind.Duplicate, "P-2")], (await ConflictsAsync()).Select(c => (c.Kind, c.Key)).Order());
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_a_create_on_its_way_has_met_is_not_free_for_the_next_batch(string crm)
    {
        await BeginAsync(crm, rows: 1);
        var record = Type(("email", "b@example.org"));
        await AddAsync("P-2", ("email", "b@example.org"));
        OnWrite(1, () =>
        {
            World.Screen.Edit(People.Contacts, record, (People["id"], "P-1"));
            World.Time.Advance(TimeSpan.FromSeconds(2));
        });

        await SyncAsync();

        Assert.Equal(("linked", record), (await PairStateAsync("P-1"), RecordOf("P-1")));
        Assert.Equal(("linked", 2), (await PairStateAsync("P-2"), CountInCrm));
    }

    [Fact]
    public async Task Child_whose_parent_is_in_the_batch_before_is_created_with_it()
    {
        await BeginAsync(People.HubSpot, p => p.Accounts);
        await AddAccountAsync("A-1");
        await AddAccountAsync("A-2", "A-1");
        await AddAccountAsync("A-3", "A-2");
        World.Options = World.Options with { BatchSize = 1 };
        World.Crm = new CountingCrm(World.Crm);

        await SyncAsync();

        Assert.Equal(["A-1", "A-2", "A-3"], Crm.Done.Select(w => w.Key));
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task What_the_crm_owns_of_new_records_is_read_a_batch_at_a_time(string crm)
    {
        await BeginAsync(crm, rows: 12, p => p.WithNewsletter);
        World.Options = World.Options with { BatchSize = 2 };

        await SyncAsync();

        Assert.Equal((12, 2), (CountInCrm, Crm.LargestRead));
    }

    private void OnWrite(int number, Action action) => Crm.OnWrite = _ =>
    {
        if (++_writes == number)
        {
            action();
        }
    };

    private async Task BeginAsync(string crm, int rows, Func<People, Mapping>? mapping = null)
    {
        await BeginAsync(crm, mapping);
        World.Options = World.Options with { BatchSize = 1 };
        World.Crm = new CountingCrm(World.Crm) { OnTraits = traits => traits with { Lanes = [.. traits.Lanes.Where(lane => lane.Least == 1)] } };
        for (var i = 1; i <= rows; i++)
        {
            await AddAsync($"P-{i}");
        }
    }
}
