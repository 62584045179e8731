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
        _changes = new HubSpotChanges(_client, _paths, _reader);
        _history = new HubSpotHistory(_reader, new OwnSource(_client, settings.AppId));
        _preparation = new HubSpotPreparation(_client, _paths);
        Associations = new HubSpotAssociations(_client, _paths, _reader);
        _writer = new HubSpotWriter(_client, _paths, _reader, own, settings.Parallelism);
    }

    /// <inheritdoc />
    public CrmTraits Traits { get; } = new(HubSpotReader.BatchSize, EditGuard.History) { Purges = true };

    /// <inheritdoc />
    public ICrmAssociations Associations { get; }

    /// <inheritdoc />
    public long Calls => _client.Calls;

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
    public Task<KeyPreparation> PrepareAsync(string objectType, string keyField, bool creates, CancellationToken cancellationToken) =>
        _preparation.PrepareAsync(
            new HubSpotObject(objectType), keyField, creates, () => DescribeAsync(objectType, cancellationToken), cancellationToken);

    /// <summary>Null: a HubSpot property leads to no other record.</summary>
    public Task<FieldSchema?> DescribePathAsync(string objectType, string path, CancellationToken cancellationToken) =>
        Task.FromResult<FieldSchema?>(null);

    /// <inheritdoc />
    public IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadChangesAsync(
        CrmRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        _changes.ReadAsync(new HubSpotObject(read.Object), read, since, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(
        CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        _reader.ReadAsync(new HubSpotObject(read.Object), read, ids, cancellationToken);

    /// <inheritdoc />
    public Task<ILookup<string, CrmRecord>> FindByKeyAsync(
        CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        _reader.FindAsync(new HubSpotObject(read.Object), read, keys, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> ReadHistoryAsync(
        CrmRead read, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken) =>
        _history.ReadAsync(new HubSpotObject(read.Object), read, ids, fields, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new HubSpotObject(batch.Object), batch, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _ownWire?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<HubSpotAnswer> AccountAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync(_paths.AccountDetails, cancellationToken);
        if (answer.IsSuccess && HubSpotJson.TryRead<WireAccount>(answer.Body) is { UtcOffsetMilliseconds: { } offset })
        {
            _client.LearnOffset(offset);
        }

        return answer;
    }
}
