using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I2: a value that a person or a workflow entered and that a write of the engine replaced is not lost. Either it had reached the other side
/// before, or a loss or a question names it, or a recorded rule had taken it as agreed, or it lives on in the value that replaced it.
/// </summary>
/// <remarks>
/// The documented exceptions (docs/correctness.md, "What nobody can see"):
/// <list type="bullet">
/// <item>Fields with one owner are written by the widest batch, without a condition or a look at the history, and counted as unverified.</item>
/// <item>Emptying a field leaves no value to keep. Sets that are joined have no value of their own: each member counts.</item>
/// <item>What writes replaced that were in flight when the state was lost, with all that it knew of them.</item>
/// <item>A request that arrived twice: the second arrival, or the answer to it, hides what the first one replaced.</item>
/// <item>A record that was merged away, deleted or purged before anybody could look.</item>
/// <item>A record that got our key, or came out of the bin with it, while our create of that key was on its way.</item>
/// <item>
/// What automation that runs as our own user made of a value that we had just written, or of an edit that came upon it before we looked: the
/// last author is all that a record tells, so that is how the CRM spells it.
/// </item>
/// </list>
/// </remarks>
public sealed class LostUpdate() : Checker("I2")
{
    /// <summary>How long the outcome of a write may be open: the time to send it, the fence, and the time to look, which an outage may stretch.</summary>
    private static readonly TimeSpan Open = TimeSpan.FromMinutes(45);

    private readonly List<(FieldChanged Overwritten, FieldChanged By)> _suspects = [];

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        if (happening is FieldChanged { By.IsEngine: true, Before: not null } changed && !Lineage.Same(changed.Before, changed.After)
            && ledger.Find(changed.Mapping, changed.Side, changed.Record, changed.Field)?.Last is { By.IsEngine: false } entered
            && Ledger.Line(ledger.InHand(changed.By.Name, changed.Mapping), changed.Field) is { Owner: FieldOwner.Shared, OnConflict: not ConflictPolicy.Union }
            && !ledger.EverReachedOtherSide(changed, changed.Before) && !IsMetByCreate(changed, ledger) && !IsSpelling(entered, ledger))
        {
            _suspects.Add((entered, changed));
        }
    }

    /// <inheritdoc />
    public override void AtRest(Stand stand, Ledger ledger)
    {
        foreach (var (entered, by) in _suspects.Where(s => s.By.Mapping == stand.Mapping.Name))
        {
            if (!IsRecorded(entered, ledger) && !LivesOn(entered, by) && !IsBeyondReach(by, ledger)
                && !WasStateLost(by, ledger) && !ledger.IsTwin(by.By.Exchange))
            {
                Report(
                    by,
                $"{entered.Field} = {entered.After} of {entered.By} was overwritten with {by.After ?? "∅"} by {by.By} at {by.At:HH:mm:ss}, and nothing tells",
                    by.Mapping, by.Record, ledger.Partner(by.Mapping, by.Side, by.Record));
            }
        }
    }

    private static bool IsRecorded(FieldChanged entered, Ledger ledger) =>
        ledger.Losses.Exists(l => l.Loss.Side == entered.Side && l.Loss.Field == entered.Field && Lineage.Same(l.Loss.Value.Text, entered.After))
        || ledger.Questions.Exists(q => Names(q, entered, ledger.Crm))
        || ledger.Changes.Exists(c => c.At >= entered.At && c.Change.Action == "adopt" && c.Change.Fields.Contains(FieldInCrm(entered, ledger.Crm), StringComparer.Ordinal)
            && (c.Change.CrmId == entered.Record || c.Change.Key == entered.Record));

    private static bool Names(QuestionChanged asked, FieldChanged entered, CrmKind crm) =>
        asked.Question.Field == FieldInCrm(entered, crm)
        && Lineage.Same((entered.Side is Side.Crm ? asked.Question.Crm : asked.Question.Warehouse) is { State: ValueState.Value } shown ? shown.Text : null, entered.After);

    // The record is gone, and with it everything that could tell.
    private static bool IsBeyondReach(FieldChanged by, Ledger ledger) => by.Side is Side.Crm && !ledger.IsThere(by.Mapping, Side.Crm, by.Record);

    private static bool WasStateLost(FieldChanged by, Ledger ledger) =>
        (ledger.SentAt(by.By.Exchange) ?? by.At) is var left && ledger.Restores.Any(r => r.Of < left && r.At > left && r.At - left < Open);

    // Somebody gave the record our key, or took it out of the bin with it; our create found it instead of nothing.
    private static bool IsMetByCreate(FieldChanged changed, Ledger ledger) => ledger.IsUpsert(changed.By.Exchange)
        && (ledger.Find(changed.Mapping, Side.Crm, changed.Record, Table.KeyIn(ledger.Crm))?.Last.By.IsEngine is false
            || (ledger.Fate(changed.Mapping, Side.Crm, changed.Record) is { Fate: Fate.Returned } back && back.At >= ledger.SentAt(changed.By.Exchange)));

    // Whoever edited in between was replaced by the automation, not by us: of a record only the last author shows.
    private static bool IsSpelling(FieldChanged entered, Ledger ledger) => entered.By is { Kind: AuthorKind.Workflow, Name: nameof(Hand.OurUser) }
        && (ledger.Find(entered.Mapping, entered.Side, entered.Record, entered.Field) is { Past: [.., { By.IsEngine: true }, _] }
            || (ledger.Partner(entered.Mapping, entered.Side, entered.Record) is { } key && ledger.IsUnseen(entered.Mapping, key, entered.Field)));

    // A union or a joined text holds what it was made of.
    private static bool LivesOn(FieldChanged entered, FieldChanged by) =>
        Lineage.Traces(entered.After).All(Lineage.Traces(by.After).Contains);

    private static string FieldInCrm(FieldChanged changed, CrmKind crm)
    {
        var table = Table.Of(changed.Mapping);
        return table.IndexOf(changed.Field, crm) is >= 0 and var at ? table.Columns[at].In(crm) : changed.Field;
    }
}
