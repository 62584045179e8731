using ReverseEtl.Engine.Ports;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

public sealed class ValueCheckTests : IAsyncDisposable
{
    private readonly Portal _portal = new();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData("lead_score", "many", "validation", "lead_score is not a number.")]
    [InlineData("trial_ends", "soon", "validation", "trial_ends is not a date.")]
    [InlineData("newsletter", "perhaps", "validation", "newsletter is neither true nor false.")]
    [InlineData("segment", "Enterprise", "validation", "segment 'Enterprise' is not in the pick-list.")]
    [InlineData("interests", "analytics;cars", "validation", "interests 'cars' is not in the pick-list.")]
    [InlineData("hs_email_domain", "ex.test", "schema", "hs_email_domain is a read only property; its value cannot be set.")]
    public async Task Value_that_the_property_cannot_hold_is_rejected_before_it_is_sent(string field, string value, string kind, string words)
    {
        await _portal.Crm.DescribeAsync("contacts", default);
        var results = await _portal.Write("contacts", Key, Upsert("K-1", (field, value)), Upsert("K-2", ("firstname", "Ann")));
        Assert.Equal((WriteOutcome.Rejected, kind, words), (results[0].Outcome, results[0].Error!.Class, results[0].Error!.Message));
        Assert.Equal(RetryRule.AfterChange, results[0].Error!.Retry);
        Assert.Equal([field], results[0].Error!.Fields);
        Assert.Equal(WriteOutcome.Confirmed, results[1].Outcome);
        Assert.Single(_portal.Account.Writes);
    }

    [Theory]
    [InlineData("lead_score", "12.50")]
    [InlineData("trial_ends", "2026-12-24")]
    [InlineData("newsletter", "yes")]
    [InlineData("interests", "support;analytics")]
    [InlineData("hubspot_owner_id", "968001")]
    [InlineData("segment", "")]
    [InlineData("segment", null)]
    public async Task Value_that_fits_is_sent_and_stored(string field, string? value)
    {
        var result = (await _portal.Write(Upsert("K-1", ("firstname", "Ann"), (field, value))))[0];
        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
    }

    [Fact]
    public async Task Bad_value_of_one_row_costs_no_search_for_it_where_rows_cannot_fail_alone()
    {
        var writes = Enumerable.Range(0, 60).Select(i => Upsert($"p{i}@ex.test", ("segment", i == 31 ? "nonsense" : "smb"))).ToArray();
        var results = await _portal.Write("contacts", "email", writes);
        Assert.Equal([31], results.Index().Where(r => r.Item.Outcome is WriteOutcome.Rejected).Select(r => r.Index));
        Assert.Equal(1, _portal.Requests("batch"));
    }

    [Fact]
    public async Task Text_longer_than_a_property_holds_is_rejected()
    {
        var result = (await _portal.Write(Upsert("K-1", ("message", new string('x', 65_537)))))[0];
        Assert.Equal("VALUE_DOES_NOT_FIT", result.Error!.Code);
    }
}
