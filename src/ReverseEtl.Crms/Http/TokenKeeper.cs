namespace ReverseEtl.Crms.Http;

/// <summary>Holds a connection's token and gets a new one when needed, once for everybody who waits. Safe for concurrent use.</summary>
/// <param name="signIn">
/// Asks the CRM for a token; throws <see cref="Engine.Ports.PortException"/> when that fails. It belongs to no single caller, so it is
/// not cancelled with one and must bound its own time.
/// </param>
/// <param name="time">Tells when a token is due to be renewed.</param>
public sealed class TokenKeeper(Func<Task<AccessToken>> signIn, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<AccessToken>? _token;

    /// <summary>The token; signs in when there is none, or when it is due to be renewed. A failed sign-in is tried again by the next caller.</summary>
    public Task<AccessToken> GetAsync(CancellationToken cancellationToken) => CurrentOrNew(refused: null).WaitAsync(cancellationToken);

    /// <summary>A token other than the one that was refused; signs in only if nobody did so since.</summary>
    public Task<AccessToken> RenewAsync(AccessToken refused, CancellationToken cancellationToken) =>
        CurrentOrNew(refused).WaitAsync(cancellationToken);

    private Task<AccessToken> CurrentOrNew(AccessToken? refused)
    {
        TaskCompletionSource<AccessToken> mine;
        lock (_gate)
        {
            var usable = _token switch
            {
                null => false,
                { IsCompletedSuccessfully: true } => _token.Result != refused && !(_token.Result.RenewAt <= time.GetUtcNow()),
                { IsCompleted: true } => false,
                _ => true,
            };
            if (usable)
            {
                return _token!;
            }

            mine = new TaskCompletionSource<AccessToken>();
            _token = mine.Task;
        }

        // Outside the lock, so that a slow handler cannot hold up callers that have given up.
        _ = SignInAsync(mine);
        return mine.Task;
    }

    // Whatever comes of it reaches everybody who waits, so nothing is left to observe here.
    private async Task SignInAsync(TaskCompletionSource<AccessToken> token)
    {
        try
        {
            token.SetResult(await signIn());
        }
        catch (Exception e)
        {
            token.SetException(e);
        }
    }
}
