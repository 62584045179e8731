using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>Fields that two sides fight over, in a world that allows five turns.</summary>
public sealed class UnstableTests
{
    private const int Limit = 5;

    private static readonly TimeSpan Night = TimeSpan.FromDays(1);

    [Fact]
    public void Workflow_that_changes_an_owned_field_back_is_reverted_so_often_and_then_asked_about()
    {
        var world = World(Make.Warehouse());
        Fight(world, () => world.CrmEdits(Make.Of("x")));
        Assert.Equal(Limit, world.Writes);
        Assert.Equal(ConflictKind.Unstable, world.View.Question!.Kind);
    }

    [Fact]
    public void Job_that_takes_back_a_pulled_value_is_reverted_so_often_and_then_asked_about()
    {
        var world = World(Make.Crm());
        Fight(world, () => world.WarehouseEdits(Make.Of("x")));
        Assert.Equal(Limit, world.Writes);
        Assert.Equal(ConflictKind.Unstable, world.View.Question!.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Job_and_workflow_that_take_turns_on_a_shared_field_are_asked_about(bool spellsAlike)
    {
        var world = new FieldWorld(Make.Shared(), Make.View("A", "A", Make.Base(Make.Shared(), "A", "A")))
        {
            TurnLimit = Limit,
            CrmSpells = spellsAlike ? Normaliser.Identity : Normaliser.All[2],
        };
        for (var night = 0; night < 10; night++)
        {
            world.Now += Night / 2;
            world.CrmEdits(Make.Of("x"));
            Assert.True(world.Settles(3));
            world.Now += Night / 2;
            world.WarehouseEdits(Make.Of("A"));
            Assert.True(world.Settles(3));
        }

        // The first change of each was news: only what came back is a turn.
        Assert.InRange(world.Writes, Limit, Limit + 2);
        Assert.Equal(ConflictKind.Unstable, world.View.Question!.Kind);
    }

    [Fact]
    public void Spelling_that_is_applied_anew_every_night_is_asked_about()
    {
        var world = World(Make.Warehouse());
        var times = 0;
        Fight(world, () => world.CrmEdits(Make.Of(new string('x', ++times))));
        Assert.Equal(Limit, world.Writes);
        Assert.Equal(ConflictKind.Unstable, world.View.Question!.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Person_who_changes_a_value_to_and_fro_is_never_asked(bool inCrm)
    {
        var world = World(Make.Shared());
        for (var i = 0; i < 30; i++)
        {
            world.Now += TimeSpan.FromMinutes(3);
            var value = Make.Of(i % 2 == 0 ? "b" : "a");
            if (inCrm)
            {
                world.CrmEdits(value);
            }
            else
            {
                world.WarehouseEdits(value);
            }

            Assert.True(world.Settles(3));
            Assert.Equal(i + 1, world.Writes);
        }
    }

    [Fact]
    public void Owner_who_changes_a_value_to_and_fro_is_never_asked()
    {
        var world = World(Make.Warehouse());
        for (var i = 0; i < 30; i++)
        {
            world.WarehouseEdits(Make.Of(i % 2 == 0 ? "b" : "a"));
            Assert.True(world.Settles(3));
        }

        Assert.Equal(30, world.Writes);
    }

    [Fact]
    public void Edit_of_the_owner_begins_anew()
    {
        var world = World(Make.Warehouse());
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < Limit - 1; i++)
            {
                world.CrmEdits(Make.Of("x"));
                Assert.True(world.Settles(3));
            }

            world.WarehouseEdits(Make.Of($"v{round}"));
            Assert.True(world.Settles(3));
            Assert.Null(world.View.Base!.Value.Turns);
        }

        Assert.Equal(4 * Limit, world.Writes);
    }

    [Fact]
    public void Turns_far_apart_are_no_fight()
    {
        var world = World(Make.Warehouse());
        for (var i = 0; i < 20; i++)
        {
            world.Now += Make.Within + TimeSpan.FromMinutes(1);
            world.CrmEdits(Make.Of("x"));
            Assert.True(world.Settles(3));
        }

        Assert.Equal(20, world.Writes);
    }

    [Theory]
    [InlineData(ResolutionChoice.Warehouse, 1)]
    [InlineData(ResolutionChoice.Crm, 0)]
    [InlineData(ResolutionChoice.Ignore, 0)]
    public void Answer_is_carried_out_and_begins_anew(ResolutionChoice choice, int writes)
    {
        var world = World(Make.Warehouse());
        Fight(world, () => world.CrmEdits(Make.Of("x")));
        world.Answer(Make.Answer(choice));
        Assert.True(world.Settles(3));
        Assert.Equal(Limit + writes, world.Writes);
        Assert.Null(world.View.Question);
        Assert.Null(world.View.Base!.Value.Turns);
    }

    [Fact]
    public void Echo_of_a_write_keeps_the_count()
    {
        var world = new FieldWorld(Make.Warehouse(), Make.View("a", "a", Make.Base(Make.Warehouse(), "a", "a"))) { TurnLimit = Limit, TellsStored = false, CrmSpells = Normaliser.All[1] };
        Fight(world, () => world.CrmEdits(Make.Of("x")));
        Assert.Equal(Limit, world.Writes);
        Assert.Equal(ConflictKind.Unstable, world.View.Question!.Kind);
    }

    [Fact]
    public void Question_of_an_unstable_field_needs_both_sides_in_sight()
    {
        var rule = Make.Warehouse();
        var view = Make.View("a", "x", Make.Base(rule, "a", "a")) with { IsSpent = true };
        Expect.Asks(FieldPlanner.Plan(rule, view), ConflictKind.Unstable, "changed back again and again");
        Expect.Is(FieldStep.None, FieldPlanner.Plan(rule, view.Asked(ConflictKind.Unstable, "a", "x")), "frozen: conflict open");
        Expect.Asks(FieldPlanner.Plan(rule, view.Asked(ConflictKind.Unstable, "a", "y")), ConflictKind.Unstable, "values moved since the question was asked");
    }

    private static FieldWorld World(FieldRule rule) => new(rule, Make.View("a", "a", Make.Base(rule, "a", "a"))) { TurnLimit = Limit };

    private static void Fight(FieldWorld world, Action takeBack)
    {
        for (var night = 0; night < Limit * 3; night++)
        {
            world.Now += Night;
            takeBack();
            Assert.True(world.Settles(3));
        }
    }
}
