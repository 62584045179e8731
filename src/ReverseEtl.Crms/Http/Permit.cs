namespace ReverseEtl.Crms.Http;

/// <summary>Leave to have one request in flight; dispose it when the answer is in.</summary>
public sealed class Permit : IDisposable
{
    private AccountLimiter? _limiter;

    internal Permit(AccountLimiter limiter) => _limiter = limiter;

    /// <inheritdoc />
    public void Dispose() => Interlocked.Exchange(ref _limiter, null)?.Release();
}
