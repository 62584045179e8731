namespace ReverseEtl.Integration.KillPoints;

/// <summary>
/// The clock of the simulated CRMs: the real one, moved on between the acts of a story, so that what people do has times apart and the
/// search index has caught up.
/// </summary>
internal sealed class StoryTime : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void MoveOn() => MoveOn(TimeSpan.FromSeconds(30));

    public void MoveOn(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
