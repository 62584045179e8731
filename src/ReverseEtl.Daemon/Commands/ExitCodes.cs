namespace ReverseEtl.Daemon.Commands;

/// <summary>What commands end with.</summary>
public static class ExitCodes
{
    /// <summary>All is well, or there is nothing to do.</summary>
    public const int Good = 0;

    /// <summary>It failed, or there are errors.</summary>
    public const int Failed = 1;

    /// <summary><c>plan</c>: there are changes.</summary>
    public const int Changes = 2;

    /// <summary><c>sync</c>: rejects, conflicts or rows held back. <c>prepare</c>: something is left to do.</summary>
    public const int Attention = 3;
}
