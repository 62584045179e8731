namespace ReverseEtl.Crms.Tests.Http;

/// <summary>Waits for work on other threads without a clock.</summary>
public static class Eventually
{
    private const int Yields = 5_000_000;
    private const int Quiet = 100;

    /// <summary>Gives way to other threads until the condition holds.</summary>
    public static async Task Holds(Func<bool> condition)
    {
        for (var i = 0; i < Yields && !condition(); i++)
        {
            await Task.Yield();
        }

        Assert.True(condition(), "What was waited for did not come.");
    }

    /// <summary>Gives way to other threads for a while and makes sure that the task still waits.</summary>
    public static async Task StillWaits(Task task)
    {
        for (var i = 0; i < Quiet; i++)
        {
            await Task.Yield();
        }

        Assert.False(task.IsCompleted, "It did not wait.");
    }
}
