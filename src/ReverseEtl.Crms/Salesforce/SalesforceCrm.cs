using ReverseEtl.Core.Schemas;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Auth;
using ReverseEtl.Crms.Salesforce.Bulk;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Crms.Salesforce.Writing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>A Salesforce org behind the CRM port. Safe for concurrent use.</summary>
public sealed class SalesforceCrm : ICrm
{
    private static readonly RequestMark Unmetered = RequestMark.Read with { Unmetered = true };

    private readonly SalesforceSettings _settings;
    private readonly CrmTraits _traits;
    private readonly Warnings _warnings = new();
    private readonly AbandonedJobs _abandoned;
    private readonly HttpMessageHandler? _ownWire;
    private readonly CrmHttp _http;
    private readonly ISalesforceApi _api;
    private readonly DescribeCache _describes;
    private readonly SalesforceReader _reader;
    private readonly ChangeReader _changes;
    private readonly Replication _replication;
    private readonly SalesforceWriter _writer;

    /// <summary>Makes one; nothing is sent yet.</summary>
    /// <param name="settings">The org and how to sign in.</param>
    /// <param name="wire">Carries the requests and is left alone at the end; null for sockets.</param>
    /// <param name="time">All waiting and timing.</param>
    /// <param name="random">Randomness of backoff.</param>
    public SalesforceCrm(SalesforceSettings settings, HttpMessageHandler? wire, TimeProvider time, Random random)
    {
        _settings = settings;
        _ownWire = wire is null ? CrmHttp.NewWire() : null;
        _http = new CrmHttp(
            settings.LoginUrl,
            wire ?? _ownWire!,
            new SalesforceAnswerRules(_warnings, time),
            new AccountLimits { Concurrency = settings.Parallelism, Daily = settings.DailyApiBudget },
            new SendSettings { AttemptTimeout = settings.RequestTimeout },
            time,
            random,
            new SalesforceSignIn(settings.LoginUrl, settings.Grant, _warnings, time).SignInAsync);
        _traits = new CrmTraits(CollectionsLane.MostRecords, EditGuard.Condition)
        {
            VersionSettles = RecordVersion.Settles,
            Purges = true,
            Lanes =
            [
                new CrmLane("bulk", settings.Bulk.WritesPerJob) { Least = settings.Bulk.WritesFrom, CallsPerBatch = BulkLane.UsualCalls },
                new CrmLane("collections", CollectionsLane.MostRecords),

                // What a guarded write became is not in its answer; one more request asks for it.
                new CrmLane("composite", CompositeLane.MostRecords) { IsGuarded = true, CallsOnTop = 1 },
            ],
        };
        _api = _http.Api<ISalesforceApi>();
        _describes = new DescribeCache(_api, settings.ApiVersion, time);
        var queries = new QueryRunner(_api, settings.ApiVersion, _describes);
        _reader = new SalesforceReader(queries, _describes, _http.Tokens, _warnings);
        _replication = new Replication(_api, settings.ApiVersion, settings.CrossCheck, _describes, time);
        _changes = new ChangeReader(
            queries,
            _reader,
            new BulkReader(new BulkJobs(_api, settings.ApiVersion, "query", _http.Jitter, time), _api, settings.ApiVersion, settings.Bulk, time),
            _describes,
            _replication,
            new DerivedFields(settings.FormulasEvery, time));
        var ingest = new BulkJobs(_api, settings.ApiVersion, "ingest", _http.Jitter, time);
        _abandoned = new AbandonedJobs(ingest, _http.Tokens, NowAsync, time);
        var duplicateRules = settings.AllowDuplicates ? "allowSave=true" : null;
        _writer = new SalesforceWriter(
            [
                new BulkLane(ingest, settings.Bulk, settings.AllowDuplicates, time),
                new CollectionsLane(_api, settings.ApiVersion, duplicateRules, time),
                new CompositeLane(_api, settings.ApiVersion, duplicateRules),
            ],
            new PathValues(_describes, new UserDirectory(queries, time)),
            new SecondThoughts(_reader, _http.Jitter, time),
            new Receipts(_reader),
            _describes,
            settings.Parallelism);
    }

    /// <inheritdoc />
    public CrmTraits Traits => _traits;

    /// <inheritdoc />
    public string IdOf(string typed) => SalesforceId.NormalizeOrKeep(typed.Trim());

    /// <inheritdoc />
    public long Calls => _http.Calls;

    /// <inheritdoc />
    public CrmUse? Use => _http.Limiter.Use;

    /// <inheritdoc />
    public IReadOnlyList<string> TakeWarnings() => _warnings.Take();

    /// <summary>Makes a connector from configuration.</summary>
    /// <exception cref="CrmSettingsException">A setting is missing or wrong.</exception>
    public static ICrm Create(CrmConnection connection) =>
        new SalesforceCrm(SalesforceSettings.Read(connection), connection.Wire, connection.Time, connection.Random);

    /// <inheritdoc />
    /// <remarks>
    /// The call is <c>/limits</c>, whose headers tell what is left of the day. Its body needs a permission that is not required here.
    /// </remarks>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        const string Doing = "check";
        try
        {
            using var answer = await _api.Limits(_settings.ApiVersion, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                DailyLimits.Observe(await answer.Content.ReadAsByteArrayAsync(cancellationToken), _http.Limiter);
                return;
            }

            var errors = await ErrorBody.ReadAsync(answer, cancellationToken);
            var isDenied = answer.StatusCode is System.Net.HttpStatusCode.Forbidden
                && errors.All(error => error.Code.StartsWith("INSUFFICIENT_ACCESS", StringComparison.OrdinalIgnoreCase)
                    || error.Code is "FUNCTIONALITY_NOT_ENABLED" or "UNKNOWN");
            if (!isDenied)
            {
                throw Failure.Of(answer, errors, Doing);
            }
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, Doing);
        }
    }

    /// <inheritdoc />
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken)
    {
        const string Doing = "reading the clock";
        try
        {
            using var answer = await _api.Versions(Unmetered, cancellationToken);
            return answer.Headers.Date
                ?? throw (answer.IsSuccessStatusCode
                    ? new PortException(PortTrouble.Unavailable, "Salesforce: the answer tells no time.")
                    : await Failure.OfAsync(answer, Doing, cancellationToken));
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, Doing);
        }
    }

    /// <inheritdoc />
    public async Task<DateTimeOffset> ReadableThroughAsync(string objectType, CancellationToken cancellationToken) =>
        await _replication.HorizonAsync(objectType, await NowAsync(cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<SideSchema?> DescribeAsync(string objectType, CancellationToken cancellationToken) =>
        (await _describes.FreshAsync(objectType, cancellationToken))?.Schema;

    /// <inheritdoc />
    public Task<IReadOnlyList<ObjectName>> ListObjectsAsync(CancellationToken cancellationToken) =>
        ObjectList.ReadAsync(_api, _settings.ApiVersion, cancellationToken);

    /// <inheritdoc />
    public Task<FieldSchema?> DescribePathAsync(string objectType, string path, CancellationToken cancellationToken) =>
        _describes.PathAsync(objectType, path, cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadChangesAsync(CrmRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        _changes.ChangesAsync(read, since, cancellationToken);

    /// <inheritdoc />
    public bool OwesFullRead(CrmRead read) => _replication.OwesFullRead(read);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        _reader.ByIdAsync(read, ids, cancellationToken);

    /// <inheritdoc />
    public Task<ILookup<string, CrmRecord>> FindByKeyAsync(CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        _reader.ByKeyAsync(read, keys, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> ReadHistoryAsync(
        CrmRead read, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>>(new Dictionary<string, IReadOnlyList<FieldEvent>>());

    /// <inheritdoc />
    public Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken) =>
        batch.Writes.Count == 0
            ? Task.FromResult<IReadOnlyList<CrmWriteResult>>([])
            : _writer.WriteAsync(batch, cancellationToken);

    /// <inheritdoc />
    public Task<bool> RestAsync(string objectType, CancellationToken cancellationToken) => _abandoned.RestAsync(objectType, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _ownWire?.Dispose();
        return ValueTask.CompletedTask;
    }
}
