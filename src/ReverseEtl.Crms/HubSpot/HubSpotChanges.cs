using System.Runtime.CompilerServices;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Finds what changed: live records by search, archived ones by their list (reference §4.1, §5).</summary>
internal sealed class HubSpotChanges(HubSpotClient client, HubSpotPaths paths, HubSpotReader reader, RecycleBins bins)
{
    private const int SearchPage = 200;
    private const int ListPage = 100;

    // HubSpot takes longer addresses than this; what lies in between may not.
    private const int LongestQuery = 6_000;

    /// <summary>See <see cref="ICrm.ReadChangesAsync"/>.</summary>
    public async IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadAsync(
        HubSpotObject type, CrmRead read, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var survivors = new SurvivorMap();
        var live = since is { } start
            ? SearchAsync(type, start, survivors, cancellationToken)
            : ListAsync(type, read, survivors, cancellationToken);
        await foreach (var page in live.WithCancellation(cancellationToken))
        {
            yield return page;
        }

        var from = since is { } at ? bins.DueFrom(read, at) : null;
        if (since is not null && from is null)
        {
            yield break;
        }

        await foreach (var page in ArchivedAsync(type, read, from, survivors, cancellationToken).WithCancellation(cancellationToken))
        {
            yield return page;
        }
    }

    // Keyset on the id: rows that leave the window while it is paged shift offsets but no keyset, many rows may share one time stamp,
    // and no query ever reaches the 10,000 hits at which HubSpot stops. There is no upper bound: a change made since counts too.
    private async IAsyncEnumerable<IReadOnlyList<CrmChange>> SearchAsync(
        HubSpotObject type, DateTimeOffset since, SurvivorMap survivors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var what = $"searching {type.Type}";
        for (var last = "0"; ;)
        {
            var answer = await client.SearchAsync(paths.Search(type.Type), Query(type, since, last), cancellationToken);
            var page = answer.Require(what).Read<WirePage>(what);
            var hits = page.Results ?? [];
            if (hits.Count > 0)
            {
                survivors.Learn(hits);
                yield return [.. hits.Select(hit => new CrmChange(hit.Id, HubSpotRecords.Version(type, hit), null))];
            }

            if (hits.Count == 0 || (hits.Count < SearchPage && page.Next is null))
            {
                yield break;
            }

            var most = hits.Select(hit => hit.Id).Aggregate((a, b) => HubSpotObject.CompareIds(a, b) >= 0 ? a : b);
            last = HubSpotObject.CompareIds(most, last) > 0
                ? most
                : throw new PortException(
                    PortTrouble.Unavailable, $"HubSpot's search of {type.Type} does not go on: it ignores the id filter.");
        }
    }

    private static WireSearch Query(HubSpotObject type, DateTimeOffset since, string last) => new(
        [
            new WireFilterGroup(
            [
                new WireFilter(type.LastModified, "GTE", Math.Max(0, since.ToUnixTimeMilliseconds()).ToString()),
                new WireFilter(HubSpotObject.RecordId, "GT", last),
            ]),
        ],
        [new WireSort(HubSpotObject.RecordId, "ASCENDING")],
        [type.LastModified, HubSpotObject.MergedIds],
        SearchPage);

    private async IAsyncEnumerable<IReadOnlyList<CrmChange>> ListAsync(
        HubSpotObject type, CrmRead read, SurvivorMap survivors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var records = reader.RecordsOf(type, read);
        await foreach (var page in PagesAsync(type, records, archived: false, cancellationToken))
        {
            survivors.Learn(page);
            yield return [.. page.Select(records.Of).Select(record => new CrmChange(record.Id, record.Version, record))];
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<CrmChange>> ArchivedAsync(
        HubSpotObject type, CrmRead read, DateTimeOffset? since, SurvivorMap survivors,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var records = reader.RecordsOf(type, read);
        var (probes, pages) = (HubSpotReader.MostProbes, 0);
        await foreach (var page in PagesAsync(type, records, archived: true, cancellationToken))
        {
            pages++;

            // There is no filter by time: the whole list is paged through. What does not tell its time is reported.
            var recent = page
                .Where(record => since is null || !HubSpotValues.TryInstant(record.ArchivedAt, out var at) || at >= since)
                .ToList();
            var open = recent
                .Where(record => survivors.Find(record.Id) is null)
                .Select(record => (record.Id, Version: HubSpotRecords.Version(type, record)))
                .Where(record => reader.IsOpen(type, record.Id, record.Version))
                .Take(probes)
                .ToList();
            probes -= open.Count;
            var resolved = await reader.ProbeAsync(type, open, cancellationToken);
            survivors.Learn(resolved);
            var changes = recent
                .Where(record => !IsRestored(record, resolved))
                .Select(record => Gone(records, record, survivors.Find(record.Id)))
                .ToList();
            if (changes.Count > 0)
            {
                yield return changes;
            }
        }

        if (since is { } from)
        {
            bins.Listed(read, from, pages);
        }
    }

    // Restored between the list and the single read: it is live again and its next change is found as any other.
    private static bool IsRestored(WireRecord record, IReadOnlyDictionary<string, string> resolved) =>
        resolved.TryGetValue(record.Id, out var id) && id == record.Id;

    private static CrmChange Gone(HubSpotRecords records, WireRecord record, string? survivor)
    {
        var gone = survivor is null
            ? records.Of(record) with { Presence = CrmPresence.Deleted }
            : records.Merged(record, survivor);
        return new CrmChange(gone.Id, gone.Version, gone);
    }

    // Whole records where the address can carry all the names, else ids from the list and the rest from batch reads.
    private async IAsyncEnumerable<IReadOnlyList<WireRecord>> PagesAsync(
        HubSpotObject type, HubSpotRecords records, bool archived, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var what = $"listing {type.Type}";
        var whole = records.Properties.Sum(name => Uri.EscapeDataString(name).Length + 3) < LongestQuery;
        for (string? after = null; ;)
        {
            IReadOnlyList<string> properties = whole ? records.Properties : [type.LastModified, HubSpotObject.MergedIds];
            var answer = await client.ListAsync(paths.Objects(type.Type), ListPage, after, archived, properties, cancellationToken);
            if (answer.Status is 414 && whole)
            {
                whole = false;
                continue;
            }

            var page = answer.Require(what).Read<WirePage>(what);
            if (page.Results is { Count: > 0 } results)
            {
                yield return whole ? results : await FilledAsync(type, records, results, archived, cancellationToken);
            }

            if (page.Next is null || page.Next == after)
            {
                yield break;
            }

            after = page.Next;
        }
    }

    private async Task<IReadOnlyList<WireRecord>> FilledAsync(
        HubSpotObject type, HubSpotRecords records, IReadOnlyList<WireRecord> listed, bool archived, CancellationToken cancellationToken)
    {
        var read = await reader.BatchAsync(type, records.Properties, [.. listed.Select(record => record.Id)], archived, cancellationToken);
        var byId = read.DistinctBy(record => record.Id).ToDictionary(record => record.Id, StringComparer.Ordinal);

        // The list tells when a record was archived; a record that left in between keeps its place in the list it left for.
        return [.. listed
            .Where(record => byId.ContainsKey(record.Id))
            .Select(record => byId[record.Id] with { ArchivedAt = byId[record.Id].ArchivedAt ?? record.ArchivedAt })];
    }
}
