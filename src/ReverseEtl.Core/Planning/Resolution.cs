namespace ReverseEtl.Core.Planning;

/// <summary>How a person decided.</summary>
public enum ResolutionChoice
{
    /// <summary>Take the warehouse's side.</summary>
    Warehouse,

    /// <summary>Take the CRM's side.</summary>
    Crm,

    /// <summary>Take the given value on both sides; for a match: the CRM id to link.</summary>
    Value,

    /// <summary>Leave both as they are and take that as agreed.</summary>
    Ignore,
}

/// <summary>A decision waiting to be carried out.</summary>
/// <param name="Choice">Which side.</param>
/// <param name="Value">For <see cref="ResolutionChoice.Value"/>.</param>
/// <param name="By">Who decided.</param>
public sealed record Resolution(ResolutionChoice Choice, string? Value, string By);
