using System.Runtime.CompilerServices;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Where recorded answers lie.</summary>
public static class TestData
{
    public static string Salesforce { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "data", "salesforce"));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
