namespace ReverseEtl.Core.Planning;

/// <summary>One of the two sides that are kept consistent.</summary>
public enum Side
{
    /// <summary>The data warehouse.</summary>
    Warehouse,

    /// <summary>The CRM.</summary>
    Crm,
}
