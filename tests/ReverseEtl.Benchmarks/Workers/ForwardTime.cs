namespace ReverseEtl.Benchmarks.Workers;

/// <summary>The system's clock, moved: held at an earlier moment, or ahead.</summary>
internal sealed class ForwardTime : TimeProvider
{
    private TimeSpan _ahead;
    private DateTimeOffset? _held;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => _held ?? System.GetUtcNow() + _ahead;

    /// <summary>Stands still so far from now, on a whole second.</summary>
    public DateTimeOffset Hold(TimeSpan offset)
    {
        var at = GetUtcNow() + offset;
        _held = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
        return _held.Value;
    }

    /// <summary>Goes on where it would be by now.</summary>
    public void Release() => _held = null;

    /// <summary>Jumps ahead; returns how far ahead it is in all.</summary>
    public object Forward(TimeSpan by) => _ahead += by;
}
