using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Linked_pairs_whose_record_was_not_noted_are_unseen_in_the_order_of_their_keys(bool dryRun)
    {
        await using (var live = await OpenAsync())
        {
            await live.SettleAsync(
                At() with { Pairs = [Linked("c"), Linked("", "C-empty"), Linked("a"), Linked("b"), Linked("gone", state: PairState.GoneFromCrm)] }, None);
        }

        await using var state = await OpenAsync(dryRun);
        await state.MarkSeenAsync(["C-b", "C-else"], None);
        await state.MarkSeenAsync(["C-b"], None);
        await state.MarkSeenAsync([], None);
        Assert.Equal([("", "C-empty"), ("a", "C-a"), ("c", "C-c")], await UnseenAsync(state));
    }

    [Fact]
    public async Task What_was_noted_is_forgotten_when_the_state_is_closed()
    {
        await using (var state = await OpenAsync())
        {
            await state.SettleAsync(At() with { Pairs = [Linked("a")] }, None);
            await state.MarkSeenAsync(["C-a"], None);
            Assert.Empty(await UnseenAsync(state));
        }

        await using var again = await OpenAsync();
        Assert.Equal([("a", "C-a")], await UnseenAsync(again));
    }

    [Fact]
    public async Task More_unseen_pairs_than_a_page_holds_are_all_told()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [.. Enumerable.Range(0, 12_000).Select(i => Linked($"k{i:d5}"))] }, None);
        await state.MarkSeenAsync([.. Enumerable.Range(0, 1_000).Select(i => $"C-k{i * 12:d5}")], None);
        var unseen = await UnseenAsync(state);
        Assert.Equal(11_000, unseen.Count);
        Assert.Equal("k00001", unseen[0].Key);
        Assert.Equal("k11999", unseen[^1].Key);
    }

    private static async Task<List<(string Key, string CrmId)>> UnseenAsync(IMappingState state)
    {
        var unseen = new List<(string, string)>();
        await foreach (var pair in state.ReadUnseenAsync(None))
        {
            unseen.Add(pair);
        }

        return unseen;
    }
}
