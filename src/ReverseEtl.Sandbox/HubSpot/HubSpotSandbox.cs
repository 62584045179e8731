using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A simulated HubSpot account: its records behind the public API, and an admin side for tests.</summary>
/// <remarks>
/// Nothing here is random beyond the seed and no time passes but that of the given provider. Not safe for concurrent use; over HTTP
/// <see cref="SandboxSite"/> takes calls one at a time. Members that act as a person throw <see cref="HubSpotRefusedException"/> when
/// HubSpot would not let the person do it.
/// </remarks>
public sealed class HubSpotSandbox : ISandboxCrm
{
    private readonly TimeProvider _time;
    private readonly HubSpotOptions _options;
    private HubSpotWorld _world;
    private HubSpotApi _api;
    private HubSpotUser _user;

    /// <summary>An account without records.</summary>
    public HubSpotSandbox(TimeProvider time, HubSpotOptions? options = null)
    {
        _time = time;
        _options = options ?? new HubSpotOptions();
        _world = new HubSpotWorld(_time, _options);
        _api = new HubSpotApi(_world);
        _user = new HubSpotUser(_world);
    }

    /// <inheritdoc />
    public string Name => "hubspot";

    /// <summary>Limits and behaviours; changes take effect at once and last until <see cref="Reset"/>.</summary>
    public HubSpotSwitches Switches => _world.Switches;

    /// <summary>The account's own time.</summary>
    public DateTimeOffset Now => _world.Now;

    /// <summary>Every record written or refused through the API, oldest first.</summary>
    public IReadOnlyList<HubSpotWrite> Writes => _world.Writes;

    /// <summary>The apps that may ask for tokens and be sent webhooks.</summary>
    public IReadOnlyList<HubSpotApp> Apps => _options.Apps;

    /// <inheritdoc />
    public SandboxResponse Handle(SandboxRequest request) => _api.Handle(request);

    /// <inheritdoc />
    public SandboxResponse Admin(SandboxRequest request, string path) => new HubSpotAdmin(this).Handle(request, path);

    /// <summary>Back to the state of a new account: records, properties, switches, limits, log and tokens.</summary>
    public void Reset()
    {
        _world = new HubSpotWorld(_time, _options);
        _api = new HubSpotApi(_world);
        _user = new HubSpotUser(_world);
    }

    /// <summary>Forgets the log of writes.</summary>
    public void ClearWrites() => _world.Writes.Clear();

    /// <summary>Creates a record in the UI and returns its id. The UI does not insist on required properties.</summary>
    /// <param name="type">Plural name or type id.</param>
    /// <param name="properties">Values; null or empty for none.</param>
    /// <param name="source">
    /// History source: <c>CRM_UI</c>, <c>IMPORT</c>, <c>AUTOMATION_PLATFORM</c>, …; <c>CALCULATED</c> may set read-only properties.
    /// </param>
    public string CreateAsUser(string type, IReadOnlyDictionary<string, string?> properties, string source = "CRM_UI") =>
        _user.Create(type, properties, source);

    /// <summary>Edits a record in the UI; follows merges.</summary>
    /// <inheritdoc cref="CreateAsUser" path="/param"/>
    public void EditAsUser(string type, string id, IReadOnlyDictionary<string, string?> properties, string source = "CRM_UI") =>
        _user.Edit(type, [id], properties, source);

    /// <summary>Edits many records at one instant, as a bulk edit in the UI does; null for all live records of the type.</summary>
    public void BulkEditAsUser(string type, IReadOnlyList<string>? ids, IReadOnlyDictionary<string, string?> properties) =>
        _user.Edit(type, ids ?? [.. Records(type).Select(r => r.Id)], properties, "CRM_UI_BULK_ACTION");

    /// <summary>Moves a record to the recycle bin, for 90 days.</summary>
    public void ArchiveAsUser(string type, string id) => _user.Archive(type, id);

    /// <summary>Restores a record from the recycle bin under its old id.</summary>
    public void Restore(string type, string id) => _user.Restore(type, id);

    /// <summary>Removes a record without a trace, as a GDPR delete does.</summary>
    public void Purge(string type, string id) => _user.Purge(type, id);

    /// <summary>Merges the losers into the winner one after the other and returns the id of the last survivor, a new one.</summary>
    public string MergeAsUser(string type, string winner, params IReadOnlyList<string> losers) =>
        _user.Merge(type, winner, losers);

    /// <summary>Moves the last-modified time without a visible change, as hidden system properties do.</summary>
    public void Touch(string type, string id) => _user.Touch(type, id);

    /// <summary>The records of a type in order of id.</summary>
    /// <param name="type">Plural name or type id.</param>
    /// <param name="includeArchived">Also those in the recycle bin and those merged away.</param>
    public IReadOnlyList<HubSpotRecord> Records(string type, bool includeArchived = false) =>
        _user.Records(type, includeArchived);

    /// <summary>One record, archived or not, exactly this id; null when it is gone.</summary>
    public HubSpotRecord? Record(string type, string id) => _user.Record(type, id);

    /// <summary>Adds a property from the JSON that the properties API takes.</summary>
    public void AddProperty(string type, string json) => _user.AddProperty(type, json);

    /// <summary>Defines a custom object from the JSON that the schemas API takes, and returns its type id.</summary>
    public string AddSchema(string json) => _user.AddSchema(json);

    /// <summary>Links two records in the UI, with labels or without; what the link is besides stays.</summary>
    /// <param name="type">Plural name or type id of the first record.</param>
    /// <param name="id">The first record.</param>
    /// <param name="toType">Plural name or type id of the other one.</param>
    /// <param name="toId">The other record.</param>
    /// <param name="labels">As people see them, e.g. <c>Primary</c>.</param>
    public void AssociateAsUser(string type, string id, string toType, string toId, params IReadOnlyList<string> labels) =>
        _user.Associate(type, id, toType, toId, labels);

    /// <summary>Ends a link in the UI.</summary>
    public void DissociateAsUser(string type, string id, string toType, string toId) => _user.Dissociate(type, id, toType, toId);

    /// <summary>The live records of a type that a record is linked to, each with its labels; no labels for a plain link.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Associated(string type, string id, string toType) =>
        _user.Associated(type, id, toType);

    /// <summary>A person installs an app; the code that comes of it can be exchanged for tokens once.</summary>
    public string InstallApp(HubSpotApp app)
    {
        var code = _world.NextCorrelationId();
        _world.Grants.AddCode(code, app, app.RedirectUri);
        return code;
    }

    /// <summary>A person removes an app: its refresh tokens end, its access tokens too.</summary>
    public void UninstallApp(string appId)
    {
        _world.Grants.Uninstall(appId);
        foreach (var token in _world.Tokens.Values.Where(t => t.AppId == appId && t.ExpiresAt is not null).ToList())
        {
            _world.Tokens.Remove(token.Token);
        }
    }

    /// <summary>Subscribes an app to events, in addition to those it has, and sets where it wants them.</summary>
    /// <param name="appId">The app.</param>
    /// <param name="url">Where to.</param>
    /// <param name="events">
    /// <c>contact.creation</c>, <c>contact.propertyChange:phone</c>, <c>object.deletion:2-3001</c>, <c>object.propertyChange:2-3001:plate</c>.
    /// </param>
    /// <exception cref="HubSpotRefusedException">There is no such event.</exception>
    public void Subscribe(string appId, string url, params IReadOnlyList<string> events) => _user.Subscribe(appId, url, events);

    /// <summary>Webhook calls that are due; each counts as under way until <see cref="ReportWebhook"/> tells how it went.</summary>
    public IReadOnlyList<HubSpotDelivery> TakeWebhooks() => _world.Deliveries.Take(_world.Now);

    /// <summary>Tells how a webhook call went: the status, or null when no answer came within five seconds.</summary>
    public void ReportWebhook(long id, int? status) => _world.Deliveries.Report(id, status, _world.Now);

    /// <summary>Webhook calls given up after ten repeats.</summary>
    public int LostWebhooks => _world.Deliveries.GivenUp;

    /// <summary>The signature, version 3, of a webhook call made with POST at a time.</summary>
    public static string SignWebhook(string clientSecret, string url, string body, DateTimeOffset at) =>
        WebhookSignature.Headers(clientSecret, url, body, at)[WebhookSignature.SignatureHeader];

    /// <summary>A webhook call that HubSpot did not make; it is handed out, not sent.</summary>
    /// <param name="kind">What is wrong with it.</param>
    /// <param name="appId">The app that it pretends to be for.</param>
    /// <param name="body">Its events, a JSON array.</param>
    public HubSpotDelivery ForgeWebhook(HubSpotForgery kind, string appId, string body) => _world.Deliveries.Forge(
        kind, _world.Events.App(appId).TargetUrl ?? "", _world.SecretOf(appId), body, _world.Now);

    /// <summary>An admin's validation rule: the property may not have this value.</summary>
    public void RefuseValue(string type, string property, string value, string message, string code = "INVALID_ALPHA") =>
        _user.AddRule(type, new AdminRule(property, AdminRuleKind.Refuses, null, value, code, message));

    /// <summary>An admin's rule: the property must be given on create (API writes since 2026-09).</summary>
    public void RequireOnCreate(string type, string property) =>
        _user.AddRule(type, new AdminRule(property, AdminRuleKind.RequiredOnCreate, null, null, "", ""));

    /// <summary>An admin's rule: the property must be given when another one has a value (API writes since 2026-09).</summary>
    public void RequireWhen(string type, string property, string other, string value) =>
        _user.AddRule(type, new AdminRule(property, AdminRuleKind.RequiredWhen, other, value, "", ""));

    /// <summary>
    /// Lets time pass in the account, ahead of the given provider, until <see cref="Reset"/>: recycle bins, tokens, limits and the index
    /// feel it.
    /// </summary>
    /// <exception cref="HubSpotRefusedException">It would be a hundred years ahead.</exception>
    public void Advance(TimeSpan time) => _user.Advance(time);

    /// <summary>Record writes answer 423 for this long.</summary>
    public void LockFor(TimeSpan time) => _world.Disturbances.LockUntil(_world.Now + time);

    /// <summary>The next record writes answer 423.</summary>
    public void LockTimes(int times) => _world.Disturbances.LockTimes(times);

    /// <summary>All requests answer 477 for this long.</summary>
    public void MigrateFor(TimeSpan time) => _world.Disturbances.MoveUntil(_world.Now + time);

    /// <summary>Lets one more token authenticate.</summary>
    public void AddToken(HubSpotToken token) => _world.Tokens[token.Token] = token;

    /// <summary>A token authenticates no more.</summary>
    public void RevokeToken(string token) => _world.Tokens.Remove(token);
}
