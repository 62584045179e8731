namespace ReverseEtl.Warehouses.Tests;

/// <summary>A column of a table that a contract test sets up.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as standard SQL calls it.</param>
public sealed record ContractColumn(string Name, string Type)
{
    /// <summary>Whether it is the table's primary key.</summary>
    public bool IsKey { get; init; }

    /// <summary>Whether it may not be empty.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is unique.</summary>
    public bool IsUnique { get; init; }

    /// <summary>What a new row gets; null for nothing.</summary>
    public string? Default { get; init; }
}
