namespace ReverseEtl.Core.Tests.Support;

/// <summary>Where the sources are that a test compares with.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string Find(DirectoryInfo? from)
    {
        for (var at = from; at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "ReverseEtl.Bidirectional.sln")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException("The solution file is above none of the test's folders.");
    }
}
