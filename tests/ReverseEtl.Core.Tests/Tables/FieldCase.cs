using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>One line of the field truth table: rules, base and values.</summary>
internal sealed record FieldCase(string Rules, FieldRule Rule, (string? Warehouse, string? Crm)? Base, string? Warehouse, string? Crm)
{
    public static readonly string?[] Values = [null, "a", "b", "B"];

    private static readonly TimeSpan?[] WarehouseLeads = [TimeSpan.FromHours(1), TimeSpan.FromHours(-1), null];

    /// <summary>Whether the policy makes one value of two.</summary>
    public bool Joins => Rule is { Owner: FieldOwner.Shared, Mapping.OnConflict: ConflictPolicy.Union or ConflictPolicy.Append };

    /// <summary>How much later the warehouse changed; null when a time is not known.</summary>
    public TimeSpan? WarehouseLead { get; init; }

    /// <summary>Whether the field was taken back too often, and a write of the value that moved would take it back once more.</summary>
    public bool IsSpent { get; init; }

    public FieldView View => Make.View(Warehouse, Crm, Agreed) with
    {
        IsSpent = IsSpent,
        WarehouseAt = WarehouseLead is { } lead ? Make.Noon + lead : null,
        CrmAt = WarehouseLead is null ? null : Make.Noon,
    };

    private FieldBase? Agreed => Base is not { } agreed ? null
        : Make.Base(Rule, agreed.Warehouse, agreed.Crm) with { Turns = IsSpent ? Fight(agreed) : null };

    /// <summary>
    /// Every base, both values, owner, policy and drift rule; without a base every first_match too. Where a rule says nothing about a case
    /// the case's name says nothing of the rule, so that the approved text has one line for all of them: drift rules matter only with a base
    /// and one owner, first_match only without a base, policies only to shared fields. That the rest makes no difference is a law of its own.
    /// A fight has sides that take turns, so its field is shared under any policy or owned.
    /// </summary>
    public static IEnumerable<FieldCase> All() => Met().Concat(Meeting()).Concat(Fighting());

    private static IEnumerable<FieldCase> Fighting() =>
        from rules in Owned().Append(("owner: shared, on_conflict: review", Make.Shared(), null))
        from baseWarehouse in Values
        from baseCrm in Values
        from warehouse in Values
        from crm in Values
        where (baseWarehouse == warehouse) != (baseCrm == crm)
        select new FieldCase(rules.Item1, rules.Item2, (baseWarehouse, baseCrm), warehouse, crm) { IsSpent = true };

    // The last write replaced the very value that came back now, on the side that moved.
    private Turns Fight((string? Warehouse, string? Crm) agreed) => agreed.Warehouse == Warehouse
        ? new(9, Side.Crm, Hash(Crm), 0)
        : new(9, Side.Warehouse, Hash(Warehouse), 0);

    private ulong Hash(string? value) => Fingerprint.OfValue(Rule.WarehouseType, Make.Of(value));

    private static IEnumerable<FieldCase> Met() =>
        from rules in Ruling(FirstMatch.ByOwner)
        from baseWarehouse in Values
        from baseCrm in Values
        from warehouse in Values
        from crm in Values
        select new FieldCase(rules.Name, rules.Rule, (baseWarehouse, baseCrm), warehouse, crm) { WarehouseLead = rules.Lead };

    private static IEnumerable<FieldCase> Meeting() =>
        from first in Enum.GetValues<FirstMatch>()
        from rules in Ruling(first)
        from warehouse in Values
        from crm in Values
        let name = $"{rules.Name.Split(", on_drift")[0]}, first_match: {Word(first)}"
        select new FieldCase(name, rules.Rule, null, warehouse, crm) { WarehouseLead = rules.Lead };

    private static IEnumerable<(string Name, FieldRule Rule, TimeSpan? Lead)> Ruling(FirstMatch first) =>
        from owner in Enum.GetValues<FieldOwner>()
        from drift in Enum.GetValues<DriftRule>()
        from policy in Enum.GetValues<ConflictPolicy>()
        from lead in policy is ConflictPolicy.NewestWins ? WarehouseLeads : [null]
        let matters = owner is FieldOwner.Shared ? $"on_conflict: {Word(policy)}{Later(policy, lead)}" : $"on_drift: {Word(drift)}"
        select ($"owner: {Word(owner)}, {matters}", Make.Rule(owner, drift, policy, first), lead);

    private static IEnumerable<(string Name, FieldRule Rule, TimeSpan? Lead)> Owned() =>
        from owner in new[] { FieldOwner.Warehouse, FieldOwner.Crm }
        from drift in Enum.GetValues<DriftRule>()
        select ($"owner: {Word(owner)}, on_drift: {Word(drift)}", Make.Rule(owner, drift), (TimeSpan?)null);

    private static string Later(ConflictPolicy policy, TimeSpan? lead) => policy is not ConflictPolicy.NewestWins ? ""
        : lead is not { } by ? " (times unknown)"
        : by > TimeSpan.Zero ? " (warehouse later)" : " (CRM later)";

    /// <summary>The word of the mapping file: <c>WarehouseWins</c> is <c>warehouse_wins</c>.</summary>
    internal static string Word<T>(T value) where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    public override string ToString() =>
        $"{Rules} | base {(Base is { } b ? $"{b.Warehouse ?? "-"}/{b.Crm ?? "-"}" : "none")} | {Warehouse ?? "-"}/{Crm ?? "-"}"
        + (IsSpent ? " once too often" : "");
}
