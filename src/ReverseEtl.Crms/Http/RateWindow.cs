namespace ReverseEtl.Crms.Http;

/// <summary>At most so many requests in any stretch of the given length. Give a limit a little air below the vendor's own number.</summary>
/// <param name="Permits">Requests, at least 1.</param>
/// <param name="Length">Length of the window, e.g. ten seconds.</param>
public sealed record RateWindow(int Permits, TimeSpan Length)
{
    /// <summary>The lane whose requests it counts; null for those of every lane.</summary>
    public string? Lane { get; init; }
}
