using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.Daemon.Tests.Commands;

public class ExplainTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Bench _bench = new();

    public ExplainTests() => _bench.Sides.States.History = new RecordHistory(
        new Pair("A-1", "001", PairState.Linked, 1, Fingerprint.None, Fingerprint.None, Noon,
            [null, new FieldBase(Half.Keep(FieldValue.Of("1")), Half.Keep(FieldValue.Of("2")), BaseOrigin.Receipt), null]),
        [("name", "Name"), ("phone", "Phone"), ("csm", "Owner.Email")],
        [(4, Noon, new Change("A-1", "001", Side.Crm, "update", ["Name", "Phone"], ["owner: warehouse", "on_conflict: newest_wins"]))],
        [(new Conflict(ConflictKind.Field, "A-1", "001", "Phone", default, default, default, default) { Id = 5, OpenedAt = Noon }, null, null)],
        [new Reject("A-1", "001", Side.Crm, "validation", "too long", RetryRule.AfterChange, Fingerprint.None, 2, null)],
        [(Noon, new Loss("A-1", "001", Side.Crm, "Phone", FieldValue.Of("3"), "ann", Noon, "owner: warehouse"))],
        ["009"], [new Tombstone("A-1", Side.Warehouse, Noon)], []);

    [Fact]
    public async Task Field_is_explained_in_sentences_from_everything_that_is_known()
    {
        var answer = await _bench.RunAsync("explain", "accounts", "A-1", "phone", "--json");

        Assert.Equal(0, answer.Exit);
        var field = Assert.Single(answer.Json.GetProperty("fields").EnumerateArray());
        Assert.Equal(
            [
                "Both sides may change it; when both do, newest_wins.",
                "Now: warehouse (unknown), CRM (unknown).",
                "Last agreed: warehouse '1', CRM '2', because one was written for the other and its storing was confirmed.",
                "Last written to the CRM by run 4 at 2026-03-01 12:00:00Z: on_conflict: newest_wins.",
                "The field is frozen. Conflict 5 (field) is open since 2026-03-01 12:00:00Z; it waits for a person.",
                "The value '3' by ann in the CRM was replaced 2026-03-01 12:00:00Z: owner: warehouse.",
            ],
            field.GetProperty("sentences").EnumerateArray().Select(sentence => sentence.GetString()!));
        Assert.Equal(("1", "2"), (field.GetProperty("base").GetProperty("warehouse").GetString(), field.GetProperty("base").GetProperty("crm").GetString()));
    }

    [Fact]
    public async Task Record_is_explained_as_a_whole()
    {
        var answer = await _bench.RunAsync("explain", "accounts", "A-1");

        Assert.Contains("Warehouse row A-1 and Account 001 are linked and kept in step.", answer.Output, StringComparison.Ordinal);
        Assert.Contains("The warehouse has no row with this key now.", answer.Output, StringComparison.Ordinal);
        Assert.Contains("The CRM refused it (validation, 2 attempts): too long; it is not tried again by itself.", answer.Output, StringComparison.Ordinal);
        Assert.Contains("CRM record 009 was merged into it.", answer.Output, StringComparison.Ordinal);
        Assert.Contains("It has been missing from the warehouse since 2026-03-01 12:00:00Z", answer.Output, StringComparison.Ordinal);
        Assert.Contains("The warehouse owns it; when the CRM changes it, revert.", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Converted_record_and_skipped_blanks_are_told()
    {
        var history = _bench.Sides.States.History!;
        _bench.Sides.States.History = history with
        {
            Pair = history.Pair! with { State = PairState.GoneFromCrm },
            Changes = [(5, Noon, new Change("A-1", "001", Side.Crm, "convert", [], ["it became Contact 003", "Contact 003 carries the key from now on"])), .. history.Changes],
        };
        _bench.Write("accounts", SampleMapping.With("on_conflict: newest_wins }", "nulls: skip }"));

        var answer = await _bench.RunAsync("explain", "accounts", "A-1", "phone");

        Assert.Contains("The record was converted: it became Contact 003; Contact 003 carries the key from now on; the row is no longer kept in step with it.", answer.Output, StringComparison.Ordinal);
        Assert.Contains("A blank column has nothing to say to the CRM (nulls: skip).", answer.Output, StringComparison.Ordinal);
        Assert.Contains("A blank field has nothing to say to the warehouse (nulls: skip).", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("009", "Neither side has changed since: the field is in step.", "009")]
    [InlineData("007;009", "Neither side has changed since: the field is in step.", "009")]
    [InlineData(null, "The CRM has changed since.", null)]
    public async Task Links_are_explained_by_those_that_are_ours(string? shown, string step, string? seen)
    {
        Linked(new FieldBase(Half.Keep(FieldValue.Of("A-9")), Half.Keep(FieldValue.Of("009")), BaseOrigin.Receipt), shown);

        var answer = await _bench.RunAsync("explain", "accounts", "A-1", "domain", "--json");

        var field = Assert.Single(answer.Json.GetProperty("fields").EnumerateArray());
        var sentences = field.GetProperty("sentences").EnumerateArray().Select(sentence => sentence.GetString()!).ToList();
        Assert.Equal(
            [
                "The warehouse owns the links that it names; those that people make are left alone and not shown.",
                $"Now: warehouse 'A-9', CRM {(seen is null ? "(empty)" : $"'{seen}'")}.",
                "Last agreed: warehouse 'A-9', CRM '009', because one was written for the other and its storing was confirmed.",
                step,
                "Last written to the CRM by run 5 at 2026-03-01 12:00:00Z: owner: warehouse.",
            ],
            sentences);
        Assert.Equal(("associations.Account.default", seen), (field.GetProperty("field").GetString(), field.GetProperty("crm").GetString()));
    }

    [Fact]
    public async Task Links_of_which_some_were_refused_are_explained()
    {
        Linked(OwnLinks.Attempted(null, FieldValue.Of("008;009")), "009");

        var answer = await _bench.RunAsync("explain", "accounts", "A-1", "associations.Account.default");

        Assert.Contains("The last write of its links was not carried out whole; '008;009' count as ours until one is.", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("changed since", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Last agreed", answer.Output, StringComparison.Ordinal);
    }

    private void Linked(FieldBase agreed, string? shown)
    {
        const string Path = "associations.Account.default";
        var history = _bench.Sides.States.History!;
        _bench.Write("accounts", SampleMapping.Text + "associations:\n  - { warehouse: domain, to: accounts, type: default, many: true }\n");
        _bench.Sides.Salesforce.Links = new FakeLinks(new LinkKind("", IsPrimary: false));
        _bench.Sides.States.History = history with
        {
            Pair = history.Pair! with { Bases = [.. history.Pair.Bases, agreed] },
            FieldNames = [.. history.FieldNames, ("domain", Path)],
            Changes = [(5, Noon, new Change("A-1", "001", Side.Crm, "update", [Path], ["owner: warehouse"])), .. history.Changes],
        };
        _bench.Sides.Main.Row = (read, key) => new WarehouseRow(
            key, [.. read.Columns.Select(column => FieldValue.Of(column == "domain" ? "A-9" : null))], null);
        _bench.Sides.Salesforce.Record = (read, id) => new CrmRecord(
            id, CrmPresence.Live, Noon, [.. read.Fields.Select(field => FieldValue.Of(field.Name == Path ? shown : null))]);
    }

    [Fact]
    public async Task Side_that_is_down_does_not_hide_what_the_state_knows()
    {
        _bench.Sides.Salesforce.Failure = new PortException(PortTrouble.Unavailable, "no route to host");

        var answer = await _bench.RunAsync("explain", "accounts", "A-1");

        Assert.Equal(0, answer.Exit);
        Assert.Contains("The live values could not be read: no route to host", answer.Output, StringComparison.Ordinal);
    }
}
