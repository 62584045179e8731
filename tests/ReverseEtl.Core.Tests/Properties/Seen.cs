using System.Collections.Concurrent;

namespace ReverseEtl.Core.Tests.Properties;

/// <summary>Counts what the generated cases were, so that a property cannot hold because the rare case never came.</summary>
internal sealed class Seen
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Count(string kind) => _counts.AddOrUpdate(kind, 1, (_, count) => count + 1);

    /// <summary>All of these must have come.</summary>
    public void MustHold(params IEnumerable<string> kinds) =>
        Assert.Empty(kinds.Where(kind => !_counts.ContainsKey(kind)).Select(kind => $"never came: {kind}"));
}
