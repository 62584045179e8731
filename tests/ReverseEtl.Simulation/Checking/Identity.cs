using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I10: keys and CRM ids are linked one to one; a row gets at most one record; and what the engine created is linked, or somebody is asked.
/// </summary>
public sealed class Identity() : Checker("I10")
{
    private readonly Dictionary<(string Mapping, string Key), List<string>> _created = [];

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        switch (happening)
        {
            case PairStored { Pair: { State: PairState.Linked, CrmId: { } id } pair } stored:
                if (ledger.Pairs.FirstOrDefault(p => p.Mapping == stored.Mapping && p.Key != stored.Key && p.Pair is { State: PairState.Linked } && p.Pair.CrmId == id) is { } other)
                {
                    Report(stored, $"{other.Key} and {pair.Key} are both linked to {id}", stored.Mapping, other.Key, pair.Key, id);
                }

                break;
            case FieldChanged { Side: Side.Crm, By.IsEngine: true, Before: null, After: { } key } changed
                when changed.Field == Table.KeyIn(ledger.Crm) && ledger.Fate(changed.Mapping, Side.Crm, changed.Record) is { Fate: Fate.Created } born && born.At == changed.At:
                Created(changed, key, ledger);
                break;
        }
    }

    private void Created(FieldChanged changed, string key, Ledger ledger)
    {
        if (!_created.TryGetValue((changed.Mapping, key), out var ids))
        {
            _created[(changed.Mapping, key)] = ids = [];
        }

        if (ids.Find(id => ledger.IsThere(changed.Mapping, Side.Crm, id) && ledger.Find(changed.Mapping, Side.Crm, id, changed.Field)?.Value == key) is { } twin)
        {
            Report(changed, $"{key} got a second record {changed.Record} beside {twin}", changed.Mapping, key, twin, changed.Record);
        }

        ids.Add(changed.Record);
    }

    /// <inheritdoc />
    public override void AtRest(Stand stand, Ledger ledger)
    {
        var linked = stand.Pairs.Select(p => p.CrmId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var ((mapping, key), ids) in _created.Where(c => c.Key.Mapping == stand.Mapping.Name))
        {
            // A record from which a person took our key is that person's.
            foreach (var id in ids.Where(id => stand.Records.GetValueOrDefault(id) is { IsLive: true } record && record.Key == key && !linked.Contains(id)))
            {
                if (stand.Rows.ContainsKey(key) && !stand.IsBlocked(key, id) && !ledger.IsDecided(mapping, key, id))
                {
                    Report($"the engine made {id} for {key}, and it is linked to nothing", mapping, key, id);
                }
            }
        }
    }
}
