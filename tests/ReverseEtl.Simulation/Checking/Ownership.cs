using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>I8: on the wire and in the tables there are no fields but those that the mapping in hand lets the engine write on that side.</summary>
public sealed class Ownership() : Checker("I8")
{
    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        switch (happening)
        {
            case Sent sent:
                foreach (var (field, value) in sent.Fields.Where(f => Ledger.Line(ledger.InHand(sent.Process, sent.Mapping), f.Key) is null or { Owner: FieldOwner.Crm }))
                {
                    Report(sent, $"{sent.Process} sends {field} = {value}, which the mapping does not let it write", sent.Mapping, sent.Record, sent.Key);
                }

                break;
            case FieldChanged { Side: Side.Warehouse, By.IsEngine: true } changed
                when Ledger.Line(ledger.InHand(changed.By.Name, changed.Mapping), changed.Field) is { Owner: FieldOwner.Warehouse }
                    && ledger.Fate(changed.Mapping, Side.Warehouse, changed.Record)?.At != changed.At:
                Report(changed, $"{changed.By} writes {changed.Field}, which only the warehouse may", changed.Mapping, changed.Record);
                break;
        }
    }
}
