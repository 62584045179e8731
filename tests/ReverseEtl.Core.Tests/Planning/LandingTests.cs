using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>
/// Pulled values go to a landing table and come back through the model, or not. The base is a/a, the CRM went to c, and c was landed
/// while the model showed a.
/// </summary>
public sealed class LandingTests
{
    [Fact]
    public void Crm_moved_is_landed() =>
        Expect.Pulls(FieldPlanner.Plan(Rule(FieldOwner.Crm), Make.View("a", "c", Make.Base(Rule(FieldOwner.Crm), "a", "a"))), "c", "owner: crm");

    [Theory]
    [InlineData(FieldOwner.Crm)]
    [InlineData(FieldOwner.Shared)]
    public void Landed_value_not_back_yet_is_awaited(FieldOwner owner)
    {
        Expect.Is(FieldStep.AwaitEcho, Plan(owner, "a", "c"), "landed, waiting for the model");
        Expect.Is(FieldStep.AwaitEcho, Plan(owner, FieldValue.Unmoved, Make.Of("c")), "landed, waiting for the model");
        Expect.Is(FieldStep.AwaitEcho, Plan(owner, Make.Of("a"), FieldValue.Unmoved), "landed, waiting for the model");
    }

    [Theory]
    [InlineData(FieldOwner.Crm)]
    [InlineData(FieldOwner.Shared)]
    public void Landed_value_back_through_the_model_is_agreement(FieldOwner owner) =>
        Expect.Adopts(Plan(owner, "c", "c"), BaseOrigin.Equal, "both sides agree");

    [Fact]
    public void Landed_value_in_the_models_own_shape_stands_when_the_crm_owns_it() =>
        Expect.Adopts(Plan(FieldOwner.Crm, "C", "c"), BaseOrigin.Adopted, "the model's shape of the landed value");

    // Adopting with the CRM unread would leave the older CRM half in the base, and the landed value would be landed once more.
    [Fact]
    public void Landed_value_in_the_models_own_shape_needs_the_crm_in_sight() =>
        Expect.Reads(Plan(FieldOwner.Crm, Make.Of("C"), FieldValue.Unmoved), Side.Crm);

    [Fact]
    public void Landed_value_in_another_shape_is_a_conflict_when_the_field_is_shared() =>
        Expect.Asks(Plan(FieldOwner.Shared, "C", "c"), ConflictKind.Field, "on_conflict: review");

    [Theory]
    [InlineData(FieldOwner.Crm, "owner: crm")]
    [InlineData(FieldOwner.Shared, "shared: changed in the CRM")]
    public void Landed_value_overtaken_by_the_crm_is_landed_anew(FieldOwner owner, string rule) =>
        Expect.Pulls(Plan(owner, "a", "d"), "d", rule);

    // The landing table still holds c. Left there, c would come back through the model later: over the edit that took it back.
    [Theory]
    [InlineData(FieldOwner.Crm)]
    [InlineData(FieldOwner.Shared)]
    public void Landed_value_taken_back_in_the_crm_is_landed_anew_even_though_the_sides_agree(FieldOwner owner) =>
        Expect.Pulls(Plan(owner, "a", "a"), "a", "changed in the CRM since it was landed");

    [Theory]
    [InlineData(FieldOwner.Crm, "owner: crm")]
    [InlineData(FieldOwner.Shared, "shared: changed in the CRM")]
    public void Landed_value_taken_back_in_the_crm_while_the_model_shows_it_is_landed_anew(FieldOwner owner, string rule) =>
        Expect.Pulls(Plan(owner, "c", "a"), "a", rule);

    [Fact]
    public void Landed_value_taken_back_to_a_base_of_two_spellings_is_landed_anew()
    {
        var rule = Rule(FieldOwner.Crm);
        Expect.Pulls(FieldPlanner.Plan(rule, Make.View("a", "A", Make.Base(rule, "a", "A", landed: "c"))), "A", "owner: crm");
    }

    [Fact]
    public void Landed_value_means_nothing_once_the_table_is_written_in_place()
    {
        var rule = Make.Crm();
        Expect.Pulls(FieldPlanner.Plan(rule, Make.View("a", "c", Make.Base(rule, "a", "a", landed: "c"))), "c", "owner: crm");
    }

    private static FieldRule Rule(FieldOwner owner) => Make.Rule(owner, lands: true);

    private static FieldDecision Plan(FieldOwner owner, string? warehouse, string? crm) => Plan(owner, Make.Of(warehouse), Make.Of(crm));

    private static FieldDecision Plan(FieldOwner owner, FieldValue warehouse, FieldValue crm) =>
        FieldPlanner.Plan(Rule(owner), Make.Seen(warehouse, crm, Make.Base(Rule(owner), "a", "a", landed: "c")));
}
