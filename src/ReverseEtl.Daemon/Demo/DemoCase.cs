namespace ReverseEtl.Daemon.Demo;

/// <summary>One thing that happens in the day, and how to tell that it ended as the rules say.</summary>
/// <param name="Title">In a few words.</param>
/// <param name="Rule">The rule that decides, and so why it ends as it does.</param>
/// <param name="Check">Looks at both sides; null when all is as it must be, otherwise what is not.</param>
internal sealed record DemoCase(string Title, string Rule, Func<Task<string?>> Check)
{
    /// <summary>Compares what is with what must be.</summary>
    public static string? Expect(params (string What, string? Expected, string? Actual)[] facts)
    {
        var wrong = facts.Where(f => f.Expected != f.Actual).Select(f => $"{f.What} is {f.Actual ?? "(blank)"}, not {f.Expected ?? "(blank)"}").ToList();
        return wrong.Count == 0 ? null : string.Join("; ", wrong);
    }
}
