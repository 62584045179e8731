using CsCheck;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Properties;

/// <summary>
/// Everything that a planner can be shown of one field: any base, any sight of both sides, any question. Values come from a small pool, so
/// that they often are each other, and what was agreed, and what was asked about.
/// </summary>
internal static class ViewGen
{
    private static readonly Gen<FieldValue> Value = Gen.Frequency(
        (8, Gen.OneOf("a", "b", "B", "a;b", "7.0", "7").Select(text => FieldValue.Of(text))),
        (2, Gen.Const(FieldValue.Null)),
        (1, Gen.Const(FieldValue.Of(" "))));

    private static readonly Gen<FieldValue> Sight = Gen.Frequency(
        (8, Value), (2, Gen.Const(FieldValue.Unmoved)), (1, Gen.Const(FieldValue.NotObserved)), (1, Gen.Const(FieldValue.Absent)));

    private static readonly Gen<FieldRule> Rule =
        from owner in Gen.OneOf(Enum.GetValues<FieldOwner>())
        from drift in Gen.OneOf(Enum.GetValues<DriftRule>())
        from policy in Gen.OneOf(Enum.GetValues<ConflictPolicy>())
        from first in Gen.OneOf(Enum.GetValues<FirstMatch>())
        from kind in Gen.OneOf(FieldKind.Text, FieldKind.Decimal, FieldKind.Email, FieldKind.MultiPicklist)
        from lands in Gen.Bool
        from references in Gen.Frequency((4, Gen.Const((string?)null)), (1, Gen.Const((string?)"accounts")))
        select Make.Rule(owner, drift, policy, first, kind, lands, references);

    private static readonly Gen<Turns?> Turns =
        from is_ in Gen.Bool
        from count in Gen.Int[0, 9]
        from side in Gen.OneOf(Enum.GetValues<Side>())
        from before in Value
        select is_ ? new Turns(count, side, Fingerprint.OfValue(new FieldType(FieldKind.Text), before), 0) : (Turns?)null;

    private static readonly Gen<OpenQuestion?> Question =
        from open in Gen.Bool
        from kind in Gen.OneOf(ConflictKind.Field, ConflictKind.Seed, ConflictKind.Drift, ConflictKind.Overwritten, ConflictKind.Unstable)
        from warehouse in Value
        from crm in Value
        from answered in Gen.Bool
        from choice in Gen.OneOf(Enum.GetValues<ResolutionChoice>())
        from value in Value
        select open ? new OpenQuestion(kind, warehouse, crm, answered ? Make.Answer(choice, value.Text) : null) : null;

    /// <summary>A rule with any view of its field.</summary>
    public static readonly Gen<(FieldRule Rule, FieldView View)> Any =
        from rule in Rule
        from met in Gen.Frequency((4, Gen.Const(true)), (1, Gen.Const(false)))
        from bases in Gen.Select(Value, Value, Gen.OneOf(Enum.GetValues<BaseOrigin>()))
        from landed in Gen.Select(Gen.Bool, Value)
        from turns in Turns
        from warehouse in Sight
        from crm in Sight
        from same in Gen.Select(Gen.Bool, Gen.Bool)
        from linked in Gen.Frequency((4, Gen.Const(true)), (1, Gen.Const(false)))
        from flags in Gen.Select(Gen.Bool, Gen.Bool)
        from times in Gen.Select(Gen.Bool, Gen.Int[-5, 5])
        from question in Question
        select (rule, View(rule, met, bases, landed, turns, warehouse, crm, same, linked, flags, times, question));

    private static FieldView View(
        FieldRule rule, bool met, (FieldValue Warehouse, FieldValue Crm, BaseOrigin Origin) bases, (bool Is, FieldValue Value) landed, Turns? turns,
        FieldValue warehouse, FieldValue crm, (bool Warehouse, bool Crm) stands, bool linked, (bool Ours, bool Spent) flags,
        (bool Known, int Lead) times, OpenQuestion? question)
    {
        // A side that stands at its base is the most frequent sight of all, and would be rare among independent values.
        var (row, record) = (stands.Warehouse && warehouse.IsSeen ? bases.Warehouse : warehouse, stands.Crm && crm.IsSeen ? bases.Crm : crm);
        var isTranslated = rule.Mapping.References is null || linked;
        return new FieldView
        {
            Base = !met ? null : new FieldBase(rule.WarehouseHalf(bases.Warehouse), rule.CrmHalf(bases.Crm), bases.Origin)
            {
                Landed = landed.Is ? rule.CrmHalf(landed.Value) : null,
                Turns = turns,
            },
            Warehouse = row,
            Crm = record,
            WarehouseAsCrm = isTranslated || !row.IsSeen ? row : FieldValue.NotObserved,
            CrmAsWarehouse = isTranslated || !record.IsSeen ? record : FieldValue.NotObserved,
            LastChangedByUs = flags.Ours,
            IsSpent = flags.Spent,
            WarehouseAt = times.Known ? Make.Noon.AddSeconds(times.Lead) : null,
            CrmAt = times.Known ? Make.Noon : null,
            Question = question,
        };
    }
}
