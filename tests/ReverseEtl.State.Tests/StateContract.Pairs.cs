using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
{
    [Fact]
    public async Task Pair_comes_back_as_it_was_settled()
    {
        await using var state = await OpenAsync();
        var pair = new Pair(
            "A\u001f1", "001", PairState.Linked, 3, Print("w"), Fingerprint.None, Noon.AddTicks(1_230),
            [Base("a\0\ud800", null), new FieldBase(Core.Planning.Half.FromHash(ulong.MaxValue), Core.Planning.Half.Keep(FieldValue.NotObserved), BaseOrigin.Sent) { Landed = Core.Planning.Half.Keep(FieldValue.Null) }])
        {
            IsOurs = true,
        };
        var creating = new Pair("B", null, PairState.CreatingCrm, 1, Fingerprint.None, Fingerprint.None, default, [null, null]);
        await state.SettleAsync(At() with { Pairs = [pair, creating] }, None);

        var byKey = await state.PairsByKeyAsync(["A\u001f1", "B", "C"], None);
        Assert.Equal(2, byKey.Count);
        AssertSame(pair, byKey["A\u001f1"]);
        AssertSame(creating, byKey["B"]);
        AssertSame(pair, Assert.Single((await state.PairsByCrmIdAsync(["001", "002"], None))["001"]));
        Assert.Equal(1, await state.CountLinkedAsync(None));
        Assert.Equal([new("A\u001f1", Print("w"), PairState.Linked), new("B", Fingerprint.None, PairState.CreatingCrm)], await PrintsAsync(state));
    }

    [Fact]
    public async Task Prints_come_in_the_order_of_the_merge_beyond_the_basic_plane_too()
    {
        string[] keys = ["a", "A", "", "ä", "\uffee", "\ue000", "😀", "😀a", "a\u001fb", "a b", "Z", "\ud83d\udfff", "\U00010000", "中"];
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [.. keys.Select((key, i) => Linked(key, $"C{i}"))] }, None);

        var expected = keys.ToArray();
        Array.Sort(expected, RecordKey.Compare);
        Assert.Equal(expected, (await PrintsAsync(state)).Select(print => print.Key));
        Assert.Equal(keys.Length, (await state.PairsByKeyAsync(keys, None)).Count);
    }

    [Fact]
    public async Task Prints_may_be_read_while_pairs_are_settled_and_left_before_the_end()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [.. Enumerable.Range(0, 20_000).Select(i => Linked($"K{i:d6}"))] }, None);
        var seen = 0;
        await foreach (var print in state.ReadPrintsAsync())
        {
            if (++seen % 5_000 == 0)
            {
                await state.SettleAsync(At() with { Pairs = [Linked(print.Key, epoch: 2)] }, None);
            }
        }

        Assert.Equal(20_000, seen);
        await foreach (var print in state.ReadPrintsAsync())
        {
            Assert.Equal("K000000", print.Key);
            break;
        }

        await state.RenewAsync(None);
        Assert.Equal(20_000, (await PrintsAsync(state)).Count);
    }

    [Fact]
    public async Task Pairs_of_one_batch_may_exchange_their_records()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [Linked("a", "1"), Linked("b", "2"), Linked("c", "3"), Linked("d", "4", state: PairState.Duplicate)] }, None);
        await state.SettleAsync(
            At() with
            {
                ForgottenPairs = ["c"],
                Pairs = [Linked("a", "2", 2), Linked("b", "1", 2), Linked("d", "3", 2), Linked("e", "4")],
            },
            None);
        var byId = await state.PairsByCrmIdAsync(["1", "2", "3", "4"], None);
        Assert.Equal([("1", "b"), ("2", "a"), ("3", "d"), ("4", "e")], byId.Select(pairs => (pairs.Key, pairs.Single().Key)).Order());
    }

    [Fact]
    public async Task Record_of_two_pairs_is_possible_only_while_they_are_duplicates()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [Linked("a", "1")] }, None);
        var refused = await Assert.ThrowsAsync<PortException>(() => state.SettleAsync(At() with { Pairs = [Linked("b", "1")] }, None));
        Assert.Equal(PortTrouble.Refused, refused.Trouble);
        Assert.Contains("pair_crm_id", refused.Message);

        await state.SettleAsync(At() with { Pairs = [Linked("a", "1", 2, PairState.Duplicate), Linked("b", "1", 2, PairState.Duplicate)] }, None);
        Assert.Equal(2, (await state.PairsByCrmIdAsync(["1"], None))["1"].Count());
        Assert.Equal(0, await state.CountLinkedAsync(None));
    }

    [Fact]
    public async Task Count_of_linked_pairs_follows_every_settlement()
    {
        await using var state = await OpenAsync();
        Assert.Equal(0, await state.CountLinkedAsync(None));
        await state.SettleAsync(At() with { Pairs = [Linked("a", "1"), Linked("b", "2")] }, None);
        Assert.Equal(2, await state.CountLinkedAsync(None));
        await state.SettleAsync(At() with { ForgottenPairs = ["a"] }, None);
        Assert.Equal(1, await state.CountLinkedAsync(None));
        await state.SettleAsync(At() with { Pairs = [Linked("b", "2", state: PairState.GoneFromCrm)] }, None);
        Assert.Equal(0, await state.CountLinkedAsync(None));
    }

    [Fact]
    public async Task Field_keeps_its_base_when_the_mapping_is_rearranged()
    {
        await using (var state = await OpenAsync())
        {
            await state.SettleAsync(At() with { Pairs = [Linked("a", bases: [Base("n", "N"), Base("p", "P")])] }, None);
        }

        await using (var state = await OpenAsync(fields: [Field("city", "City"), Field("phone", "Phone"), Field("phone", "Mobile")]))
        {
            var pair = (await state.PairsByKeyAsync(["a"], None))["a"];
            Assert.Equal([null, Base("p", "P"), null], pair.Bases);
            await Assert.ThrowsAsync<ArgumentException>(() => state.SettleAsync(At() with { Pairs = [Linked("b")] }, None));
        }

        await using var back = await OpenAsync(fields: [Field("phone", "Phone"), Field("name", "Name")]);
        Assert.Equal([Base("p", "P"), Base("n", "N")], (await back.PairsByKeyAsync(["a"], None))["a"].Bases);
    }

    [Fact]
    public async Task References_are_resolved_over_linked_pairs_of_any_mapping_and_aliases_are_followed()
    {
        var parents = Mapping + "-parents";
        await using (var other = await OpenAsync(mapping: parents))
        {
            await other.SettleAsync(
                At() with
                {
                    Pairs = [Linked("p1", "1"), Linked("p2", "2", state: PairState.GoneFromCrm), Linked("p3", "3")],
                    Aliases = [("9", "1"), ("8", "9")],
                },
                None);
        }

        await using var state = await OpenAsync();
        Assert.Equal(new Dictionary<string, string> { ["p1"] = "1", ["p3"] = "3" }, await state.CrmIdsOfAsync(parents, ["p1", "p2", "p3", "p3", "p4"], None));
        Assert.Equal(new Dictionary<string, string> { ["1"] = "p1", ["9"] = "p1", ["8"] = "p1" }, await state.KeysOfAsync(parents, ["1", "2", "8", "9", "9"], None));
        Assert.Empty(await state.CrmIdsOfAsync("no such mapping", ["p1"], None));
        Assert.Empty(await state.CrmIdsOfAsync(parents, [], None));
    }

    [Fact]
    public async Task Mappings_do_not_see_each_others_pairs()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync(mapping: Mapping + "-two");
        await one.SettleAsync(At() with { Pairs = [Linked("a", "1")] }, None);
        await two.SettleAsync(At() with { Pairs = [Linked("a", "1"), Linked("b", "2")] }, None);
        await two.SettleAsync(At() with { ForgottenPairs = ["a"] }, None);
        Assert.Equal(["a"], (await PrintsAsync(one)).Select(print => print.Key));
        Assert.Equal(["b"], (await PrintsAsync(two)).Select(print => print.Key));
    }

    private static void AssertSame(Pair expected, Pair actual)
    {
        Assert.Equal(expected.Bases, actual.Bases);
        Assert.Equal(expected with { Bases = actual.Bases }, actual);
    }
}
