using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I3: every change that the engine makes to a field has a cause: a change by somebody else to that field on either side, an answer, a new
/// link, or a request that took effect late. Ping-pong needs none, so it shows at once.
/// </summary>
public sealed class WriteJustification() : Checker("I3")
{
    private readonly Dictionary<(string Mapping, string Key, string Field), Tally> _tallies = [];
    private readonly Dictionary<string, int> _links = new(StringComparer.Ordinal);
    private int _edits;

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        switch (happening)
        {
            case FieldChanged changed when Table(changed, ledger) is { } place:
                var tally = _tallies.GetValueOrDefault(place) ?? (_tallies[place] = new Tally());
                tally.Causes += changed.By.IsEngine ? 0 : 2;
                tally.Writes += changed.By.IsEngine ? 1 : 0;
                break;
            case PairStored { Pair: { } pair } stored when ledger.Pair(stored.Mapping, stored.Key)?.Epoch != pair.Epoch:
                _links[stored.Key] = _links.GetValueOrDefault(stored.Key) + 2;
                break;
            case QuestionChanged { Question.Resolution: not null, Outcome: null, Question.Key: { } key }:
                _links[key] = _links.GetValueOrDefault(key) + 2;
                break;
            case Landed { IsLate: true } or Struck or StateRestored:
                _edits++;
                break;
        }
    }

    /// <inheritdoc />
    public override void AtRest(Stand stand, Ledger ledger)
    {
        foreach (var ((mapping, key, field), tally) in _tallies.Where(t => t.Key.Mapping == stand.Mapping.Name))
        {
            var causes = tally.Causes + _links.GetValueOrDefault(key) + 2 + Math.Min(_edits, tally.Causes + 2);
            if (tally.Writes > causes)
            {
                Report($"{field} was written {tally.Writes} times for {causes} causes", mapping, key, ledger.Partner(mapping, Side.Warehouse, key));
            }
        }
    }

    private static (string, string, string)? Table(FieldChanged changed, Ledger ledger)
    {
        var table = Worlds.Table.Of(changed.Mapping);
        var key = changed.Side is Side.Warehouse ? changed.Record : ledger.Partner(changed.Mapping, Side.Crm, changed.Record);
        return key is not null && table.IndexOf(changed.Field, ledger.Crm) is >= 0 and var at ? (changed.Mapping, key, table.Columns[at].Name) : null;
    }

    private sealed class Tally
    {
        public int Causes { get; set; }

        public int Writes { get; set; }
    }
}
