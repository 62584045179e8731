using System.Collections.Concurrent;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// When the recycle bins of an account are due to be listed. A bin can only be listed whole (reference §5.2), 100 records a call and kept for 90
/// days, so one of many pages is listed the less often the more pages it has. Safe for concurrent use.
/// </summary>
internal sealed class RecycleBins(TimeProvider time)
{
    /// <summary>The longest that a bin is left alone.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private const int FewPages = 10;
    private static readonly TimeSpan PausePerPage = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Listing> _listings = new(StringComparer.Ordinal);

    /// <summary>From when on the bin is to be looked through in a read of what changed since then; null when it is not due.</summary>
    /// <remarks>What was not looked through last time comes along the next; an earlier life of this process may have left some over.</remarks>
    public DateTimeOffset? DueFrom(CrmRead read, DateTimeOffset since)
    {
        if (!_listings.TryGetValue(NameOf(read), out var last))
        {
            return since - DateTimeOffset.UnixEpoch > LongestPause ? since - LongestPause : since;
        }

        var pause = last.Pages <= FewPages ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, PausePerPage.Ticks * last.Pages));
        return time.GetElapsedTime(last.At) < pause ? null : last.Since < since ? last.Since : since;
    }

    /// <summary>Remembers that the bin was looked through for what changed since then.</summary>
    public void Listed(CrmRead read, DateTimeOffset since, int pages) => _listings[NameOf(read)] = new Listing(time.GetTimestamp(), since, pages);

    // Two mappings of one object have watermarks of their own.
    private static string NameOf(CrmRead read) => string.Join('\n', read.Fields.Select(field => field.Name).Prepend(read.KeyField).Prepend(read.Object));

    private sealed record Listing(long At, DateTimeOffset Since, int Pages);
}
