using System.Text.RegularExpressions;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>What Salesforce warns of in answers: <c>Warning: 299</c>, §2.5.</summary>
internal static partial class Deprecations
{
    /// <summary>The texts of an answer's warnings.</summary>
    public static IEnumerable<string> Of(HttpResponseMessage answer) => answer.Headers.TryGetValues("Warning", out var values)
        ? values.Select(value => Deprecation().Match(value)).Where(match => match.Success).Select(match => match.Groups["text"].Value)
        : [];

    [GeneratedRegex("^\\s*299\\b[^\"]*\"?(?<text>[^\"]*)")]
    private static partial Regex Deprecation();
}
