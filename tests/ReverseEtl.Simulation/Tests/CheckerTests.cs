using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Checking;
using ReverseEtl.Simulation.Logs;
using static ReverseEtl.Simulation.Tests.Tale;

namespace ReverseEtl.Simulation.Tests;

/// <summary>Each checker on a log that it must object to, and on the nearest one that it must not.</summary>
public sealed class CheckerTests
{
    [Fact]
    public void Convergence_values_that_differ_with_nothing_open_are_found()
    {
        Assert.Single(new Tale(new Convergence()).Linked().Verdict(Standing("+49 1", "+49 2")));
        Assert.Empty(new Tale(new Convergence()).Linked().Verdict(Standing("+49 1", "+491")));
    }

    [Fact]
    public void Convergence_an_open_question_must_show_the_present_values()
    {
        var question = new Conflict(
            ConflictKind.Field, Key, Id, "Phone", FieldValue.NotObserved, FieldValue.NotObserved, FieldValue.Of("+49 1"), FieldValue.Of("+49 2"));
        Assert.Empty(new Tale(new Convergence()).Linked().Verdict(Standing("+49 1", "+49 2") with { Questions = [question] }));
        Assert.Single(new Tale(new Convergence()).Linked().Verdict(Standing("+49 1", "+49 3") with { Questions = [question] }));
    }

    [Fact]
    public void Convergence_a_row_without_a_record_is_found()
    {
        Assert.Single(new Tale(new Convergence()).Verdict(Standing() with { Pairs = [], Records = new Dictionary<string, Worlds.CrmSight>() }));
    }

    [Fact]
    public void Audit_a_base_whose_halves_stand_and_do_not_correspond_is_found()
    {
        Assert.Single(new Tale(new AuditSoundness()).Verdict(Standing("+49 1", "+49 2", Pair(phone: Base("+49 1", "+49 2")))));
        Assert.Empty(new Tale(new AuditSoundness()).Verdict(Standing("+49 1", "+49 2", Pair(phone: Base("+49 1", "+49 2", BaseOrigin.Resolved)))));
    }

    [Fact]
    public void Lost_update_an_edit_that_nothing_tells_of_is_found()
    {
        Assert.Single(Overwriting().Verdict());
        Assert.Empty(Overwriting().Then(at => new LossRecorded(
            at, "people", new Loss(Key, Id, Side.Crm, "Phone", FieldValue.Of("+49 2"), null, null, "test"))).Verdict());

        static Tale Overwriting() => new Tale(new LostUpdate()).Linked()
            .InWarehouse("phone", null, "+49 1", User).InCrm("Phone", null, "+49 2", User).InCrm("Phone", "+49 2", "+49 1", By(1));
    }

    [Fact]
    public void Lost_update_an_edit_that_had_reached_the_other_side_is_none() => Assert.Empty(new Tale(new LostUpdate()).Linked()
        .InCrm("Phone", null, "+49 2", User).InWarehouse("phone", null, "+49 2", By())
        .InWarehouse("phone", "+49 2", "+49 1", User).InCrm("Phone", "+49 2", "+49 1", By(1)).Verdict());

    [Fact]
    public void Write_justification_ping_pong_is_found()
    {
        var tale = new Tale(new WriteJustification()).Linked().InWarehouse("phone", null, "+49 1", User);
        for (var i = 0; i < 20; i++)
        {
            tale.InCrm("Phone", "a", "b", By(i + 1)).InWarehouse("phone", "b", "a", By());
        }

        Assert.NotEmpty(tale.Verdict());
    }

    [Fact]
    public void Idempotence_a_write_at_rest_is_found()
    {
        var checker = new Idempotence();
        checker.Rest();
        Assert.Single(new Tale(checker).Sends(1, ("Phone", "+49 1")).Verdict());
    }

    [Fact]
    public void Stability_a_field_written_again_and_again_is_found()
    {
        Assert.Empty(Written(3).Verdict());
        Assert.Single(Written(4).Verdict());

        static Tale Written(int times)
        {
            var tale = new Tale(new Stability(3)).Linked().InCrm("Phone", null, "+49 1", User);
            for (var i = 0; i < times; i++)
            {
                tale.Then(at => new ChangeNoted(at, "people", new Change(Key, Id, Side.Crm, "update", ["Phone"], ["test"])));
            }

            return tale;
        }
    }

    [Fact]
    public void Stability_our_own_value_that_comes_back_in_the_crms_spelling_is_found()
    {
        Assert.Single(Back("V1").Verdict());
        Assert.Empty(Back("v2").Verdict());

        static Tale Back(string value) => new Tale(new Stability(3)).Linked()
            .Then(at => new PairStored(at, "people", Key, Tale.Pair(phone: Tale.Base("v1", value)), Tale.Names)).InWarehouse("phone", null, "v1", User)
            .InCrm("Phone", null, value, By(1)).Then(at => new ChangeNoted(at, "people", new Change(Key, Id, Side.Crm, "update", ["Phone"], ["test"])))
            .InWarehouse("phone", "v1", value, By());
    }

    [Fact]
    public void Provenance_a_value_that_nobody_entered_is_found()
    {
        Assert.Single(new Tale(new Provenance()).Linked().InCrm("Phone", null, "+49 7", By(1)).Verdict());
        Assert.Empty(new Tale(new Provenance()).Linked().InWarehouse("phone", null, "+49 7", User).InCrm("Phone", null, "+497", By(1)).Verdict());
    }

    [Fact]
    public void Provenance_an_own_stale_write_taken_for_news_is_found() => Assert.Single(new Tale(new Provenance()).Linked()
        .InWarehouse("phone", null, "+49 1", User).InCrm("Phone", null, "+49 1", By(1))
        .InWarehouse("phone", "+49 1", "+49 2", User).InWarehouse("phone", "+49 2", "+49 1", By()).Verdict());

    [Fact]
    public void Base_honesty_two_values_that_are_no_spelling_of_each_other_are_found()
    {
        Assert.Single(Stored(Base("+49 1", "+49 2")));
        Assert.Empty(Stored(Base("+49 1", "+491")));

        static IReadOnlyList<Violation> Stored(FieldBase held) =>
            new Tale(new BaseHonesty()).Linked().Then(at => new PairStored(at, "people", Key, Pair(phone: held), Names)).Verdict();
    }

    [Fact]
    public void Ownership_a_field_of_the_other_side_on_the_wire_is_found()
    {
        Assert.Single(new Tale(new Ownership()).Linked().Sends(1, ("Title", "v1")).Verdict());
        Assert.Single(new Tale(new Ownership()).Linked().Sends(1, ("Description", "v1")).Verdict());
        Assert.Empty(new Tale(new Ownership()).Linked().Sends(1, ("LastName", "v1")).Verdict());
        Assert.Single(new Tale(new Ownership()).Linked().InWarehouse("last_name", "v1", "v2", By()).Verdict());
    }

    [Fact]
    public void Delete_safety_a_removal_whose_partner_is_there_is_found() => Assert.Single(Removal(new Tale(new DeleteSafety(TimeSpan.FromHours(1))).Linked()).Verdict());

    [Fact]
    public void Delete_safety_a_removal_before_its_time_is_found()
    {
        Assert.Single(Removal(Gone()).Verdict());
        Assert.Empty(Removal(Gone().After(TimeSpan.FromHours(1))).Verdict());
        Assert.Single(Removal(Gone().InCrm("Phone", "+49 1", "+49 2", User).After(TimeSpan.FromHours(1))).Verdict());

        static Tale Gone() => new Tale(new DeleteSafety(TimeSpan.FromHours(1))).Linked()
            .Then(at => new RecordChanged(at, "people", Side.Warehouse, Key, Fate.Deleted, null, User));
    }

    [Fact]
    public void Identity_two_keys_on_one_record_are_found() => Assert.Single(new Tale(new Identity()).Linked()
        .Then(at => new PairStored(at, "people", "P-2", Pair() with { Key = "P-2" }, Names)).Verdict());

    [Fact]
    public void Identity_a_second_record_for_a_row_is_found() => Assert.NotEmpty(Created(Created(new Tale(new Identity()), "003X"), "003Y").Verdict());

    [Fact]
    public void Crash_safety_a_conditional_write_that_takes_effect_twice_is_found() => Assert.Single(new Tale(new CrashSafety()).Linked()
        .Sends(1, ("Phone", "+49 1")).InCrm("Phone", null, "+49 1", By(1)).InCrm("Phone", "+49 2", "+49 1", By(1)).Verdict());

    [Fact]
    public void Crash_safety_a_cycle_that_breaks_off_by_itself_is_found() => Assert.Single(new Tale(new CrashSafety())
        .Then(at => new CycleEnded(at, "d", "people", null, "a bug", IsBug: true)).Verdict());

    [Fact]
    public void Monotone_decisions_a_write_that_is_not_journalled_as_it_is_sent_is_found()
    {
        Assert.Single(Sending(t => t));
        Assert.Single(Sending(t => t.Journals(1, "LastName")));
        Assert.Single(Sending(t => t.Journals(0, "Phone")));
        Assert.Single(Sending(t => t.Journals(1, "Phone").After(TimeSpan.FromMinutes(5))));
        Assert.Empty(Sending(t => t.Journals(1, "Phone")));

        static IReadOnlyList<Violation> Sending(Func<Tale, Tale> before) =>
            before(new Tale(new MonotoneDecisions()).Linked()).Sends(1, ("Phone", "+49 1")).Verdict();
    }

    private static Tale Removal(Tale tale) => tale.Then(at => new Sent(at, "d", "people", 1, Id, null, [], IsRemoval: true, IsConditional: false));

    private static Tale Created(Tale tale, string id)
    {
        DateTimeOffset born = default;
        return tale.Then(at => new RecordChanged(born = at, "people", Side.Crm, id, Fate.Created, null, By(1)))
            .Then(_ => new FieldChanged(born, "people", Side.Crm, id, "Warehouse_Id__c", null, Key, By(1)));
    }
}
