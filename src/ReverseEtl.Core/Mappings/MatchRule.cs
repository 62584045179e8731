namespace ReverseEtl.Core.Mappings;

/// <summary>How two values are compared when records are matched.</summary>
public enum MatchAs
{
    /// <summary>Letter by letter, after trimming.</summary>
    Exact,

    /// <summary>Addresses, without case.</summary>
    Email,

    /// <summary>Digits only.</summary>
    Phone,

    /// <summary>The host of a web or e-mail address, without <c>www.</c></summary>
    Domain,

    /// <summary>Text without case and with single spaces.</summary>
    CaseInsensitive,
}

/// <summary>One way in which records that are not linked yet may find each other.</summary>
/// <param name="Warehouse">Column.</param>
/// <param name="Crm">CRM field.</param>
/// <param name="As">How the two compare.</param>
public sealed record MatchRule(string Warehouse, string Crm, MatchAs As);
