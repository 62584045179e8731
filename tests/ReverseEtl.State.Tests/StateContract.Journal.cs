using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
{
    [Fact]
    public async Task Intents_of_a_cycle_that_died_are_there_for_the_next_opener()
    {
        var intent = Update("a") with
        {
            Fields = [new("Name", FieldValue.Of("x\0\udfff"), FieldValue.NotObserved, "owner: warehouse"), new("Phone", FieldValue.Null, FieldValue.Of(""), "r")],
        };
        IReadOnlyList<long> ids;
        await using (var died = await OpenAsync())
        {
            await died.SettleAsync(At() with { Pairs = [Linked("a")] }, None);
            ids = await died.PrepareAsync([intent, Update("new", action: RecordAction.Create)], None);
        }

        Assert.DoesNotContain(0, ids);
        await using var next = await OpenAsync();
        var open = await next.OpenIntentsAsync(None);
        Assert.Equal(ids, open.Select(each => each.Id));
        Assert.Equal(intent.Fields, open[0].Fields);
        Assert.Equal(intent with { Id = ids[0], Fields = open[0].Fields }, open[0]);
        Assert.Equal(RecordAction.Create, open[1].Action);
        Assert.Null(open[1].CrmId);

        await next.SettleAsync(At() with { ClosedIntents = [ids[0]], ForgottenPairs = ["new"] }, None);
        Assert.Equal([ids[1]], (await next.OpenIntentsAsync(None)).Select(each => each.Id));
    }

    [Fact]
    public async Task Create_reserves_its_pair()
    {
        await using var state = await OpenAsync();
        await state.PrepareAsync([Update("new", epoch: 4, action: RecordAction.Create)], None);
        var pair = (await state.PairsByKeyAsync(["new"], None))["new"];
        Assert.Equal((PairState.CreatingCrm, 4, null, Fingerprint.None), (pair.State, pair.Epoch, pair.CrmId, pair.WarehousePrint));
        Assert.Equal([null, null], pair.Bases);
        Assert.Equal(default, pair.CrmVersion);

        Assert.Equal([new("new", Fingerprint.None, PairState.CreatingCrm)], await PrintsAsync(state));
        Assert.Equal(0, await state.CountLinkedAsync(None));
        Assert.Equal(PairState.CreatingCrm, (await Reports.ExplainAsync(Mapping, "new", None))!.Pair!.State);

        // The other side of it may not be written before the record is there, but it is another side.
        Assert.NotEqual(0, (await state.PrepareAsync([Update("new", epoch: 4, side: Side.Warehouse)], None))[0]);
    }

    [Fact]
    public async Task Reserved_pair_becomes_the_settled_one_or_is_forgotten_and_may_be_reserved_again()
    {
        await using var state = await OpenAsync();
        var ids = await state.PrepareAsync([Update("a", action: RecordAction.Create), Update("b", action: RecordAction.Create)], None);
        await state.SettleAsync(At() with { Pairs = [Linked("a")], ForgottenPairs = ["b"], ClosedIntents = ids }, None);
        Assert.Equal([new("a", Print("wa"), PairState.Linked)], await PrintsAsync(state));
        ids = await state.PrepareAsync([Update("b", epoch: 2, action: RecordAction.Create), Update("a", action: RecordAction.Create)], None);
        Assert.DoesNotContain(0, ids);
        Assert.Equal([("a", PairState.Linked), ("b", PairState.CreatingCrm)], (await PrintsAsync(state)).Select(print => (print.Key, print.State)));

        // Only the intent is known to be over: the pair stays reserved and a new attempt needs its epoch.
        await state.SettleAsync(At() with { ClosedIntents = ids }, None);
        Assert.Equal(0, (await state.PrepareAsync([Update("b", epoch: 1, action: RecordAction.Create)], None))[0]);
        Assert.NotEqual(0, (await state.PrepareAsync([Update("b", epoch: 2, action: RecordAction.Create)], None))[0]);
    }

    [Fact]
    public async Task Intent_is_not_journalled_when_the_pair_moved_on_or_another_is_open()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [Linked("a", epoch: 2), Linked("b"), Linked("c")] }, None);
        var open = await state.PrepareAsync([Update("c")], None);
        Assert.NotEqual(0, open[0]);

        var ids = await state.PrepareAsync(
            [
                Update("a", epoch: 1), Update("b"), Update("b"), Update("c"), Update("c", side: Side.Warehouse), Update("none"),
                Update("linkable", action: RecordAction.Link), Update("row", side: Side.Warehouse, action: RecordAction.Create),
                Update("a", epoch: 2),
            ],
            None);
        Assert.Equal([true, false, true, true, false, true, false, false, false], ids.Select(id => id == 0));
        Assert.Equal(6, (await state.OpenIntentsAsync(None)).Count);
        Assert.Equal(["a", "b", "c"], (await PrintsAsync(state)).Select(print => print.Key));

        await state.SettleAsync(At() with { ClosedIntents = open }, None);
        Assert.NotEqual(0, (await state.PrepareAsync([Update("c")], None))[0]);
    }

    [Fact]
    public async Task Nothing_is_journalled_when_the_mapping_has_another_version_by_now()
    {
        await using var state = await OpenAsync();
        await ChangeVersionAsync();
        await Assert.ThrowsAsync<PortException>(() => state.PrepareAsync([Update("a", action: RecordAction.Create)], None));
        Assert.Empty(await state.OpenIntentsAsync(None));
        Assert.Empty(await PrintsAsync(state));
    }

    [Fact]
    public async Task Batch_that_fails_in_the_middle_leaves_nothing()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [Linked("a", "1")] }, None);
        var ids = await state.PrepareAsync([Update("a")], None);
        await Assert.ThrowsAsync<PortException>(() => state.SettleAsync(
            At() with { ForgottenPairs = ["a"], ClosedIntents = ids, Pairs = [Linked("b", "2"), Linked("c", "2")] }, None));
        Assert.Equal(["a"], (await PrintsAsync(state)).Select(print => print.Key));
        Assert.Equal(ids, (await state.OpenIntentsAsync(None)).Select(intent => intent.Id));
        await state.SettleAsync(At() with { ClosedIntents = ids }, None);
        Assert.Empty(await state.OpenIntentsAsync(None));
    }

    [Fact]
    public async Task Cancelled_settlement_leaves_nothing_and_the_state_usable()
    {
        await using var state = await OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => state.SettleAsync(At() with { Pairs = [Linked("a")] }, cancelled.Token));
        await state.SettleAsync(At() with { Pairs = [Linked("b")] }, None);
        Assert.Equal(["b"], (await PrintsAsync(state)).Select(print => print.Key));
    }
}
