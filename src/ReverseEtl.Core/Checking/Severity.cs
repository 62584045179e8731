namespace ReverseEtl.Core.Checking;

/// <summary>How bad a problem is.</summary>
public enum Severity
{
    /// <summary>The mapping cannot run.</summary>
    Error,

    /// <summary>The mapping can run; some rows may be refused or the outcome may surprise.</summary>
    Warning,
}
