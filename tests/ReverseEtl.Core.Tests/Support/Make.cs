using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Support;

/// <summary>Rules and views in as few words as a test needs.</summary>
internal static class Make
{
    public static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How far apart turns of one fight may be.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromDays(2);

    public static FieldRule Rule(
        FieldOwner owner,
        DriftRule drift = DriftRule.Revert,
        ConflictPolicy policy = ConflictPolicy.Review,
        FirstMatch first = FirstMatch.ByOwner,
        FieldKind kind = FieldKind.Text,
        bool lands = false,
        string? references = null) =>
        new(
            new FieldMapping
            {
                Warehouse = "column",
                Crm = "Field",
                Owner = owner,
                OnDrift = drift,
                OnConflict = policy,
                FirstMatch = first,
                References = references,
            },
            new FieldType(kind),
            new FieldType(kind),
            lands);

    public static FieldRule Shared(
        ConflictPolicy policy = ConflictPolicy.Review, FirstMatch first = FirstMatch.ByOwner, FieldKind kind = FieldKind.Text) =>
        Rule(FieldOwner.Shared, policy: policy, first: first, kind: kind);

    public static FieldRule Warehouse(DriftRule drift = DriftRule.Revert, FirstMatch first = FirstMatch.ByOwner) =>
        Rule(FieldOwner.Warehouse, drift, first: first);

    public static FieldRule Crm(DriftRule drift = DriftRule.Revert, FirstMatch first = FirstMatch.ByOwner, bool lands = false) =>
        Rule(FieldOwner.Crm, drift, first: first, lands: lands);

    public static FieldBase Base(FieldRule rule, string? warehouse, string? crm, BaseOrigin origin = BaseOrigin.Receipt, string? landed = null) =>
        new(rule.WarehouseHalf(Of(warehouse)), rule.CrmHalf(Of(crm)), origin) { Landed = landed is null ? null : rule.CrmHalf(Of(landed)) };

    public static FieldView View(string? warehouse, string? crm, FieldBase? agreed = null) => Seen(Of(warehouse), Of(crm), agreed);

    public static FieldView Seen(FieldValue warehouse, FieldValue crm, FieldBase? agreed = null) => new()
    {
        Base = agreed,
        Warehouse = warehouse,
        Crm = crm,
        WarehouseAsCrm = warehouse,
        CrmAsWarehouse = crm,
    };

    public static FieldView Asked(this FieldView view, ConflictKind kind, string? warehouse, string? crm, Resolution? answer = null) =>
        view with { Question = new OpenQuestion(kind, Of(warehouse), Of(crm), answer) };

    public static Resolution Answer(ResolutionChoice choice, string? value = null) => new(choice, value, "ann");

    public static FieldValue Of(string? text) => FieldValue.Of(text);

    public static RecordView Record(
        Presence warehouse,
        Presence crm,
        PairState state = PairState.Linked,
        bool aged = true,
        OpenRecordQuestion? question = null,
        params FieldView[] fields) =>
        new() { State = state, Warehouse = warehouse, Crm = crm, IsAged = aged, Question = question, Fields = fields };
}
