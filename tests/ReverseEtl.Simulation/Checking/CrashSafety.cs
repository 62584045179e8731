using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I11: a conditional write takes effect at most once, however often it is sent and whatever dies meanwhile; and no cycle ends with an error
/// that is nobody's trouble but its own.
/// </summary>
public sealed class CrashSafety() : Checker("I11")
{
    private readonly HashSet<long> _conditional = [];
    private readonly HashSet<(long, string, string)> _done = [];

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        switch (happening)
        {
            case Sent { IsConditional: true } sent:
                _conditional.Add(sent.Exchange);
                break;
            case FieldChanged { By.IsEngine: true } changed when _conditional.Contains(changed.By.Exchange):
                if (!_done.Add((changed.By.Exchange, changed.Record, changed.Field)))
                {
                    Report(changed, $"#{changed.By.Exchange} changed {changed.Field} twice", changed.Mapping, changed.Record);
                }

                break;
            case CycleEnded { IsBug: true } ended:
                Report(ended, $"a cycle broke off with {ended.Trouble}", ended.Mapping);
                break;
        }
    }
}
