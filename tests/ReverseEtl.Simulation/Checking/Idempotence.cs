using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Checking;

/// <summary>I4: when everything has come to rest, one more cycle of everything writes nothing and learns nothing about any pair.</summary>
public sealed class Idempotence() : Checker("I4")
{
    private bool _isRest;

    /// <summary>From now on nothing may happen any more.</summary>
    public void Rest() => _isRest = true;

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        if (!_isRest)
        {
            return;
        }

        switch (happening)
        {
            case Sent sent:
                Report(sent, $"a cycle at rest sends {string.Join(", ", sent.Fields.Select(f => $"{f.Key}={f.Value}"))}", sent.Mapping, sent.Record, sent.Key);
                break;
            case FieldChanged { By.IsEngine: true } changed:
                Report(changed, $"a cycle at rest changes {changed.Side} {changed.Field} from {changed.Before} to {changed.After}", changed.Mapping, changed.Record);
                break;
            case PairStored { Pair: not null } stored:
                Report(stored, "a cycle at rest stores the pair anew", stored.Mapping, stored.Key, stored.Pair.CrmId);
                break;
        }
    }
}
