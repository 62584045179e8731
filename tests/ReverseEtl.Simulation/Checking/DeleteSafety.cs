using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I9: the engine removes a record only when its partner is truly gone, and has been for as long as a tombstone must age, under a rule or an
/// answer that says so, and when nobody edited it since.
/// </summary>
/// <param name="age">How long a tombstone must age.</param>
public sealed class DeleteSafety(TimeSpan age) : Checker("I9")
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(10);

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        switch (happening)
        {
            case Sent { IsRemoval: true, Record: { } id } sent:
                Removal(sent, sent.Process, sent.Mapping, Side.Crm, id, ledger);
                break;
            case RecordChanged { Side: Side.Warehouse, Fate: Fate.Deleted, By.IsEngine: true } gone:
                Removal(gone, gone.By.Name, gone.Mapping, Side.Warehouse, gone.Record, ledger);
                break;
        }
    }

    private void Removal(Happening removal, string process, string mapping, Side side, string record, Ledger ledger)
    {
        var partner = ledger.Partner(mapping, side, record);
        var other = side is Side.Crm ? Side.Warehouse : Side.Crm;
        // What a CRM user does is committed some time after its stamp.
        var isReturning = partner is not null && ledger.Fate(mapping, other, partner) is { Fate: Fate.Returned } back && removal.At - back.At < Moment;
        if (isReturning)
        {
            return;
        }

        if (partner is null || ledger.Fate(mapping, other, partner) is not { } fate || ledger.IsThere(mapping, other, partner))
        {
            Report(removal, $"{process} removes {side} {record}, and its partner {partner} is there", mapping, record, partner);
            return;
        }

        // To repeat a removal that took place does no harm.
        if (side is Side.Crm && !ledger.IsThere(mapping, side, record))
        {
            return;
        }

        var isAnswered = ledger.Questions.Exists(q => q.Question.Field is null && q.Question.Resolution is not null && (q.Question.Key == partner || q.Question.Key == record));
        if (isAnswered)
        {
            return;
        }

        if (removal.At - fate.At < age)
        {
            Report(removal, $"{process} removes {side} {record} {removal.At - fate.At} after its partner went; it must wait {age}", mapping, record, partner);
        }

        var rules = ledger.InHand(process, mapping)!.Records;
        if (side is Side.Crm ? rules.GoneFromWarehouse is GoneFromWarehouse.Keep or GoneFromWarehouse.Review : rules.GoneFromCrm is not GoneFromCrm.Delete)
        {
            Report(removal, $"{process} removes {side} {record}, and no rule says so", mapping, record, partner);
        }

        foreach (var line in ledger.InHand(process, mapping)!.Fields)
        {
            var cell = ledger.Find(mapping, side, record, side is Side.Crm ? line.Crm : line.Warehouse);
            if (line.Owner is not FieldOwner.Warehouse && cell is { Last: { By.IsEngine: false, After: not null } edit }
                && edit.At > fate.At && edit.At < removal.At - Moment && IsNews(edit, cell, ledger))
            {
                Report(removal, $"{process} removes {side} {record}, although {edit.By} edited {edit.Field} after its partner went", mapping, record, partner);
            }
        }
    }

    // An edit that was undone is none, and neither is what a merge put into the record that it made.
    private static bool IsNews(FieldChanged edit, Cell cell, Ledger ledger) =>
        edit.At != ledger.Fate(edit.Mapping, edit.Side, edit.Record)?.At
        && !cell.Past.Exists(p => p.By.IsEngine && Lineage.Same(p.After, edit.After)) && ledger.Other(edit)?.EverHeld(edit.After) is not true;
}
