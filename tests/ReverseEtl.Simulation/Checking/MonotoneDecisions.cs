using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I15: what is sent stands in the journal, open, for just this record and these fields, under the epoch that the pair has, and before its
/// deadline.
/// </summary>
public sealed class MonotoneDecisions() : Checker("I15")
{
    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        if (happening is not Sent sent)
        {
            return;
        }

        var intents = ledger.Journal.Where(j => j.Key.Mapping == sent.Mapping && j.Value.Side is Side.Crm
            && (sent.Record is null ? RecordKey.Display(j.Value.Key) == sent.Key : j.Value.CrmId == sent.Record)).Select(j => j.Value).ToList();
        if (intents.Count == 0)
        {
            Report(sent, $"{sent} is not journalled", sent.Mapping, sent.Record, sent.Key);
            return;
        }

        if (!intents.Exists(i => sent.Fields.All(f => i.Fields.Any(p => p.Field.Equals(f.Key, StringComparison.OrdinalIgnoreCase)))))
        {
            Report(sent, $"{sent} holds fields that its intent does not", sent.Mapping, sent.Record, sent.Key);
        }

        foreach (var intent in intents)
        {
            if (ledger.Pair(sent.Mapping, intent.Key) is { } pair && pair.Epoch != intent.Epoch)
            {
                Report(sent, $"{sent} was planned under epoch {intent.Epoch}, and the pair is at {pair.Epoch}", sent.Mapping, intent.Key, sent.Record);
            }

            if (sent.At > intent.SendDeadline)
            {
                Report(sent, $"{sent} leaves after its deadline {intent.SendDeadline:HH:mm:ss}", sent.Mapping, intent.Key, sent.Record);
            }
        }
    }
}
