using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Reads records by id or key, never by search: that index lags behind (reference §2.3, §5.2, §5.3).</summary>
internal sealed class HubSpotReader(HubSpotClient client, HubSpotPaths paths, SeenVersions own, int parallelism)
{
    /// <summary>Inputs that a batch takes.</summary>
    public const int BatchSize = 100;

    /// <summary>Inputs that a batch takes when it reads histories (reference §5.4, §18.4).</summary>
    public const int HistoryBatchSize = 50;

    /// <summary>
    /// Archived records of one call that are asked for one by one whether they were in truth merged away. More than that are taken as
    /// deleted unless their survivor names them: a mass deletion must not cost a request a record.
    /// </summary>
    public const int MostProbes = 200;

    private readonly SeenVersions _deletions = new();

    /// <summary>The records by the id asked for; see <see cref="ICrm.ReadAsync"/>.</summary>
    public async Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(
        HubSpotObject type, CrmRead read, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var records = RecordsOf(type, read);
        var found = new Dictionary<string, CrmRecord>(StringComparer.Ordinal);
        var asked = ids.Where(id => id.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        Assign(found, asked, await BatchAsync(type, records.Properties, asked, archived: false, cancellationToken), records);

        var missing = asked.Where(id => !found.ContainsKey(id)).ToList();
        if (missing.Count == 0)
        {
            return found;
        }

        var archived = await BatchAsync(type, records.Properties, missing, archived: true, cancellationToken);
        Assign(found, missing, archived, records, deleted: true);

        // A merged-away id resolves only in a single read, and may be among the archived ones as well.
        var purged = missing.Where(id => !found.ContainsKey(id)).ToList();
        var resolved = await ResolveAsync(type, purged, cancellationToken);
        var deleted = missing.Where(found.ContainsKey)
            .Select(id => (found[id].Id, found[id].Version))
            .Where(record => IsOpen(type, record.Id, record.Version))
            .Take(MostProbes);
        var merged = await ProbeAsync(type, [.. deleted], cancellationToken);
        await FollowAsync(type, records, found, resolved.Concat(merged), cancellationToken);
        return found;
    }

    /// <summary>How records of the type are read.</summary>
    public HubSpotRecords RecordsOf(HubSpotObject type, CrmRead read) => new(type, read, own);

    /// <summary>The live records that carry a key, by the key asked for.</summary>
    public async Task<ILookup<string, CrmRecord>> FindAsync(
        HubSpotObject type, CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var records = RecordsOf(type, read);
        var asked = keys.Where(key => !string.IsNullOrWhiteSpace(key)).Distinct(StringComparer.Ordinal).ToList();
        var normal = asked.Select(key => type.NormalKey(read.KeyField, key)).Distinct(StringComparer.Ordinal).ToList();
        var hits = await BatchAsync(type, records.Properties, normal, archived: false, cancellationToken, read.KeyField);
        return hits.Where(record => !record.IsArchived)
            .DistinctBy(record => record.Id)
            .SelectMany(record => Keys(type, read.KeyField, record, asked).Select(key => (Key: key, Record: record)))
            .ToLookup(hit => hit.Key, hit => records.Of(hit.Record), StringComparer.Ordinal);
    }

    /// <summary>
    /// What single reads make of ids: the id itself for a live record, another one for a record that was merged away. Ids that lead
    /// nowhere are left out.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> ResolveAsync(
        HubSpotObject type, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var answers = await InParallel.SelectAsync(ids, parallelism, (id, token) => ResolveAsync(type, id, token), cancellationToken);
        return ids.Zip(answers)
            .Where(pair => pair.Second is not null)
            .ToDictionary(pair => pair.First, pair => pair.Second!, StringComparer.Ordinal);
    }

    /// <summary>Whether it is still open if an archived record was deleted or merged away.</summary>
    public bool IsOpen(HubSpotObject type, string id, DateTimeOffset version) => !_deletions.Holds(type, id, version);

    /// <summary>Resolves archived records and remembers those that lead nowhere: what is in the bin is merged no more.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ProbeAsync(
        HubSpotObject type, IReadOnlyList<(string Id, DateTimeOffset Version)> archived, CancellationToken cancellationToken)
    {
        var resolved = await ResolveAsync(type, [.. archived.Select(record => record.Id)], cancellationToken);
        foreach (var (id, version) in archived.Where(record => !resolved.ContainsKey(record.Id)))
        {
            _deletions.Remember(type, id, version);
        }

        return resolved;
    }

    /// <summary>Batch reads; records that are not there are left out.</summary>
    public Task<IReadOnlyList<WireRecord>> BatchAsync(
        HubSpotObject type,
        IReadOnlyList<string> properties,
        IReadOnlyList<string> ids,
        bool archived,
        CancellationToken cancellationToken,
        string? idProperty = null) =>
        ChunksAsync(
            type,
            ids.Chunk(BatchSize).Select(chunk => new WireBatchRead(Inputs(chunk), properties) { IdProperty = idProperty }),
            archived,
            cancellationToken);

    /// <summary>Batch reads of histories; records that are not there are left out.</summary>
    public Task<IReadOnlyList<WireRecord>> HistoryAsync(
        HubSpotObject type, IReadOnlyList<string> properties, IReadOnlyList<string> ids, bool archived, CancellationToken cancellationToken) =>
        ChunksAsync(
            type,
            ids.Chunk(HistoryBatchSize).Select(chunk => new WireBatchRead(Inputs(chunk), []) { PropertiesWithHistory = properties }),
            archived,
            cancellationToken);

    private async Task<IReadOnlyList<WireRecord>> ChunksAsync(
        HubSpotObject type, IEnumerable<WireBatchRead> batches, bool archived, CancellationToken cancellationToken)
    {
        var pages = await InParallel.SelectAsync(
            [.. batches], parallelism, (batch, token) => OneBatchAsync(type, batch, archived, token), cancellationToken);
        return [.. pages.SelectMany(page => page)];
    }

    private static WireInput[] Inputs(string[] ids) => [.. ids.Select(id => new WireInput(id))];

    private async Task<IReadOnlyList<WireRecord>> OneBatchAsync(
        HubSpotObject type, WireBatchRead batch, bool archived, CancellationToken cancellationToken)
    {
        var what = $"reading {type.Type}";
        var answer = await client.BatchReadAsync(paths.BatchRead(type.Type), batch, archived, cancellationToken);
        if (answer.Status is 404 && HubSpotErrors.IsNotFound(answer.Error) && answer.Error.Context is { Count: > 0 })
        {
            return [];
        }

        if (batch.IdProperty is { } key && answer.Status is 400 && HubSpotErrors.IsNoKey(answer.Error))
        {
            throw HubSpotFailures.NoKey(type, key);
        }

        var page = answer.Require(what).Read<WireBatchAnswer>(what);

        // Missing records come as one error for all of them; any other error leaves open what is there.
        if (page.Errors?.FirstOrDefault(error => !HubSpotErrors.IsNotFound(error)) is { } error)
        {
            throw HubSpotFailures.Of(what, 400, error, null);
        }

        return page.Results ?? [];
    }

    private async Task<string?> ResolveAsync(HubSpotObject type, string id, CancellationToken cancellationToken)
    {
        var what = $"reading {type.Type}";
        var answer = await client.GetAsync(paths.Record(type.Type, id), cancellationToken);

        // What a proxy does not find may be there all the same.
        return answer is { Status: 404, IsPage: false } ? null : answer.Require(what).Read<WireRecord>(what).Id;
    }

    private async Task FollowAsync(
        HubSpotObject type,
        HubSpotRecords records,
        Dictionary<string, CrmRecord> found,
        IEnumerable<KeyValuePair<string, string>> resolutions,
        CancellationToken cancellationToken)
    {
        var resolved = resolutions.ToList();
        var ids = resolved.Select(pair => pair.Value).Distinct(StringComparer.Ordinal).ToList();
        var survivors = await BatchAsync(type, records.Properties, ids, archived: false, cancellationToken);
        var byId = survivors.DistinctBy(record => record.Id).ToDictionary(record => record.Id, StringComparer.Ordinal);
        foreach (var (asked, id) in resolved)
        {
            if (byId.TryGetValue(id, out var survivor))
            {
                found[asked] = records.Of(survivor);
            }
        }
    }

    // Results come in any order, and a survivor may stand where an id that went into it was asked for: ids decide, never positions.
    private static void Assign(
        Dictionary<string, CrmRecord> found, IReadOnlyList<string> asked, IReadOnlyList<WireRecord> results, HubSpotRecords records,
        bool deleted = false)
    {
        var wanted = asked.ToHashSet(StringComparer.Ordinal);
        foreach (var result in results)
        {
            var record = records.Of(result);
            record = deleted ? record with { Presence = CrmPresence.Deleted } : record;
            if (wanted.Contains(result.Id))
            {
                found[result.Id] = record;
            }
        }

        foreach (var result in results)
        {
            var record = records.Of(result);
            foreach (var old in record.MergedIds.Where(id => !deleted && wanted.Contains(id) && !found.ContainsKey(id)))
            {
                found[old] = record;
            }
        }
    }

    // Whether HubSpot tells upper from lower case in a unique property is not known: an exact match goes first.
    private static List<string> Keys(HubSpotObject type, string keyField, WireRecord record, IReadOnlyList<string> asked)
    {
        var own = type.IsEmailKey(keyField) ? HubSpotObject.SplitIds(record.Property(HubSpotObject.MoreEmails)) : [];
        var all = record.Property(keyField) is { } main ? own.Append(main) : own;
        var carried = all.Select(key => type.NormalKey(keyField, key)).ToList();
        var exact = asked.Where(key => carried.Contains(type.NormalKey(keyField, key), StringComparer.Ordinal)).ToList();
        return exact.Count > 0
            ? exact
            : [.. asked.Where(key => carried.Contains(type.NormalKey(keyField, key), StringComparer.OrdinalIgnoreCase))];
    }
}
