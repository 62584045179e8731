using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I5: however the CRM spells what is written, and whatever its automation does, a field is written a bounded number of times since a person
/// touched it; then it is left alone and somebody is asked. And what the CRM made of our own value, in a write that it confirmed, never comes
/// back as news, unless somebody else edited the record before we could look.
/// </summary>
/// <remarks>
/// Writes that are known to have taken effect count. One whose answer was lost is repeated or recovered, so on the record itself more may
/// be seen, but not without bound either. A person touches a field by an edit on either side (one that a model is built from shows when it is
/// built), by an answer, and by putting an older state back; what is linked anew begins anew, and so does a field whose base was lost with
/// the answer to a write.
/// </remarks>
/// <param name="limit">How many confirmed writes at most.</param>
public sealed class Stability(int limit) : Checker("I5")
{
    // In a storm that loses most answers, most writes are repeated, and none of those counts towards the limit before it is confirmed.
    private const int EffectsForEach = 4;

    private readonly Dictionary<(string Mapping, string Key, string Field), Tally> _tallies = [];

    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        switch (happening)
        {
            case FieldChanged changed when Place(changed.Mapping, KeyOf(changed, ledger), changed.Field, ledger) is { } place:
                if (changed.By.IsEngine)
                {
                    Of(place).Effects++;
                    Judge(changed, place);
                    Spelling(changed, place, ledger);
                }
                else if (changed.By.Kind is AuthorKind.User || (changed.Side is Side.Warehouse && Of(place).Built.Add(changed.After ?? "")))
                {
                    Forget(place);
                }

                break;
            case ChangeNoted { Change: { Action: "update" or "link" } change } noted:
                foreach (var place in change.Fields.Select(field => Place(noted.Mapping, change.Key, field, ledger)).OfType<(string, string, string)>())
                {
                    Of(place).Confirmed++;
                    Judge(noted, place);
                }

                break;
            case QuestionChanged { Outcome: null, Question: { Resolution: not null, Key: { } key, Field: { } field } } answered
                when Place(answered.Mapping, key, field, ledger) is { } place:
                Forget(place);
                break;
            case PairStored stored when ledger.Pair(stored.Mapping, stored.Key)?.Epoch != stored.Pair?.Epoch:
                Forget(place => place.Mapping == stored.Mapping && place.Key == stored.Key);
                break;
            case PairStored { Pair: { } pair } stored:
                foreach (var place in stored.Fields.Zip(pair.Bases).Where(f => f.Second is null).Select(f => Place(stored.Mapping, stored.Key, f.First.Crm, ledger)).OfType<(string, string, string)>())
                {
                    Forget(place);
                }

                break;
            case StateRestored:
                Forget(_ => true);
                break;
        }
    }

    private void Spelling(FieldChanged changed, (string Mapping, string Key, string Field) place, Ledger ledger)
    {
        if (changed is { Side: Side.Warehouse, Before: { } before } && Lineage.Same(before, changed.After)
            && ledger.Other(changed) is { Last: { By.IsEngine: true } theirs } && ledger.IsAgreed(place.Mapping, place.Key, theirs.Field)
            && ledger.LinkedAt(place.Mapping, place.Key) < theirs.At
            && !ledger.Restores.Exists(r => r.At > theirs.At) && !ledger.EditsOf(theirs.Mapping, Side.Crm, theirs.Record).Any(e => e.At >= theirs.At)
            && ledger.Changes.Exists(c => c.At >= theirs.At && c.Change is { Side: Side.Crm, Action: "update" } confirmed && confirmed.Key == place.Key
                && confirmed.Fields.Contains(theirs.Field, StringComparer.Ordinal)))
        {
            Report(changed, $"{before} came back from the CRM as {changed.After}, which is only how it spells what we wrote", place.Mapping, place.Key);
        }
    }

    private void Judge(Happening by, (string Mapping, string Key, string Field) place)
    {
        var tally = Of(place);
        if (!tally.IsReported && (tally.Confirmed > limit || tally.Effects > EffectsForEach * limit))
        {
            tally.IsReported = true;
            Report(by, $"{place.Field} was written {tally.Confirmed} times ({tally.Effects} effects) since a person touched it", place.Mapping, place.Key);
        }
    }

    private void Forget(Func<(string Mapping, string Key, string Field), bool> which)
    {
        foreach (var place in _tallies.Keys.Where(which))
        {
            Forget(place);
        }
    }

    private void Forget((string, string, string) place) => (Of(place).Confirmed, Of(place).Effects) = (0, 0);

    private Tally Of((string, string, string) place) => _tallies.TryGetValue(place, out var tally) ? tally : _tallies[place] = new Tally();

    private static string KeyOf(FieldChanged changed, Ledger ledger) =>
        changed.Side is Side.Warehouse ? changed.Record : ledger.Partner(changed.Mapping, Side.Crm, changed.Record) ?? changed.Record;

    private static (string Mapping, string Key, string Field)? Place(string mapping, string key, string field, Ledger ledger) =>
        Table.Of(mapping) is var table && table.IndexOf(field, ledger.Crm) is >= 0 and var at ? (mapping, key, table.Columns[at].Name) : null;

    private sealed class Tally
    {
        /// <summary>What a model's build brought: the first time it is somebody's edit, afterwards perhaps an echo.</summary>
        public HashSet<string> Built { get; } = new(StringComparer.Ordinal);

        public int Confirmed { get; set; }

        public int Effects { get; set; }

        public bool IsReported { get; set; }
    }
}
