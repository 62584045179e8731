using CsCheck;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Properties;

public sealed class RecordPropertyTests
{
    [Fact]
    public void Record_edited_on_both_sides_is_quiet_after_one_round_of_writes_and_writes_no_more_than_was_edited()
    {
        var seen = new Seen();
        RecordGen.Record.Sample(
            starts =>
            {
                var world = World(starts);
                foreach (var decision in world.Plan().Fields)
                {
                    seen.Count($"{decision.Step} {(decision.Loses ? "over an edit, " : "")}{decision.Rule}");
                }

                Round(world);
                var writes = world.Writes;

                // What is left is to see how the CRM spelled what was sent, and that writes nothing.
                Round(world);
                Assert.Equal(writes, world.Writes);
                Assert.All(world.Plan().Fields, decision => Assert.Equal(FieldStep.None, decision.Step));
                Assert.True(world.Writes <= starts.Sum(start => start.Causes));
            },
            iter: 5_000);
        seen.MustHold(
            "None unchanged", "Adopt both sides agree", "Adopt on_drift: adopt", "Push owner: warehouse", "Push over an edit, owner: warehouse",
            "Push over an edit, on_drift: revert", "Pull owner: crm", "Push shared: changed in the warehouse", "Pull shared: changed in the CRM",
            "Ask on_conflict: review", "Ask on_drift: flag", "WriteBoth on_conflict: union", "WriteBoth on_conflict: append");
    }

    [Fact]
    public void Record_without_edits_is_never_written() =>
        RecordGen.Record.Sample(
            starts =>
            {
                var world = World([.. starts.Select(start => start with { Warehouse = default, Crm = default })]);
                Round(world);
                return world.Writes == 0;
            },
            iter: 2_000);

    [Fact]
    public void Plan_applied_in_any_order_of_fields_ends_the_same() =>
        Gen.Select(RecordGen.Record, Gen.Int[0, 1_000_000]).Sample(
            (starts, seed) =>
            {
                var (straight, shuffled) = (World(starts), World(starts));
                var order = Enumerable.Range(0, starts.Length).ToArray();
                new Random(seed).Shuffle(order);
                straight.Apply(straight.Plan(), Enumerable.Range(0, starts.Length));
                shuffled.Apply(shuffled.Plan(), order);
                return straight.View().Fields.SequenceEqual(shuffled.View().Fields);
            },
            iter: 2_000);

    [Fact]
    public void Decision_for_a_field_is_independent_of_the_other_fields_and_of_their_order() =>
        Gen.Select(RecordGen.Record, Gen.Int[0, 1_000_000]).Sample(
            (starts, seed) =>
            {
                var order = Enumerable.Range(0, starts.Length).ToArray();
                new Random(seed).Shuffle(order);
                var whole = World(starts).Plan().Fields;
                var shuffled = World([.. order.Select(i => starts[i])]).Plan().Fields;
                var alone = starts.Select(start => World([start]).Plan().Fields[0]);
                return whole.SequenceEqual(alone) && order.Select(i => whole[i]).SequenceEqual(shuffled);
            },
            iter: 2_000);

    [Fact]
    public void Plan_of_a_batch_is_the_plans_of_its_records_in_any_order() =>
        Gen.Select(RecordGen.Record.Array[1, 5], Gen.Int[0, 1_000_000]).Sample(
            (records, seed) =>
            {
                var order = Enumerable.Range(0, records.Length).ToArray();
                new Random(seed).Shuffle(order);
                var batch = records.Select(World).ToArray();
                var inOrder = batch.Select(world => world.Plan().Fields).ToArray();
                var shuffled = order.Select(i => batch[i].Plan().Fields).ToArray();
                return order.Select((record, at) => inOrder[record].SequenceEqual(shuffled[at])).All(same => same);
            },
            iter: 500);

    [Fact]
    public void Record_of_any_state_and_values_is_planned_without_an_exception() =>
        Gen.Select(RecordGen.Record, Where, Nasty.Value, Nasty.Value).Sample(
            (starts, where, one, other) =>
            {
                var view = World(starts).View() with { State = where.State, Warehouse = where.Warehouse, Crm = where.Crm };
                view = view with { Fields = [.. view.Fields.Select(field => field with { Warehouse = one, CrmAsWarehouse = other })] };
                _ = RecordPlanner.Plan(new RecordRules(), [.. starts.Select(start => start.Rule)], view);
            },
            iter: 5_000);

    private static Gen<(PairState State, Presence Warehouse, Presence Crm)> Where { get; } = Gen.Select(
        Gen.OneOf(Enum.GetValues<PairState>()), Gen.OneOf(Enum.GetValues<Presence>()), Gen.OneOf(Enum.GetValues<Presence>()));

    private static RecordWorld World(FieldStart[] starts) => new([.. starts.Select(start => start.World())]);

    private static void Round(RecordWorld world) => world.Apply(world.Plan(), Enumerable.Range(0, world.Fields.Count));
}
