using System.Globalization;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Policies;

/// <summary>Which value stands.</summary>
public enum Take
{
    /// <summary>A person decides.</summary>
    Neither,

    /// <summary>The warehouse's.</summary>
    Warehouse,

    /// <summary>The CRM's.</summary>
    Crm,

    /// <summary>A value made of both.</summary>
    Value,
}

/// <summary>What a policy says.</summary>
/// <param name="Take">Which value stands.</param>
/// <param name="Rule">Why.</param>
/// <param name="Value">For <see cref="Take.Value"/>: the value, as the CRM holds it.</param>
public readonly record struct PolicyVerdict(Take Take, string Rule, FieldValue Value = default);

/// <summary>
/// The policies for a shared field that both sides moved to different values, or that differs when records first meet. Each is a pure
/// function of base and values, and gives the same answer when it is asked again.
/// </summary>
public static class ConflictPolicies
{
    /// <summary>The reason of a decision that hung on which change is the later one.</summary>
    public const string NewestWinsRule = "on_conflict: newest_wins";

    /// <summary>
    /// Two changes closer together than this have no order: the clocks of the two sides differ by more. The CRM's value, typed by a
    /// person, then stands.
    /// </summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(2);

    /// <summary>Applies the field's policy. Both values must be seen.</summary>
    public static PolicyVerdict Resolve(FieldRule rule, in FieldView view) => rule.Mapping.OnConflict switch
    {
        ConflictPolicy.WarehouseWins => new(Take.Warehouse, "on_conflict: warehouse_wins"),
        ConflictPolicy.CrmWins => new(Take.Crm, "on_conflict: crm_wins"),
        ConflictPolicy.NewestWins => NewestWins(view),
        ConflictPolicy.PreferNonblank => PreferNonblank(rule, view),
        ConflictPolicy.Max => Larger(rule, view, 1, "on_conflict: max"),
        ConflictPolicy.Min => Larger(rule, view, -1, "on_conflict: min"),
        ConflictPolicy.Union => Union(view),
        ConflictPolicy.Append => Append(rule, view),
        _ => new(Take.Neither, "on_conflict: review"),
    };

    private static PolicyVerdict NewestWins(in FieldView view)
    {
        if (view.WarehouseAt is not { } warehouse || view.CrmAt is not { } crm)
        {
            return new(Take.Neither, NewestWinsRule + " (a time is not known)");
        }

        return warehouse - crm > ClockSkew ? new(Take.Warehouse, NewestWinsRule) : new(Take.Crm, NewestWinsRule);
    }

    private static PolicyVerdict PreferNonblank(FieldRule rule, in FieldView view)
    {
        const string Rule = "on_conflict: prefer_nonblank";
        return (rule.WarehouseType.Canon(view.Warehouse).IsNull, rule.CrmType.Canon(view.Crm).IsNull) switch
        {
            (true, false) => new(Take.Crm, Rule),
            (false, true) => new(Take.Warehouse, Rule),
            _ => new(Take.Neither, Rule + " (both have a value)"),
        };
    }

    // Null is below every value, so that max and min stay joins: commutative, associative, idempotent.
    private static PolicyVerdict Larger(FieldRule rule, in FieldView view, int sign, string name)
    {
        if (Compare(rule.CrmType, view.WarehouseAsCrm, view.Crm) is not { } order)
        {
            return new(Take.Neither, name + " (a value cannot be ordered)");
        }

        return order * sign >= 0 ? new(Take.Warehouse, name) : new(Take.Crm, name);
    }

    private static int? Compare(FieldType type, FieldValue a, FieldValue b)
    {
        var (left, right) = (type.Canon(a), type.Canon(b));
        if (left.IsNull || right.IsNull)
        {
            return (left.IsNull ? 0 : 1) - (right.IsNull ? 0 : 1);
        }

        if (left.Text is not { } x || right.Text is not { } y)
        {
            return null;
        }

        return type.Kind switch
        {
            FieldKind.Integer => Numbers.TryInteger(x, out var i) && Numbers.TryInteger(y, out var j) ? i.CompareTo(j) : null,
            FieldKind.Decimal =>
                Numbers.TryDecimal(x, out var m) && Numbers.TryDecimal(y, out var n) ? m.CompareTo(n) : null,
            FieldKind.Date => Instants.TryDate(x, out var d) && Instants.TryDate(y, out var e) ? d.CompareTo(e) : null,
            FieldKind.Timestamp => Instants.TryInstant(x, out var s) && Instants.TryInstant(y, out var t) ? s.CompareTo(t) : null,
            FieldKind.Boolean => string.CompareOrdinal(x, y),
            _ => string.Compare(x, y, CultureInfo.InvariantCulture, CompareOptions.Ordinal),
        };
    }

    // What the CRM holds, with what was added in the warehouse and without what was removed there: each side is compared with its own
    // half of the base only, because the two may spell the same member differently.
    private static PolicyVerdict Union(in FieldView view)
    {
        const string Rule = "on_conflict: union";
        var (agreed, agreedInCrm) = (Members(view.Base?.Warehouse.Value ?? default), Members(view.Base?.Crm.Value ?? default));
        var warehouse = Members(view.WarehouseAsCrm);
        var removed = agreed.Except(warehouse).ToList();
        if (!agreedInCrm.IsSupersetOf(removed))
        {
            return new(Take.Neither, Rule + " (the CRM spells a removed member otherwise)");
        }

        var union = Members(view.Crm).Union(warehouse.Except(agreed)).Except(removed).Order(StringComparer.Ordinal).ToList();
        return new(Take.Value, Rule, FieldValue.Of(union.Count == 0 ? null : string.Join(FieldType.ListSeparator, union)));
    }

    private static HashSet<string> Members(FieldValue value) =>
        value.Text is { } text ? [.. FieldType.SplitList(text)] : [];

    private static PolicyVerdict Append(FieldRule rule, in FieldView view)
    {
        const string Rule = "on_conflict: append";
        if (view.Base is not { Warehouse.Value.IsSeen: true, Crm.Value.IsSeen: true } agreed)
        {
            return new(Take.Neither, Rule + " (nothing was agreed yet)");
        }

        var (warehouseBase, crmBase) = (Canon(rule, agreed.Warehouse.Value), Canon(rule, agreed.Crm.Value));
        var (warehouse, crm) = (Canon(rule, view.WarehouseAsCrm), Canon(rule, view.Crm));

        // Two texts that were left as they are, not one that each side spells its own way: joined, one of them would be lost.
        if (agreed.Origin is BaseOrigin.Adopted or BaseOrigin.Resolved && warehouseBase != crmBase)
        {
            return new(Take.Neither, Rule + " (the two were different before)");
        }

        if (!warehouse.StartsWith(warehouseBase, StringComparison.Ordinal) || !crm.StartsWith(crmBase, StringComparison.Ordinal))
        {
            return new(Take.Neither, Rule + " (a side changed what was there before)");
        }

        // When one of the two writes failed, the side that was written holds both parts already.
        var (first, second) = (warehouse[warehouseBase.Length..], crm[crmBase.Length..]);
        var joined = first.EndsWith(second, StringComparison.Ordinal) ? warehouse
            : second.StartsWith(first, StringComparison.Ordinal) ? crm
            : warehouse + second;
        return new(Take.Value, Rule, FieldValue.Of(joined));
    }

    private static string Canon(FieldRule rule, FieldValue value) => rule.CrmType.Canon(value).Text ?? "";
}
