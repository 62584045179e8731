namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The state of the simulated account, shared by the API and the admin side.</summary>
internal sealed class HubSpotWorld
{
    private readonly TimeProvider _time;
    private readonly Random _ids;
    private readonly Random _correlations;
    private readonly Dictionary<string, ObjectModel> _models = new(StringComparer.Ordinal);
    private long _lastId;

    public HubSpotWorld(TimeProvider time, HubSpotOptions options)
    {
        _time = time;
        Options = options;
        // One source of randomness for each purpose, so that one more request does not change the ids.
        _ids = new Random(options.Seed);
        _correlations = new Random(options.Seed + 1);
        Shuffle = new Random(options.Seed + 2);
        Index = new SearchIndex(Switches, new Random(options.Seed + 3));
        Writer = new RecordWriter(this);
        Planner = new WritePlanner(this);
        Merger = new RecordMerger(this);
        _lastId = options.FirstId;
        CreatedAt = Now;
        TimeZone = TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZoneId, out var zone) ? zone : TimeZoneInfo.Utc;
        Tokens = options.Tokens.ToDictionary(t => t.Token, StringComparer.Ordinal);
        foreach (var type in ObjectType.Standard)
        {
            var model = new ObjectModel(type, DefaultCatalogue.For(type, Now), new RecordStore(type, () => Now));
            _models[type.Id] = model;
            _models[type.Plural] = model;
        }
    }

    public HubSpotOptions Options { get; }

    public HubSpotSwitches Switches { get; } = new();

    /// <summary>When the account came to be.</summary>
    public DateTimeOffset CreatedAt { get; }

    public TimeZoneInfo TimeZone { get; }

    public Dictionary<string, HubSpotToken> Tokens { get; }

    public Random Shuffle { get; }

    public SearchIndex Index { get; }

    public RecordWriter Writer { get; }

    public WritePlanner Planner { get; }

    public RecordMerger Merger { get; }

    public List<HubSpotWrite> Writes { get; } = [];

    /// <summary>Addresses that a GDPR delete of an unknown contact bars for good.</summary>
    public HashSet<string> Blocklist { get; } = new(StringComparer.Ordinal);

    public List<Owner> Owners { get; } = [.. Owner.Defaults];

    public Disturbances Disturbances { get; } = new();

    public DateTimeOffset Now => Instant.Truncate(_time.GetUtcNow());

    /// <summary>The object type of that plural name or type id, or null.</summary>
    public ObjectModel? Model(string nameOrId) => _models.GetValueOrDefault(nameOrId);

    /// <summary>A new record id; ids grow with gaps, as in an account that does other things too.</summary>
    public long NextId() => _lastId += _ids.Next(1, 40);

    /// <summary>Notes one record written through the API, or why it was not.</summary>
    public void Log(
        ApiCall call,
        string operation,
        ObjectModel model,
        string? id,
        IReadOnlyDictionary<string, string> fields,
        string? error) =>
        Writes.Add(new HubSpotWrite(call.At, operation, model.Type.Plural, id, fields, error is null, call.Token.AppId, error));

    /// <summary>A correlation id; the same sequence for the same seed.</summary>
    public string NextCorrelationId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _correlations.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
