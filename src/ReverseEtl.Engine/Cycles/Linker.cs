using ReverseEtl.Core.Identity;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Finds partners for rows that have none: first by the key that the CRM record carries, then by the mapping's match rules. What the state
/// knows of free records are hashes; every hit is looked at and compared by value before it counts.
/// </summary>
internal sealed class Linker(CycleContext context)
{
    /// <summary>The number under which the CRM's key field is kept among the match rules; they follow from 1.</summary>
    public const int KeyRule = 0;

    // How many rows of the model claim a match key that a free record has; a key claimed twice joins nobody.
    private readonly Dictionary<(int Rule, ulong Hash), int> _claims = [];

    /// <summary>The match keys of a CRM record, the key field first.</summary>
    public static IReadOnlyList<ulong?> MatchKeys(MappingRuntime runtime, CrmRecord record) =>
    [
        MatchKey.Hash(MatchAs.Exact, FieldValue.Of(record.Key)),
        .. runtime.Mapping.Match.Select((rule, i) => MatchKey.Hash(rule.As, record.Values[runtime.MatchFields[i]])),
    ];

    /// <summary>Counts the claims of new rows; must see all of them before the first is linked.</summary>
    public async Task ClaimAsync(IReadOnlyCollection<WarehouseRow> rows, CancellationToken cancellationToken)
    {
        for (var rule = KeyRule; rule <= context.Mapping.Match.Count; rule++)
        {
            var hashes = rows.Select(r => Hash(rule, r)).OfType<ulong>().ToList();
            var free = await context.State.FindUnlinkedAsync(rule, [.. hashes.Distinct()], cancellationToken);
            foreach (var hash in hashes.Where(free.Contains))
            {
                _claims[(rule, hash)] = _claims.GetValueOrDefault((rule, hash)) + 1;
            }
        }
    }

    /// <summary>Finds the partners of these rows, with the records they would be linked to.</summary>
    public async Task<(IReadOnlyList<Match> Matches, IReadOnlyDictionary<string, CrmRecord> Records)> MatchAsync(
        IReadOnlyList<WarehouseRow> rows, CancellationToken cancellationToken)
    {
        var hits = new List<HashSet<string>>[rows.Count];
        for (var i = 0; i < hits.Length; i++)
        {
            hits[i] = [];
        }

        for (var rule = KeyRule; rule <= context.Mapping.Match.Count; rule++)
        {
            var hashes = rows.Select(r => Hash(rule, r)).ToList();
            var free = await context.State.FindUnlinkedAsync(rule, hashes.OfType<ulong>().ToHashSet(), cancellationToken);
            for (var i = 0; i < rows.Count; i++)
            {
                hits[i].Add(hashes[i] is { } hash ? free[hash].ToHashSet(StringComparer.Ordinal) : []);
            }
        }

        var ids = hits.SelectMany(h => h).SelectMany(h => h).Distinct(StringComparer.Ordinal).ToList();
        var records = ids.Count == 0
            ? new Dictionary<string, CrmRecord>()
            : await context.Crm.ReadAsync(context.Runtime.CrmRead, ids, cancellationToken);
        for (var i = 0; i < rows.Count; i++)
        {
            for (var rule = 0; rule < hits[i].Count; rule++)
            {
                var (row, number) = (rows[i], rule);
                hits[i][rule].RemoveWhere(id => !IsHit(number, row, records.GetValueOrDefault(id)));
            }
        }

        var matches = Matcher.Pair([.. hits.Select(h => (IReadOnlyList<IReadOnlyCollection<string>>)h)]);
        return ([.. matches.Select((m, i) => IsContested(m, rows[i]) ? new Match(null, [m.CrmId!], m.Rule) : m)], records);
    }

    private bool IsContested(Match match, WarehouseRow row) =>
        match.CrmId is not null && Hash(match.Rule, row) is { } hash && _claims.GetValueOrDefault((match.Rule, hash)) > 1;

    private ulong? Hash(int rule, WarehouseRow row) => rule == KeyRule
        ? MatchKey.Hash(MatchAs.Exact, FieldValue.Of(RecordKey.Display(row.Key!)))
        : MatchKey.Hash(context.Mapping.Match[rule - 1].As, row.Values[context.Runtime.MatchColumns[rule - 1]]);

    private bool IsHit(int rule, WarehouseRow row, CrmRecord? record)
    {
        if (record is not { Presence: CrmPresence.Live })
        {
            return false;
        }

        if (rule == KeyRule)
        {
            return record.Key == RecordKey.Display(row.Key!);
        }

        var how = context.Mapping.Match[rule - 1].As;
        return MatchKey.Normalise(how, row.Values[context.Runtime.MatchColumns[rule - 1]]) is { } normal
            && normal == MatchKey.Normalise(how, record.Values[context.Runtime.MatchFields[rule - 1]]);
    }
}
