using System.Text.RegularExpressions;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>What Salesforce warns of in answers (<c>Warning: 299</c>, §2.5), each text once. Safe for concurrent use.</summary>
internal sealed partial class Warnings
{
    // An org that words every warning differently must not fill memory.
    private const int Most = 100;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly List<string> _news = [];

    public void Observe(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Warning", out var values))
        {
            return;
        }

        lock (_gate)
        {
            var texts = values.Select(value => Deprecation().Match(value)).Where(match => match.Success).Select(match => match.Groups["text"].Value);
            _news.AddRange(texts.Where(text => _told.Count < Most && _told.Add(text)));
        }
    }

    /// <summary>What is new since the last time.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (_gate)
        {
            string[] news = [.. _news];
            _news.Clear();
            return news;
        }
    }

    [GeneratedRegex("^\\s*299\\b[^\"]*\"?(?<text>[^\"]*)")]
    private static partial Regex Deprecation();
}
