using CsCheck;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Properties;

/// <summary>A field that is edited again and again on both sides, looked at now and then, and asked about.</summary>
public sealed class FieldStoryTests
{
    private enum Act
    {
        WarehouseEdit,
        CrmEdit,
        Look,
        Answer,
        Echo,
    }

    // Nothing can make more rounds useful: a write, a look at how it was spelled, and the same once more for what an answer led to.
    private const int Rounds = 6;

    private static readonly Gen<(Act Act, FieldValue Value, ResolutionChoice Choice)> Step = Gen.Select(
        Gen.OneOf(Enum.GetValues<Act>()), RecordGen.Value, Gen.OneOf(Enum.GetValues<ResolutionChoice>()));

    private static readonly Gen<Story> Any =
        from owner in Gen.OneOf(Enum.GetValues<FieldOwner>())
        from drift in Gen.OneOf(Enum.GetValues<DriftRule>())
        from policy in Gen.OneOf(Enum.GetValues<ConflictPolicy>())
        from kind in Gen.OneOf(FieldKind.Text, FieldKind.Email, FieldKind.Decimal, FieldKind.Timestamp, FieldKind.MultiPicklist)
        from lands in Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true)))
        from agreed in RecordGen.Value
        from warehouse in RecordGen.Spelling
        from crm in RecordGen.Spelling
        from tells in Gen.Bool
        from steps in Step.Array[1, 8]
        let rule = Make.Rule(owner, drift, policy, kind: kind, lands: lands)
        select new Story(new FieldStart(rule, agreed, default, default, warehouse, crm, tells), steps);

    [Fact]
    public void Story_of_any_edits_looks_and_answers_comes_to_rest_and_writes_no_more_than_it_has_causes()
    {
        var seen = new Seen();
        Any.Sample(
            story =>
            {
                var (world, causes) = Play(story);
                Assert.True(world.Settles(Rounds), $"does not settle: {world.Plan()}");
                Assert.True(world.Writes <= causes, $"{world.Writes} writes, {causes} causes");
                seen.Count(world.View.Question is { } open ? $"asked {open.Kind}" : $"agreed by {world.View.Base!.Value.Origin}");
                seen.Count($"{Math.Min(world.Writes, 3)} writes");
            },
            iter: 20_000);
        seen.MustHold(
            "asked Field", "asked Drift", "agreed by Receipt", "agreed by Equal", "agreed by Adopted", "agreed by Resolved", "0 writes", "3 writes");
    }

    [Fact]
    public void Value_that_a_story_ends_with_was_entered_by_somebody_and_at_most_spelled_by_the_sides() =>
        Any.Where(story => story.Start.Rule.Mapping.OnConflict is not (ConflictPolicy.Union or ConflictPolicy.Append)).Sample(
            story =>
            {
                var (world, _) = Play(story);
                world.Settles(Rounds);
                var known = story.Steps.Select(step => step.Value.Text).Append(story.Start.Agreed.Text).ToHashSet();
                for (var hop = 0; hop < story.Steps.Length + 1; hop++)
                {
                    known.UnionWith([.. known.Select(story.Start.WarehouseSpells.Text), .. known.Select(story.Start.CrmSpells.Text)]);
                }

                return known.Contains(world.View.Warehouse.Text) && known.Contains(world.View.Crm.Text);
            },
            iter: 5_000);

    private static (FieldWorld World, int Causes) Play(Story story)
    {
        var world = story.Start.World();
        var causes = 0;
        foreach (var (act, value, choice) in story.Steps)
        {
            causes += act is Act.Look ? 0 : 1;
            switch (act)
            {
                case Act.WarehouseEdit:
                    world.WarehouseEdits(value);
                    break;
                case Act.CrmEdit:
                    world.CrmEdits(value);
                    break;
                case Act.Answer when world.View.Question is not null:
                    world.Answer(Make.Answer(choice, value.Text));
                    break;
                case Act.Echo when world.View.Base?.Landed is not null:
                    world.Echo();
                    break;
                case Act.Look:
                    world.Settles(1);
                    break;
            }
        }

        return (world, causes);
    }

    private sealed record Story(FieldStart Start, (Act Act, FieldValue Value, ResolutionChoice Choice)[] Steps);
}
