namespace ReverseEtl.Core.Mappings;

/// <summary>The CRM side of a mapping.</summary>
public sealed record CrmSide
{
    /// <summary>Name of a connection under <c>Crms</c> in the configuration.</summary>
    public required string Connection { get; init; }

    /// <summary>Object type, e.g. <c>Account</c> or <c>contacts</c>.</summary>
    public required string Object { get; init; }

    /// <summary>The unique field that carries the warehouse key; only we write it.</summary>
    public required string Key { get; init; }
}
