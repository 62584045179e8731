using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I5: however the CRM spells what is written, and whatever its automation does, a field is written a bounded number of times since a person
/// touched it on either side; then it is left alone and somebody is asked.
/// </summary>
/// <remarks>
/// Writes that are known to have taken effect count. One whose answer was lost is repeated or recovered, so on the record itself more may
/// be seen, but not without bound either.
/// </remarks>
/// <param name="limit">How many confirmed writes at most.</param>
public sealed class Stability(int limit) : Checker("I5")
{
    private const int EffectsForEach = 3;
    private readonly Dictionary<(string, string, string), (int Confirmed, int Effects)> _writes = [];

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        switch (happening)
        {
            case FieldChanged changed:
                var key = changed.Side is Side.Warehouse ? changed.Record : ledger.Partner(changed.Mapping, Side.Crm, changed.Record) ?? changed.Record;
                Count(changed, changed.Mapping, key, changed.Field, ledger, (confirmed, effects) => changed.By.Kind switch
                {
                    AuthorKind.User => (0, 0),
                    AuthorKind.Engine => (confirmed, effects + 1),
                    _ => (confirmed, effects),
                });
                break;
            case ChangeNoted { Change.Action: "update" or "link" } noted:
                foreach (var field in noted.Change.Fields)
                {
                    Count(noted, noted.Mapping, noted.Change.Key, field, ledger, (confirmed, effects) => (confirmed + 1, effects));
                }

                break;
        }
    }

    private void Count(Happening by, string mapping, string key, string field, Ledger ledger, Func<int, int, (int, int)> next)
    {
        if (Worlds.Table.Of(mapping).IndexOf(field, ledger.Crm) is not (>= 0 and var at))
        {
            return;
        }

        var place = (mapping, key, Worlds.Table.Of(mapping).Columns[at].Name);
        var (confirmed, effects) = _writes.GetValueOrDefault(place);
        _writes[place] = next(confirmed, effects);
        var (nowConfirmed, nowEffects) = _writes[place];
        if ((nowConfirmed > confirmed && nowConfirmed == limit + 1) || (nowEffects > effects && nowEffects == (EffectsForEach * limit) + 1))
        {
            Report(by, $"{field} was written {nowConfirmed} times ({nowEffects} effects) since a person touched it", mapping, key);
        }
    }
}
