using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Checking;
using ReverseEtl.Simulation.Daemons;
using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Coverage;

/// <summary>Looks for the rare events in a log: those for which the safeguards are there.</summary>
public sealed class Sightings(Counters counters, Ledger ledger)
{
    private readonly Dictionary<long, Sent> _underWay = [];
    private readonly Dictionary<string, long> _lastConfirmed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Process, string Mapping), string> _reasons = [];
    private long _late;

    /// <summary>Something happened; the ledger knows everything before it.</summary>
    public void See(Happening happening)
    {
        switch (happening)
        {
            case Sent sent:
                _underWay[sent.Exchange] = sent;
                Hit("conditional write sent", sent.IsConditional);
                break;
            case Landed landed:
                _late = landed.IsLate ? landed.Exchange : 0;
                _underWay.Remove(landed.Exchange);
                Hit("412 seen", landed.Moved > 0);
                break;
            case FieldChanged { By.IsEngine: true, Side: Side.Crm } changed:
                Hit("late request took effect", changed.By.Exchange == _late);
                Hit("late request landed after a newer one", changed.By.Exchange == _late && _lastConfirmed.GetValueOrDefault(changed.Record) > _late);
                _lastConfirmed[changed.Record] = Math.Max(_lastConfirmed.GetValueOrDefault(changed.Record), changed.By.Exchange);
                break;
            case RecordChanged { Fate: Fate.Merged } merged:
                Hit("merge during push", _underWay.Values.Any(s => s.Record == merged.Record));
                break;
            case RecordChanged { By.IsEngine: true } changed:
                Hit($"{changed.Side} record {changed.Fate} by rule".ToLowerInvariant(), true);
                break;
            case ChangeNoted noted:
                See(noted);
                break;
            case QuestionChanged { Outcome: null, Question.Resolution: null } asked:
                Hit($"asked: {asked.Question.Kind}", true);
                break;
            case LossRecorded loss:
                Hit("edit overwritten and recorded", loss.Loss.Side is Side.Crm);
                Hit("edit of the warehouse overruled and recorded", loss.Loss.Side is Side.Warehouse);
                break;
            case RejectChanged { Stands: true } reject:
                Hit($"rejected: {reject.Reject.Class}", true);
                break;
            case CycleBegan began:
                _reasons[(began.Process, began.Mapping.Name)] = began.Request.Reason;
                break;
            case CycleEnded ended:
                Hit("brought by hearsay", ended.Result is { Pulled: > 0 } && _reasons.GetValueOrDefault((ended.Process, ended.Mapping)) == DaemonProcess.Webhook);
                Hit("lease lost in mid-cycle", ended.Trouble?.Contains("lease", StringComparison.OrdinalIgnoreCase) ?? false);
                Hit("guard held a cycle", ended.Result?.Message?.StartsWith("max_", StringComparison.Ordinal) ?? false);
                break;
            case Struck struck when struck.What.Contains("killed at I/O", StringComparison.Ordinal):
                Hit("killed between send and settle", ledger.Journal.Count > 0);
                break;
            case StateDoubted:
                Hit("restore noticed", true);
                break;
        }
    }

    private void See(ChangeNoted noted)
    {
        Hit("recovered by receipt", noted.Change.Action == "recover");
        Hit("linked by a match or a key", noted.Change.Action == "link");
        Hit("linked anew", noted.Change.Action == "relink");
        Hit("drift reverted", noted.Change.Rules.Contains("on_drift: revert", StringComparer.Ordinal));
        Hit("the CRM's spelling learnt", noted.Change.Rules.Contains("the CRM's spelling of our value", StringComparer.Ordinal));
    }

    private void Hit(string what, bool happened)
    {
        if (happened)
        {
            counters.Hit(what);
        }
    }
}
