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

    // Which rows of the model claim a match key that a free record has; a key claimed twice joins nobody.
    private readonly Dictionary<(int Rule, ulong Hash), HashSet<string>> _claims = [];

    /// <summary>Whether the rows of the model had their say in this cycle; without it a lone row could take what another one claims too.</summary>
    public bool IsReady { get; set; }

    /// <summary>The match keys of a CRM record, the key field first.</summary>
    public static IReadOnlyList<ulong?> MatchKeys(MappingRuntime runtime, CrmRecord record) =>
    [
        MatchKey.Hash(KeyAs(runtime), FieldValue.Of(record.Key)),
        .. runtime.Mapping.Match.Select((rule, i) => MatchKey.Hash(rule.As, record.Values[runtime.MatchFields[i]])),
    ];

    /// <summary>Whether a row of the model may mean this record.</summary>
    public bool IsClaimed(CrmRecord record) =>
        MatchKeys(context.Runtime, record).Index().Any(key => key.Item is { } hash && _claims.ContainsKey((key.Index, hash)));

    /// <summary>Notes the claims of new rows; must see all of them before the first is linked.</summary>
    public async Task ClaimAsync(IReadOnlyCollection<WarehouseRow> rows, CancellationToken cancellationToken)
    {
        for (var rule = KeyRule; rule <= context.Mapping.Match.Count; rule++)
        {
            var hashes = rows.Select(r => (r.Key, Hash: Hash(rule, r))).Where(r => r.Hash is not null).Select(r => (Key: r.Key!, Hash: r.Hash!.Value)).ToList();
            var free = await context.State.FindUnlinkedAsync(rule, [.. hashes.Select(h => h.Hash).Distinct()], cancellationToken);
            foreach (var (key, hash) in hashes.Where(h => free.Contains(h.Hash)))
            {
                if (!_claims.TryGetValue((rule, hash), out var claimants))
                {
                    _claims.Add((rule, hash), claimants = new HashSet<string>(StringComparer.Ordinal));
                }

                claimants.Add(key);
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
        await ForgetAsync([.. ids.Where(id => !IsThere(id, records.GetValueOrDefault(id)))], cancellationToken);
        for (var i = 0; i < rows.Count; i++)
        {
            for (var rule = 0; rule < hits[i].Count; rule++)
            {
                var (row, number) = (rows[i], rule);
                hits[i][rule].RemoveWhere(id => !IsThere(id, records.GetValueOrDefault(id)) || !IsHit(number, row, records[id]));
            }
        }

        var matches = Matcher.Pair([.. hits.Select(h => (IReadOnlyList<IReadOnlyCollection<string>>)h)]);
        return ([.. matches.Select((m, i) => IsContested(m, rows[i]) ? new Match(null, [m.CrmId!], m.Rule) : m)], records);
    }

    private bool IsContested(Match match, WarehouseRow row) =>
        match.CrmId is not null && Hash(match.Rule, row) is { } hash
        && _claims.TryGetValue((match.Rule, hash), out var claimants) && claimants.Any(key => key != row.Key);

    private static MatchAs KeyAs(MappingRuntime runtime) => runtime.KeyIgnoresCase ? MatchAs.CaseInsensitive : MatchAs.Exact;

    private ulong? Hash(int rule, WarehouseRow row) => rule == KeyRule
        ? MatchKey.Hash(KeyAs(context.Runtime), FieldValue.Of(RecordKey.Display(row.Key!)))
        : MatchKey.Hash(context.Mapping.Match[rule - 1].As, row.Values[context.Runtime.MatchColumns[rule - 1]]);

    // A record that comes back under another id was merged into that one; to count both would make one record two.
    private static bool IsThere(string id, CrmRecord? record) => record is { Presence: CrmPresence.Live } && record.Id == id;

    private Task ForgetAsync(IReadOnlyList<string> gone, CancellationToken cancellationToken) => gone.Count == 0
        ? Task.CompletedTask
        : context.State.SettleAsync(context.Settlement() with { ForgottenUnlinked = gone }, cancellationToken);

    private bool IsHit(int rule, WarehouseRow row, CrmRecord record)
    {
        if (rule == KeyRule)
        {
            return context.Runtime.Carries(record, RecordKey.Display(row.Key!));
        }

        var how = context.Mapping.Match[rule - 1].As;
        return MatchKey.Normalise(how, row.Values[context.Runtime.MatchColumns[rule - 1]]) is { } normal
            && normal == MatchKey.Normalise(how, record.Values[context.Runtime.MatchFields[rule - 1]]);
    }
}
