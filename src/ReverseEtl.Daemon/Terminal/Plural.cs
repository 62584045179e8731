namespace ReverseEtl.Daemon.Terminal;

/// <summary>Counts as people read them.</summary>
internal static class Plural
{
    /// <summary><c>1 error</c>, <c>2 errors</c>, <c>no errors</c>.</summary>
    public static string Of(long count, string word) => count switch
    {
        0 => $"no {Many(word)}",
        1 => $"1 {word}",
        _ => $"{count} {Many(word)}",
    };

    private static string Many(string word) => word.EndsWith('s') ? word : $"{word}s";
}
