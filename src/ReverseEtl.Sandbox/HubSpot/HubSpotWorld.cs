namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The state of the simulated account, shared by the API and the admin side.</summary>
internal sealed class HubSpotWorld
{
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(36_500);

    private readonly TimeProvider _time;
    private readonly Random _ids;
    private readonly Random _correlations;
    private readonly Dictionary<string, ObjectModel> _models = new(StringComparer.Ordinal);
    private readonly List<ObjectModel> _custom = [];
    private long _lastId;
    private TimeSpan _ahead;
    private int _lastCustom = 3000;
    private long _lastList = 610;
    private long _lastSubscription = 3_923_620;

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
        foreach (var app in options.Apps.Where(a => a.RefreshToken is not null))
        {
            Grants.AddRefresh(app.RefreshToken!, app);
        }

        Associations = new AssociationStore(AssociationTypes);
        Associator = new Associator(this);
        Events = new EventJournal(this, new Random(options.Seed + 4));
        Deliveries = new DeliveryQueue(this, new Random(options.Seed + 5));
        foreach (var type in ObjectType.Standard)
        {
            Add(NewModel(type));
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

    public OAuthGrants Grants { get; } = new();

    public AssociationTypes AssociationTypes { get; } = new();

    public AssociationStore Associations { get; }

    public Associator Associator { get; }

    public EventJournal Events { get; }

    public DeliveryQueue Deliveries { get; }

    /// <summary>All lists by id, deleted ones too.</summary>
    public Dictionary<string, RecordList> Lists { get; } = new(StringComparer.Ordinal);

    /// <summary>All object types, each once, in order of their ids.</summary>
    public IEnumerable<ObjectModel> Models => _models.Values.Distinct().OrderBy(m => m.Type.Id, StringComparer.Ordinal);

    /// <summary>The custom objects in order of their definition.</summary>
    public IEnumerable<ObjectModel> Custom => _custom;

    public DateTimeOffset Now => Instant.Truncate(_time.GetUtcNow() + _ahead);

    /// <summary>Lets time pass in the account alone. Throws <see cref="RefusalException"/> when it would be too far ahead.</summary>
    public void Advance(TimeSpan time)
    {
        Refuse.Unless(_ahead + time <= MostAhead, $"The account is at most {MostAhead.TotalDays} days ahead");
        _ahead += time;
    }

    /// <summary>The object type of that plural or singular name or type id; custom ones of that full name or short one with <c>p_</c>.</summary>
    public ObjectModel? Model(string nameOrId) => _models.GetValueOrDefault(nameOrId);

    /// <summary>The standard type of that singular name in any case, e.g. <c>CONTACT</c>, or null.</summary>
    public ObjectModel? ModelNamed(string singular) =>
        _models.Values.FirstOrDefault(m => m.Schema is null && m.Type.Singular.Equals(singular, StringComparison.OrdinalIgnoreCase));

    /// <summary>A custom object that is not yet part of the account.</summary>
    public ObjectModel NewModel(ObjectSchema schema)
    {
        var model = NewModel(ObjectType.Custom(++_lastCustom, Options.PortalId, schema.Name));
        model.Schema = schema;
        return model;
    }

    /// <summary>Makes a type part of the account.</summary>
    public void Add(ObjectModel model)
    {
        foreach (var name in Names(model))
        {
            _models[name] = model;
        }

        if (model.Schema is not null)
        {
            _custom.Add(model);
        }
    }

    /// <summary>Takes a custom object out of the account, and with it all that names it: links, kinds of links, lists.</summary>
    public void Remove(ObjectModel model)
    {
        _custom.Remove(model);
        Names(model).ToList().ForEach(name => _models.Remove(name));
        Associations.Forget(model.Type.Id);
        AssociationTypes.Forget(model.Type.Id);
        foreach (var list in Lists.Where(l => l.Value.ObjectTypeId == model.Type.Id).ToList())
        {
            Lists.Remove(list.Key);
        }
    }

    /// <summary>A new list under the next id.</summary>
    public RecordList AddList(string name, string objectTypeId, string processingType, DateTimeOffset at)
    {
        var list = new RecordList(++_lastList, name, objectTypeId, processingType, at);
        return Lists[list.Id.ToString()] = list;
    }

    public long NextSubscriptionId() => ++_lastSubscription;

    /// <summary>The secret that signs an app's webhooks; empty for an app without one.</summary>
    public string SecretOf(string appId) => Options.Apps.FirstOrDefault(a => a.AppId == appId)?.ClientSecret ?? "";

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

    private ObjectModel NewModel(ObjectType type) => new(type, DefaultCatalogue.For(type, Now), new RecordStore(type, () => Now));

    private static IEnumerable<string> Names(ObjectModel model) => model.Schema is null
        ? [model.Type.Id, model.Type.Plural, model.Type.Singular]
        : [model.Type.Id, model.Type.Plural, $"p_{model.Schema.Name}"];
}
