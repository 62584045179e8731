namespace ReverseEtl.Integration.KillPoints;

/// <summary>
/// The real clock for a run in this process, whose short waits (until a CRM's second is over, between two polls) are skipped: for it and
/// for the CRMs they have passed. Limits of time are longer than what is skipped, and are real.
/// </summary>
/// <param name="crms">The clock of the CRMs, which moves on with this one.</param>
internal sealed class SkippingTime(StoryTime crms) : TimeProvider
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private long _skipped;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skipped));

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _skipped)).TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero || dueTime > Longest)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Interlocked.Add(ref _skipped, dueTime.Ticks);
        crms.MoveOn(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
