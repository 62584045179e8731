using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I5: however the CRM spells what is written, and whatever its automation does, a field is written a bounded number of times since a person
/// touched it on either side; then it is left alone and somebody is asked.
/// </summary>
/// <param name="limit">How often at most.</param>
public sealed class Stability(int limit) : Checker("I5")
{
    private readonly Dictionary<(string, string, string), int> _writes = [];

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        if (happening is not FieldChanged changed || Worlds.Table.Of(changed.Mapping).IndexOf(changed.Field, ledger.Crm) is not (>= 0 and var at))
        {
            return;
        }

        var key = changed.Side is Side.Warehouse ? changed.Record : ledger.Partner(changed.Mapping, Side.Crm, changed.Record) ?? changed.Record;
        var place = (changed.Mapping, key, Worlds.Table.Of(changed.Mapping).Columns[at].Name);
        _writes[place] = changed.By.Kind switch
        {
            AuthorKind.User => 0,
            AuthorKind.Engine => _writes.GetValueOrDefault(place) + 1,
            _ => _writes.GetValueOrDefault(place),
        };
        if (_writes[place] == limit + 1)
        {
            Report(changed, $"{changed.Field} was written {limit + 1} times since a person touched it", changed.Mapping, key, changed.Record);
        }
    }
}
