namespace ReverseEtl.Crms.Http;

/// <summary>What a CRM gives reason to warn of, each text once. Safe for concurrent use.</summary>
internal sealed class Warnings
{
    // A CRM that words every warning differently must not fill memory.
    private const int Most = 100;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly List<string> _news = [];

    /// <summary>Takes note of texts; those that were told before are passed over.</summary>
    public void Tell(params IEnumerable<string> texts)
    {
        lock (_gate)
        {
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
}
