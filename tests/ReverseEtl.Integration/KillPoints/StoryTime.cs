namespace ReverseEtl.Integration.KillPoints;

/// <summary>
/// The clock of the simulated CRMs: the real one, moved on between the acts of a story, so that what people do has times apart and the
/// search index has caught up.
/// </summary>
internal sealed class StoryTime : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public void MoveOn() => _ahead += TimeSpan.FromSeconds(30);
}
