using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Scans;

/// <summary>A COPY that has begun.</summary>
/// <param name="Stream">What the server sends.</param>
/// <param name="Cancel">Has the server end it, at once.</param>
/// <param name="CancelAsync">The same for who can wait.</param>
public sealed record CopyOut(Stream Stream, Action Cancel, Func<Task> CancelAsync);

/// <summary>Scans what a binary COPY sends. Nothing is asked of the server before the first step.</summary>
/// <param name="cancellationToken">Ends it.</param>
public abstract class CopyScan(CancellationToken cancellationToken) : IAsyncDisposable
{
    private CopyOut? _copy;
    private CopyTuples? _tuples;
    private bool _ended;

    /// <summary>Stands on the tuple that was read last.</summary>
    protected CopyTuples Tuples => _tuples!;

    /// <summary>Goes to the next tuple; false after the last.</summary>
    /// <exception cref="PortException">The server cannot be reached or refuses.</exception>
    public ValueTask<bool> NextAsync()
    {
        if (_tuples is null)
        {
            return FirstAsync();
        }

        try
        {
            _ended = !_tuples.Next();
            return new(!_ended);
        }
        catch (Exception e) when (Broken(e) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        _tuples?.Dispose();
        if (_copy is not null)
        {
            // Else closing the stream would read all that is left, which could be millions of rows.
            await (_ended ? Task.CompletedTask : _copy.CancelAsync());
            await _copy.Stream.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Begins the copy.</summary>
    protected abstract Task<CopyOut> OpenAsync(CancellationToken cancellationToken);

    /// <summary>The port's exception for one of the driver's; null when it is none of the server's.</summary>
    protected abstract PortException? FailureOf(Exception exception);

    private async ValueTask<bool> FirstAsync()
    {
        try
        {
            _copy = await OpenAsync(cancellationToken);
            _tuples = new CopyTuples(_copy.Stream, _copy.Cancel, cancellationToken);
            _ended = !await _tuples.FirstAsync();
            return !_ended;
        }
        catch (Exception e) when (Broken(e) is { } failure)
        {
            throw failure;
        }
    }

    // Whatever broke it, there is nothing left to cancel.
    private PortException? Broken(Exception e)
    {
        _ended = true;
        return FailureOf(e);
    }
}
