namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Temporary states of the account: locked for writes (423), on the move to another data centre (477).</summary>
internal sealed class Disturbances
{
    private DateTimeOffset _lockedUntil;
    private int _lockedTimes;
    private DateTimeOffset _movingUntil;

    public void LockUntil(DateTimeOffset until) => _lockedUntil = until;

    public void LockTimes(int times) => _lockedTimes = times;

    public void MoveUntil(DateTimeOffset until) => _movingUntil = until;

    /// <summary>Whole seconds until the move is over, rounded up; null when there is none.</summary>
    public long? MovingSeconds(DateTimeOffset now) =>
        now < _movingUntil ? (long)Math.Ceiling((_movingUntil - now).TotalSeconds) : null;

    /// <summary>Whether the lock hits this write; a counted lock is used up by it.</summary>
    public bool HitsLock(DateTimeOffset now)
    {
        if (now < _lockedUntil)
        {
            return true;
        }

        if (_lockedTimes == 0)
        {
            return false;
        }

        _lockedTimes--;
        return true;
    }
}
