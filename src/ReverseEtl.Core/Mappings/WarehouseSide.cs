namespace ReverseEtl.Core.Mappings;

/// <summary>Where the warehouse rows come from.</summary>
public enum SourceKind
{
    /// <summary>A table or view.</summary>
    Table,

    /// <summary>A query written by the user.</summary>
    Query,

    /// <summary>A dbt model, by name.</summary>
    Dbt,
}

/// <summary>The warehouse side of a mapping.</summary>
public sealed record WarehouseSide
{
    /// <summary>Name of a connection under <c>Warehouses</c> in the configuration.</summary>
    public required string Connection { get; init; }

    /// <summary>What <see cref="Source"/> is.</summary>
    public required SourceKind Kind { get; init; }

    /// <summary>Table name, query text or dbt model name.</summary>
    public required string Source { get; init; }

    /// <summary>The columns that identify a row, at least one.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>A column that grows when the row changes; serves incremental reads and <c>newest_wins</c>.</summary>
    public string? ChangedAt { get; init; }

    /// <summary>The table that pulled values are written to in place; without it they land in <c>crm_landing.&lt;mapping&gt;</c>.</summary>
    public string? WriteTo { get; init; }
}
