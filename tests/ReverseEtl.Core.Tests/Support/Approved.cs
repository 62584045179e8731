namespace ReverseEtl.Core.Tests.Support;

/// <summary>Compares a text with the one that was reviewed. <c>RETL_APPROVE=1</c> writes it instead, for review as a diff.</summary>
internal static class Approved
{
    public static void Matches(string name, IEnumerable<string> lines)
    {
        var path = Repository.Path("tests", "ReverseEtl.Core.Tests", "Approved", name);
        var text = string.Concat(lines.Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("RETL_APPROVE") is "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path), text);
    }
}
