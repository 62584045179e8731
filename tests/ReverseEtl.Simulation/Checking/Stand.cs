using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>How one mapping stands at the end: both sides as they truly are, and what the state knows. Plain data.</summary>
/// <param name="Table">The table.</param>
/// <param name="Crm">Which CRM.</param>
/// <param name="Mapping">The mapping in force.</param>
/// <param name="Rules">One rule a mapped field, in order.</param>
public sealed record Stand(Table Table, CrmKind Crm, Mapping Mapping, IReadOnlyList<FieldRule> Rules)
{
    /// <summary>The rows, by key.</summary>
    public IReadOnlyDictionary<string, RowSight> Rows { get; init; } = new Dictionary<string, RowSight>();

    /// <summary>The CRM records, deleted ones included, by id.</summary>
    public IReadOnlyDictionary<string, CrmSight> Records { get; init; } = new Dictionary<string, CrmSight>();

    /// <summary>The pairs, bases in the order of <see cref="Rules"/>.</summary>
    public IReadOnlyList<Pair> Pairs { get; init; } = [];

    /// <summary>Open questions.</summary>
    public IReadOnlyList<Conflict> Questions { get; init; } = [];

    /// <summary>Standing rejects.</summary>
    public IReadOnlyList<Reject> Rejects { get; init; } = [];

    /// <summary>Records that are missing and not decided about yet.</summary>
    public IReadOnlyList<Tombstone> Tombstones { get; init; } = [];

    /// <summary>The keys of linked parents, by their CRM ids; what references translate through.</summary>
    public IReadOnlyDictionary<string, string> Parents { get; init; } = new Dictionary<string, string>();

    /// <summary>What a row holds in a mapped field.</summary>
    public string? Warehouse(RowSight row, int field) => row.Values[Table.IndexOf(Rules[field].Mapping.Warehouse, Crm)];

    /// <summary>What a record holds in a mapped field.</summary>
    public string? InCrm(CrmSight record, int field) => record.Values[Table.IndexOf(Rules[field].Mapping.Crm, Crm)];

    /// <summary>Whether two values mean the same: by their lineage, or through the identity map.</summary>
    public bool Correspond(int field, string? warehouse, string? crm) => Rules[field].Mapping.References is null
        ? Lineage.Same(warehouse, crm)
        : warehouse == (crm is null ? null : Parents.GetValueOrDefault(crm));

    /// <summary>The open question about a field of a pair.</summary>
    public Conflict? Question(Pair pair, int field) => Questions.FirstOrDefault(q => q.Key == pair.Key && q.Field == Rules[field].Mapping.Crm);

    /// <summary>Whether something is open about the whole record: a question, a reject, or a missing side that is being aged.</summary>
    public bool IsBlocked(string? key, string? crmId) =>
        Questions.Any(q => q.Field is null && (q.Key is not null && q.Key == key || q.CrmId is not null && q.CrmId == crmId || IsCandidate(q, crmId)))
        || Rejects.Any(r => r.Key == key || r.Key == crmId || (crmId is not null && (r.CrmId == crmId || r.Reason.Contains(crmId, StringComparison.Ordinal))))
        || Tombstones.Any(t => t.Key == key);

    private static bool IsCandidate(Conflict question, string? crmId) => crmId is not null && question.Kind is ConflictKind.Match
        && question.Crm.Text?.Split(FieldType.ListSeparator).Contains(crmId, StringComparer.Ordinal) is true;
}
