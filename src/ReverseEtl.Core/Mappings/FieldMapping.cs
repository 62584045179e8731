namespace ReverseEtl.Core.Mappings;

/// <summary>Who may change a field.</summary>
public enum FieldOwner
{
    /// <summary>Only the warehouse.</summary>
    Warehouse,

    /// <summary>Only people in the CRM.</summary>
    Crm,

    /// <summary>Both.</summary>
    Shared,
}

/// <summary>What happens when the side that does not own a field changed it.</summary>
public enum DriftRule
{
    /// <summary>The owner's value is written again; the other value is recorded as a loss.</summary>
    Revert,

    /// <summary>Nothing is written; people are told.</summary>
    Flag,

    /// <summary>The other value stands until the owner changes the field.</summary>
    Adopt,
}

/// <summary>What happens when both sides of a shared field moved to different values.</summary>
public enum ConflictPolicy
{
    /// <summary>A person decides; the field is frozen meanwhile.</summary>
    Review,

    /// <summary>The warehouse's value stands.</summary>
    WarehouseWins,

    /// <summary>The CRM's value stands.</summary>
    CrmWins,

    /// <summary>The later change stands.</summary>
    NewestWins,

    /// <summary>A value beats none; two values are reviewed.</summary>
    PreferNonblank,

    /// <summary>The larger value stands.</summary>
    Max,

    /// <summary>The smaller value stands.</summary>
    Min,

    /// <summary>The additions and removals of both sides are joined; for multi-pick-lists.</summary>
    Union,

    /// <summary>What both sides appended is kept, the warehouse's part first; for texts that only grow.</summary>
    Append,
}

/// <summary>What happens to a field when two records are linked and nothing is known yet of their past.</summary>
public enum FirstMatch
{
    /// <summary>By the owner; for a shared field a value beats none and two different values follow <c>on_conflict</c>.</summary>
    ByOwner,

    /// <summary>A value beats none; two different values follow the owner or <c>on_conflict</c>.</summary>
    PreferNonblank,

    /// <summary>The warehouse's value is taken.</summary>
    WarehouseWins,

    /// <summary>The CRM's value is taken.</summary>
    CrmWins,

    /// <summary>A person decides when the values differ.</summary>
    Review,
}

/// <summary>What a blank of one side does to a value of the other.</summary>
public enum NullRule
{
    /// <summary>It clears it: clearing a field is an edit like any other.</summary>
    Write,

    /// <summary>Nothing: a blank has nothing to say, so it is neither written nor drift nor one side of a conflict.</summary>
    Skip,
}

/// <summary>What blanks do, by direction.</summary>
/// <param name="ToCrm">A blank column and a value in the CRM.</param>
/// <param name="ToWarehouse">A blank CRM field and a value in the warehouse.</param>
public sealed record NullRules(NullRule ToCrm, NullRule ToWarehouse)
{
    /// <summary>Blanks are written in both directions.</summary>
    public static NullRules Written { get; } = new(NullRule.Write, NullRule.Write);
}

/// <summary>One mapped field.</summary>
public sealed record FieldMapping
{
    /// <summary>Column.</summary>
    public required string Warehouse { get; init; }

    /// <summary>
    /// CRM field, or a path to a field of a related record such as <c>Owner.Email</c>. A path is written only where the CRM can tell the related
    /// record by it.
    /// </summary>
    public required string Crm { get; init; }

    /// <summary>Who may change it.</summary>
    public required FieldOwner Owner { get; init; }

    /// <summary>For fields with one owner.</summary>
    public DriftRule OnDrift { get; init; } = DriftRule.Revert;

    /// <summary>For shared fields.</summary>
    public ConflictPolicy OnConflict { get; init; } = ConflictPolicy.Review;

    /// <summary>When records are first linked.</summary>
    public FirstMatch FirstMatch { get; init; } = FirstMatch.ByOwner;

    /// <summary>What blanks do.</summary>
    public NullRules Nulls { get; init; } = NullRules.Written;

    /// <summary>The mapping whose pairs translate this field between keys and record ids.</summary>
    public string? References { get; init; }

    /// <summary>What kind of link the line declares; null for a field.</summary>
    public Association? Association { get; init; }
}
