using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;
using Xunit.Abstractions;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.State.Tests;

public sealed class SizeTests(StateDatabase database, ITestOutputHelper output) : PostgresTestBase(database)
{
    private const int Count = 100_000;
    private const int Batch = 10_000;

    [Fact]
    public async Task Pair_of_ten_fields_with_one_owner_takes_at_most_400_bytes_on_disk()
    {
        // The worst that may be: no two halves alike, fields of three shapes, record ids in no order.
        var random = new Random(1);
        var ids = Enumerable.Range(0, Count).Select(i => $"001Ab00000{i:d5}AAA").ToArray();
        random.Shuffle(ids);
        await using (var state = await OpenAsync(fields: [.. Enumerable.Range(0, 10).Select(i => Field($"w{i}", $"C{i}"))]))
        {
            await WithoutAutovacuumAsync();
            for (var start = 0; start < Count; start += Batch)
            {
                var pairs = Enumerable.Range(start, Batch).Select(i => Pair(random, i, ids[i], 1)).ToList();
                var intents = await state.PrepareAsync([.. pairs.Select(pair => Update(pair.Key, action: RecordAction.Create))], None);
                await state.SettleAsync(At() with { Pairs = pairs, ClosedIntents = intents }, None);
            }

            Assert.Equal(Count, await state.CountLinkedAsync(None));
            Assert.Equal(Count, (await PrintsAsync(state)).Count);
            await AssertSizeAsync("as loaded", 400);

            // Changes in a tenth of the pairs, in batches as a cycle settles them.
            for (var round = 2; round < 6; round++)
            {
                await state.SettleAsync(At() with { Pairs = [.. Enumerable.Range(0, Count / 40).Select(i => i * 40 + round).Select(i => Pair(random, i, ids[i], round))] }, None);
            }

            await AssertSizeAsync("after a tenth changed", 400);
            var hot = (await Database.AskAsync("select n_tup_hot_upd * 100 / greatest(n_tup_upd, 1) from pg_stat_user_tables where relname = 'pair'")).Single();
            output.WriteLine($"{hot} % of the updates stayed in their page");
        }
    }

    // Statistics that the server takes beside it would keep dead rows for as long as they run, and by how much that widens the table is chance.
    private async Task WithoutAutovacuumAsync() => await Database.AskAsync("""
        do $$ begin
            execute (select string_agg(format('alter table retl.%I set (autovacuum_enabled = false);', relname), ' ')
                       from pg_class where relnamespace = 'retl'::regnamespace and relkind = 'r');
        end $$
        """);

    private async Task AssertSizeAsync(string when, long most)
    {
        var parts = await Database.AskAsync(
            "select c.relname || ' ' || pg_relation_size(c.oid) / 100000.0 from pg_class c where c.relname in ('pair', 'pair_pkey', 'pair_crm_id') order by 1");
        var total = (long)(await Database.AskAsync("select pg_total_relation_size('retl.pair')")).Single();
        output.WriteLine($"{when}: {total / (double)Count:f0} bytes a pair ({string.Join(", ", parts)})");
        Assert.True(total <= most * Count, $"{when}: {total / (double)Count:f0} bytes a pair");
    }

    private static Pair Pair(Random random, int i, string crmId, int round)
    {
        Half Hash() => Half.FromHash((ulong)random.NextInt64());
        BaseOrigin Origin(int field) => field < 4 ? BaseOrigin.Receipt : field < 7 ? BaseOrigin.Equal : BaseOrigin.Adopted;
        var bases = Enumerable.Range(0, 10).Select(field => (FieldBase?)new FieldBase(Hash(), Hash(), Origin(field))).ToArray();
        return new($"A-{i:d6}", crmId, PairState.Linked, 1, Print($"w{i}-{round}"), Print($"c{i}-{round}"), Noon.AddSeconds(round), bases);
    }
}
