using System.Collections.Concurrent;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>
/// Formulas and roll-ups change without moving the record's stamp (§6.1), so that no list of changes shows them. Every so often a read of
/// changes is therefore one of everything. Safe for concurrent use.
/// </summary>
/// <param name="every">How often; zero for never.</param>
/// <param name="time">The clock.</param>
internal sealed class DerivedFields(TimeSpan every, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _readAt = new(StringComparer.Ordinal);

    /// <summary>Whether the read has such fields and was not made in full for long enough; after a start it never was.</summary>
    public bool IsDue(CrmRead read, ObjectDescribe describe) =>
        every > TimeSpan.Zero && Names(read, describe).Any()
        && !(_readAt.TryGetValue(ReadName.Of(read), out var at) && time.GetUtcNow() - at < every);

    /// <summary>Everything was read.</summary>
    public void WasRead(CrmRead read) => _readAt[ReadName.Of(read)] = time.GetUtcNow();

    private static IEnumerable<string> Names(CrmRead read, ObjectDescribe describe) =>
        read.Fields.Select(field => field.Name).Where(describe.Calculated.Contains);
}
