using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;
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
        if (intents.Exists(i => Fault(sent, i, ledger) is null))
        {
            return;
        }

        Report(sent, $"{sent} {(intents.Count == 0 ? "is not journalled" : Fault(sent, intents[^1], ledger))}", sent.Mapping, sent.Record, sent.Key);
    }

    private static string? Fault(Sent sent, Intent intent, Ledger ledger) =>
        !sent.Fields.All(f => intent.Fields.Any(p => p.Field.Equals(f.Key, StringComparison.OrdinalIgnoreCase))) ? "holds fields that its intent does not"
        : ledger.Pair(sent.Mapping, intent.Key) is { } pair && pair.Epoch != intent.Epoch ? $"was planned under epoch {intent.Epoch}, and the pair is at {pair.Epoch}"
        : sent.At > intent.SendDeadline ? $"leaves after its deadline {intent.SendDeadline:HH:mm:ss}"
        : null;
}
