namespace ReverseEtl.Core.Mappings;

/// <summary>One mapping file: one warehouse model and one CRM object, their fields, owners and rules.</summary>
public sealed record Mapping
{
    /// <summary>The only version of the file format so far.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Name; equals the file name without its ending.</summary>
    public required string Name { get; init; }

    /// <summary>One line for people.</summary>
    public string? Description { get; init; }

    /// <summary>Whom to ask.</summary>
    public string? Owner { get; init; }

    /// <summary>The warehouse side.</summary>
    public required WarehouseSide Warehouse { get; init; }

    /// <summary>The CRM side.</summary>
    public required CrmSide Crm { get; init; }

    /// <summary>How records that are not linked yet find each other, in order.</summary>
    public IReadOnlyList<MatchRule> Match { get; init; } = [];

    /// <summary>What happens to whole records.</summary>
    public RecordRules Records { get; init; } = new();

    /// <summary>The mapped fields, at least one.</summary>
    public required IReadOnlyList<FieldMapping> Fields { get; init; }

    /// <summary>When the loops run by themselves.</summary>
    public Schedule Schedule { get; init; } = new();

    /// <summary>How much one cycle may change before a person must approve.</summary>
    public Guard Guard { get; init; } = new();
}
