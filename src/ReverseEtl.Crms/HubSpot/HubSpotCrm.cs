using System.Runtime.CompilerServices;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>A HubSpot account. Its objects go by plural name (<c>contacts</c>) or type id (<c>0-1</c>, <c>2-123</c>).</summary>
public sealed class HubSpotCrm : ICrm
{
    private readonly HubSpotClient _client;
    private readonly HubSpotPaths _paths;
    private readonly HubSpotReader _reader;
    private readonly HubSpotChanges _changes;
    private readonly HubSpotHistory _history;
    private readonly HubSpotWriter _writer;
    private readonly HubSpotPreparation _preparation;
    private readonly LinkFields _links;
    private readonly OwnerFields _owners;
    private readonly TimeProvider _time;
    private readonly SocketsHttpHandler? _ownWire;

    /// <summary>Makes a connection; nothing is sent yet.</summary>
    /// <param name="settings">Where and as whom.</param>
    /// <param name="wire">Carries the requests and is not disposed here; null for sockets.</param>
    /// <param name="time">All waiting and timing.</param>
    /// <param name="random">Randomness of the backoff.</param>
    /// <exception cref="ArgumentException">The API version is not known.</exception>
    public HubSpotCrm(HubSpotSettings settings, HttpMessageHandler? wire, TimeProvider time, Random random)
    {
        _time = time;
        _paths = new HubSpotPaths(settings.ApiVersion);
        _ownWire = wire is null ? CrmHttp.NewWire() : null;
        _client = new HubSpotClient(settings, _paths, wire ?? _ownWire!, time, random);

        // HubSpot shows the author of a change only in the history; a record at the version that our write led to is as we left it.
        var own = new SeenVersions();
        _reader = new HubSpotReader(_client, _paths, own, settings.Parallelism);
        _changes = new HubSpotChanges(_client, _paths, _reader, new RecycleBins(time));
        var writes = new OwnWrites();
        _history = new HubSpotHistory(_reader, new OwnSource(_client, settings.AppId, _client.Warnings), writes);
        _preparation = new HubSpotPreparation(_client, _paths);
        var associations = new HubSpotAssociations(_client, _paths, _reader);
        Associations = associations;
        _links = new LinkFields(associations);
        _owners = new OwnerFields(new OwnerDirectory(_client, _paths, time));
        _writer = new HubSpotWriter(_client, _paths, _reader, own, writes, settings.Parallelism);
    }

    /// <inheritdoc />
    public CrmTraits Traits { get; } = new(HubSpotReader.BatchSize, EditGuard.History) { Purges = true };

    /// <inheritdoc />
    public ICrmAssociations Associations { get; }

    /// <inheritdoc />
    public long Calls => _client.Calls;

    /// <inheritdoc />
    public CrmUse? Use => _client.Use;

    /// <inheritdoc />
    public IReadOnlyList<string> TakeWarnings() => _client.Warnings.Take();

    /// <summary>Makes a connection from configuration.</summary>
    /// <exception cref="CrmSettingsException">A setting is missing or wrong.</exception>
    public static HubSpotCrm Create(CrmConnection connection) =>
        new(HubSpotSettings.Read(connection), connection.Wire, connection.Time, connection.Random);

    /// <inheritdoc />
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        const string What = "checking the connection";
        var answer = await AccountAsync(cancellationToken);
        if (answer.Status is 404)
        {
            // Not every version of the API has the account's details; all have contacts.
            answer = await _client.GetAsync(_paths.Properties("contacts"), cancellationToken);
        }

        // A token without the scope for this is a good token all the same.
        if (answer.Status is not 403)
        {
            answer.Require(What);
        }
    }

    /// <inheritdoc />
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken)
    {
        // Any answer carries the clock, a refusal too; only a proxy could leave it out.
        var answer = await AccountAsync(cancellationToken);
        return answer.Status is 401 or 429 or 477 or >= 500
            ? throw answer.Failure("reading the account's details")
            : answer.Date ?? _time.GetUtcNow();
    }

    /// <inheritdoc />
    public async Task<SideSchema?> DescribeAsync(string objectType, CancellationToken cancellationToken)
    {
        var what = $"reading the properties of {objectType}";
        var type = new HubSpotObject(objectType);
        var answer = await _client.GetAsync(_paths.Properties(type.Type), cancellationToken);
        return answer.Status is 404 || (answer.Status is 400 && HubSpotErrors.IsNoType(answer.Error))
            ? null
            : HubSpotSchema.Of(type, answer.Require(what).Read<WireProperties>(what).Results ?? []);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ObjectName>> ListObjectsAsync(CancellationToken cancellationToken)
    {
        const string What = "listing the custom objects";
        var answer = await _client.GetAsync(_paths.ObjectSchemas, cancellationToken);

        // Custom objects need an edition that has them and a scope of their own. Without these, HubSpot's own are all there is to tell.
        var custom = answer.Status is 403 or 404 ? [] : answer.Require(What).Read<WireObjectSchemas>(What).Results ?? [];
        return [.. HubSpotObject.Standard, .. custom.Where(schema => schema.Archived is not true).Select(schema => schema.Shown).OfType<ObjectName>()];
    }

    /// <inheritdoc />
    public Task<KeyPreparation> PrepareAsync(string objectType, string keyField, bool creates, CancellationToken cancellationToken) =>
        _preparation.PrepareAsync(
            new HubSpotObject(objectType), keyField, creates, () => DescribeAsync(objectType, cancellationToken), cancellationToken);

    /// <summary>Associations, and owners by their address: no other property leads to a record.</summary>
    public async Task<FieldSchema?> DescribePathAsync(string objectType, string path, CancellationToken cancellationToken) =>
        OwnerPath.PropertyOf(path) is not null
            ? await _owners.DescribeAsync(await DescribeAsync(objectType, cancellationToken), path, cancellationToken)
            : await _links.DescribeAsync(objectType, path, cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadChangesAsync(
        CrmRead read, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in _changes.ReadAsync(new HubSpotObject(read.Object), read, since, cancellationToken))
        {
            var filled = new Queue<CrmRecord>(
                await FillAsync(read, [.. page.Select(change => change.Record).OfType<CrmRecord>()], cancellationToken));
            yield return [.. page.Select(change => change.Record is null ? change : change with { Record = filled.Dequeue() })];
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(
        CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = (await _reader.ReadAsync(new HubSpotObject(read.Object), read, ids, cancellationToken)).ToList();
        var filled = await FillAsync(read, found.ConvertAll(record => record.Value), cancellationToken);
        return found.Zip(filled).ToDictionary(pair => pair.First.Key, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public async Task<ILookup<string, CrmRecord>> FindByKeyAsync(
        CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var found = (await _reader.FindAsync(new HubSpotObject(read.Object), read, keys, cancellationToken))
            .SelectMany(hits => hits.Select(record => (hits.Key, Record: record))).ToList();
        var filled = await FillAsync(read, found.ConvertAll(hit => hit.Record), cancellationToken);
        return found.Zip(filled).ToLookup(pair => pair.First.Key, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> ReadHistoryAsync(
        CrmRead read, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> properties = [.. fields.Where(field => LinkPath.Of(field) is null)
            .Select(field => OwnerPath.PropertyOf(field) ?? field).Distinct(StringComparer.OrdinalIgnoreCase)];
        return await _owners.TellAsync(
            await _history.ReadAsync(new HubSpotObject(read.Object), read, ids, properties, cancellationToken), fields, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        var links = batch.Writes.Where(LinkFields.IsLinks).ToList();
        var type = new HubSpotObject(batch.Object);
        Task<IReadOnlyList<CrmWriteResult>> Send(CrmWriteBatch some) =>
            _owners.WriteAsync(some, translated => _writer.WriteAsync(type, translated, cancellationToken), cancellationToken);
        if (links.Count == 0)
        {
            return await Send(batch);
        }

        var records = batch.Writes.Where(write => !LinkFields.IsLinks(write)).ToList();
        var written = new Queue<CrmWriteResult>(
            records.Count == 0 ? [] : await Send(batch with { Writes = records }));
        var linked = new Queue<CrmWriteResult>(await LinkAsync(batch, links, mayThrow: records.Count == 0, cancellationToken));
        return [.. batch.Writes.Select(write => (LinkFields.IsLinks(write) ? linked : written).Dequeue())];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _ownWire?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IReadOnlyList<CrmRecord>> FillAsync(CrmRead read, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken) =>
        await _owners.FillAsync(read, await _links.FillAsync(read, records, cancellationToken), cancellationToken);

    // Trouble is thrown only when nothing at all was written.
    private async Task<IReadOnlyList<CrmWriteResult>> LinkAsync(
        CrmWriteBatch batch, IReadOnlyList<CrmWrite> links, bool mayThrow, CancellationToken cancellationToken)
    {
        try
        {
            return await _links.WriteAsync(batch, links, cancellationToken);
        }
        catch (PortException) when (!mayThrow)
        {
            return [.. links.Select(write => WriteResults.NotSent(write.Id))];
        }
    }

    private async Task<HubSpotAnswer> AccountAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync(_paths.AccountDetails, cancellationToken);
        if (answer.IsSuccess && HubSpotJson.TryRead<WireAccount>(answer.Body) is { } account)
        {
            _client.LearnClock(account);
        }

        return answer;
    }
}
