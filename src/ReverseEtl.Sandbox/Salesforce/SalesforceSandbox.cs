using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Admin;
using ReverseEtl.Sandbox.Salesforce.Bulk;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Rest;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>
/// A simulated Salesforce org, strict by default. Besides the API it lets code act as the people in the CRM; what a person may
/// not do throws <see cref="SalesforceException"/>, what a programmer got wrong throws <see cref="ArgumentException"/>.
/// </summary>
public sealed class SalesforceSandbox : ISandboxCrm
{
    private readonly TimeProvider _time;
    private SalesforceOptions _options;
    private Org _org;
    private RestApi _rest;
    private CrmUsers _users;
    private Administrator _administrator;
    private AdminApi _admin;

    /// <param name="time">The server's clock.</param>
    /// <param name="options">Who may log in; null for the documented defaults.</param>
    public SalesforceSandbox(TimeProvider time, SalesforceOptions? options = null)
    {
        _time = time;
        _options = options ?? new SalesforceOptions();
        (_org, _rest, _users, _administrator, _admin) = Build();
    }

    /// <inheritdoc />
    public string Name => "salesforce";

    /// <summary>Every behaviour that can be changed while the org runs.</summary>
    public SalesforceSwitches Switches
    {
        get => _org.Switches;
        set => _org.Switches = value;
    }

    /// <summary>The user API calls run as.</summary>
    public string IntegrationUserId => _org.Users.Integration;

    /// <summary>The person who acts when no user is named.</summary>
    public string HumanUserId => _org.Users.Human;

    /// <summary>Another person.</summary>
    public string SecondHumanUserId => _org.Users.SecondHuman;

    /// <summary>18 characters, prefix 00D.</summary>
    public string OrganizationId => _org.Users.OrganizationId;

    /// <summary>What the API wrote or refused, oldest first; bounded by <see cref="SalesforceOptions.WriteLogCapacity"/>.</summary>
    public IReadOnlyList<ApiWrite> Writes => _org.WriteLog.Entries;

    /// <summary>Forgets <see cref="Writes"/>.</summary>
    public void ClearWrites() => _org.WriteLog.Clear();

    /// <inheritdoc />
    public SandboxResponse Handle(SandboxRequest request)
    {
        Settle();
        var answer = _rest.Handle(request);
        _org.Undo.Clear();
        return answer;
    }

    /// <inheritdoc />
    public SandboxResponse Admin(SandboxRequest request, string path)
    {
        if ((request.Method, path) == ("POST", "reset"))
        {
            return Reset(request);
        }

        Settle();
        return _admin.Handle(request, path);
    }

    /// <summary>Lets happen what is due by now: emptied bins, Bulk jobs at work.</summary>
    private void Settle()
    {
        _org.ExpireBin();
        _rest.Bulk.Advance();
    }

    /// <summary>Back to a new org: no records, default switches and fields, no hooks, every token dead.</summary>
    public void Reset() => (_org, _rest, _users, _administrator, _admin) = Build();

    /// <summary>
    /// A body may say whether the new org has person accounts, <c>{"personAccounts":true}</c>, and what JWT assertions are checked
    /// against, <c>{"jwtPublicKeyPem":"-----BEGIN…"}</c>.
    /// </summary>
    private SandboxResponse Reset(SandboxRequest request)
    {
        try
        {
            var body = request.Body.Length == 0 ? null : JsonNode.Parse(request.Body);
            _options = _options with
            {
                PersonAccounts = body?["personAccounts"] is { } persons ? (bool)persons : _options.PersonAccounts,
                JwtPublicKeyPem = body?["jwtPublicKeyPem"] is { } pem ? JwtAssertion.Key((string)pem!) : _options.JwtPublicKeyPem,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return SandboxResponse.Json(400, new JsonObject { ["error"] = e.Message });
        }

        Reset();
        return SandboxResponse.Empty(204);
    }

    /// <summary>Creates a record as a person; returns its id.</summary>
    public string CreateAsUser(string type, JsonObject fields, string? userId = null) => _users.Create(type, fields, userId);

    /// <summary>Edits a record as a person.</summary>
    public void EditAsUser(string type, string id, JsonObject fields, string? userId = null) => _users.Edit(type, id, fields, userId);

    /// <summary>Moves a record, with its cascade children, to the recycle bin.</summary>
    public void DeleteAsUser(string type, string id, string? userId = null) => _users.Delete(type, id, userId);

    /// <summary>Takes a record and what went with it out of the recycle bin.</summary>
    public void Undelete(string type, string id, string? userId = null) => _users.Undelete(type, id, userId);

    /// <summary>Removes a record from the recycle bin for good.</summary>
    public void Purge(string type, string id) => _users.Purge(type, id);

    /// <summary>Merges one or two losers into a winner, whose id is returned.</summary>
    public string MergeAsUser(string type, string winner, IEnumerable<string> losers, string? userId = null) =>
        _users.Merge(type, winner, losers, userId);

    /// <summary>Converts a lead into an account, a contact and, unless unwanted, an opportunity; existing ones may be named instead.</summary>
    public ConvertedLead ConvertLead(
        string id, string? accountId = null, string? contactId = null, bool withOpportunity = true, string? userId = null) =>
        _users.ConvertLead(id, accountId, contactId, withOpportunity, userId);

    /// <summary>Removes everything that lies in the recycle bin for good.</summary>
    public void EmptyBin() => _org.EmptyBin();

    /// <summary>Moves SystemModstamp and nothing else.</summary>
    public void TouchSystemModstamp(string type, string id) => _users.Touch(type, id);

    /// <summary>All records of an object as they truly are, in the order of creation.</summary>
    public IReadOnlyList<RecordView> Records(string type, bool includeDeleted = false)
    {
        Settle();
        return _users.Records(type, includeDeleted);
    }

    /// <summary>One record as it truly is, deleted or not; null when there is none.</summary>
    public RecordView? Record(string type, string id)
    {
        Settle();
        return _users.Record(type, id);
    }

    /// <summary>Adds a custom field.</summary>
    public void AddField(string type, FieldSpec field) => _org.AddField(_org.Schema.Get(type), field);

    /// <summary>Renames, retypes or otherwise changes a field; no stamp of a record moves.</summary>
    public void ChangeField(string type, string field, FieldChange change) => _administrator.ChangeField(_org.Schema.Get(type), field, change);

    /// <summary>Deletes a field with its values; no stamp of a record moves.</summary>
    public void DeleteField(string type, string field) => _administrator.DeleteField(_org.Schema.Get(type), field);

    /// <summary>Adds a custom object.</summary>
    public void AddObject(ObjectSpec spec) => _administrator.AddObject(spec);

    /// <summary>Adds a standard object that was recorded but is not in every org: <c>Event</c>, or <c>OpportunityContactRole</c>.</summary>
    public void AddStandardObject(string name) => _administrator.AddStandardObject(name);

    /// <summary>Keeps the history of fields from now on, in the object that the platform names for it, e.g. AccountHistory.</summary>
    public void TrackHistory(string type, params string[] fields) => _org.Track(_org.Schema.Get(type), fields);

    /// <summary>Activates a duplicate rule.</summary>
    public void AddDuplicateRule(string type, DuplicateRule rule) => _org.AddDuplicateRule(_org.Schema.Get(type), rule);

    /// <summary>Takes a field from, or gives it back to, the integration user (field-level security).</summary>
    public void HideField(string type, string field, bool hidden = true) => _org.Schema.Hide(_org.Schema.Get(type), field, hidden, _org.Now);

    /// <summary>Runs in every create and edit of the object, in the same write and as the same user.</summary>
    public void AddTrigger(string type, Action<SaveContext> trigger) => _org.Hooks.AddTrigger(_org.Schema.Get(type).Name, trigger);

    /// <summary>Refuses a create or edit when it returns an error, usually FIELD_CUSTOM_VALIDATION_EXCEPTION.</summary>
    public void AddRule(string type, Func<SaveContext, SalesforceError?> rule) => _org.Hooks.AddRule(_org.Schema.Get(type).Name, rule);

    /// <summary>The next <paramref name="times"/> API writes that touch one of these records meet UNABLE_TO_LOCK_ROW.</summary>
    public void LockRows(IEnumerable<string> ids, int times) => _users.Lock(ids, times);

    /// <summary>The next Bulk ingest job that starts fails after that many rows, e.g. with <c>TooManyLockFailure : …</c>.</summary>
    public void FailNextBulkJob(int afterRows, string errorMessage) => _rest.Bulk.FailNext(new BulkMishap(afterRows, errorMessage));

    /// <summary>The next Bulk query job that starts fails, e.g. with <c>InternalServerError : Retried more than fifteen times</c>.</summary>
    public void FailNextBulkQuery(string errorMessage) => _rest.Bulk.FailNextQuery(errorMessage);

    /// <summary>Opens a transaction now that holds latestDateCovered back until it ends.</summary>
    public void OpenTransaction(TimeSpan length) => _org.OpenTransaction(length);

    /// <summary>Empties an object's delete log early, so that getDeleted has a gap.</summary>
    public void PurgeDeleteLog(string type) => _org.DeleteLog(_org.Schema.Get(type)).Purge(_org.Now);

    /// <summary>Kills every access token.</summary>
    public void RevokeTokens() => _rest.RevokeTokens();

    private (Org, RestApi, CrmUsers, Administrator, AdminApi) Build()
    {
        var org = new Org(_time, _options);
        var rest = new RestApi(org);
        var users = new CrmUsers(org, rest.Engine);
        users.Hire();
        var administrator = new Administrator(org);
        return (org, rest, users, administrator, new AdminApi(org, rest, users, administrator));
    }
}
