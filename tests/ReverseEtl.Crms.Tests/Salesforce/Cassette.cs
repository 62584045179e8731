using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Takes recorded record lists out of a cassette: the JSON arrays of objects with <c>success</c> among its quoted YAML texts.</summary>
public static partial class Cassette
{
    public static IReadOnlyList<string> Arrays(string name)
    {
        var yaml = File.ReadAllText(Path.Combine(TestData.Salesforce, "cassettes_cumulusci", name));
        return [.. Quoted().Matches(yaml).Select(match => Unfold(match.Groups["text"].Value)).Where(text => text.Contains("\"success\"", StringComparison.Ordinal))];
    }

    // YAML folds long quoted texts: a backslash at the line's end joins, a bare line end is a blank, "\ " is a blank.
    private static string Unfold(string quoted)
    {
        var joined = Joined().Replace(quoted, "");
        return JsonSerializer.Deserialize<string>(Bare().Replace(joined, " ").Replace("\\ ", " ", StringComparison.Ordinal))!;
    }

    [GeneratedRegex("""string:\s*(?<text>"\[(?:[^"\\]|\\.|\\\n)*\]")""", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Joined();

    [GeneratedRegex(@"\n\s*")]
    private static partial Regex Bare();
}
