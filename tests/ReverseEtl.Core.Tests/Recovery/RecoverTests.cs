using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Recovery;

public sealed class RecoverTests
{
    private static readonly TimeSpan Fence = TimeSpan.FromMinutes(15);

    [Theory]
    [InlineData(Sight.SameVersion)]
    [InlineData(Sight.ChangedByUs)]
    [InlineData(Sight.ChangedByOthers)]
    [InlineData(Sight.NotThere)]
    public void Write_that_may_still_land_waits_whatever_is_seen(Sight sight)
    {
        Assert.Equal(RecoveryStep.Wait, Judge(TimeSpan.Zero, sight));
        Assert.Equal(RecoveryStep.Wait, Judge(Fence - TimeSpan.FromTicks(1), sight));
    }

    [Theory]
    [InlineData(Sight.SameVersion, RecoveryStep.Replan)]
    [InlineData(Sight.ChangedByUs, RecoveryStep.Receipt)]
    [InlineData(Sight.ChangedByOthers, RecoveryStep.Replan)]
    [InlineData(Sight.NotThere, RecoveryStep.Replan)]
    public void Write_that_can_no_longer_land_is_judged_by_what_is_seen(Sight sight, RecoveryStep step)
    {
        Assert.Equal(step, Judge(Fence, sight));
        Assert.Equal(step, Judge(TimeSpan.FromDays(1), sight));
    }

    private static RecoveryStep Judge(TimeSpan afterDeadline, Sight sight) => Recover.Judge(Make.Noon + afterDeadline, Make.Noon, Fence, sight);
}
