namespace ReverseEtl.Core.Mappings;

/// <summary>What a record of the object may be turned into (a lead into a contact), and where that one carries the warehouse key.</summary>
/// <param name="Object">Object type.</param>
/// <param name="Key">Its unique field for the key; that of the mapping of that object.</param>
public sealed record ConvertedTo(string Object, string Key);

/// <summary>The CRM side of a mapping.</summary>
public sealed record CrmSide
{
    /// <summary>Name of a connection under <c>Crms</c> in the configuration.</summary>
    public required string Connection { get; init; }

    /// <summary>Object type, e.g. <c>Account</c> or <c>contacts</c>.</summary>
    public required string Object { get; init; }

    /// <summary>The unique field that carries the warehouse key; only we write it.</summary>
    public required string Key { get; init; }

    /// <summary>To which record the key goes when one is converted; null for none.</summary>
    public ConvertedTo? ConvertedTo { get; init; }
}
