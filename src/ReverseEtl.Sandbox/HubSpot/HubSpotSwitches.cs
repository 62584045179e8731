using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>What the API does with a <c>null</c> property value.</summary>
public enum NullValue
{
    /// <summary>The whole request is refused with 400.</summary>
    Reject,

    /// <summary>As if the property were not there.</summary>
    Ignore,

    /// <summary>As <c>""</c>.</summary>
    Clear,
}

/// <summary>What the API does with a step back in <c>lifecyclestage</c>.</summary>
public enum LifecycleBackward
{
    /// <summary>The write succeeds and the value stays.</summary>
    Ignore,

    /// <summary>The write is refused with 400.</summary>
    Reject,
}

/// <summary>The error of a date or time that is none. UNVERIFIED.</summary>
public enum DateErrorText
{
    /// <summary>Dates are <c>INVALID_DATE</c>, times <c>INVALID_LONG</c>.</summary>
    ByType,

    /// <summary>Both are <c>INVALID_DATE</c>.</summary>
    Date,

    /// <summary>Both are <c>INVALID_LONG</c>, since both are milliseconds at heart.</summary>
    Long,
}

/// <summary>
/// The simulator's limits, its warts, and every behaviour of HubSpot that could not be verified. The defaults are the realistic
/// or, where nobody knows, the stricter side.
/// </summary>
public sealed class HubSpotSwitches
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The most seconds that anything can be held back: a year.</summary>
    private const double MaxSeconds = 31_536_000;

    /// <summary>Seconds until a write is searchable.</summary>
    [Range(0, MaxSeconds)]
    public double SearchIndexLagSeconds { get; set; } = 5;

    /// <summary>At most so many more seconds, drawn for each write.</summary>
    [Range(0, MaxSeconds)]
    public double SearchIndexJitterSeconds { get; set; } = 5;

    /// <summary>Searches a second for the whole account; 0 for no limit.</summary>
    public int SearchesPerSecond { get; set; } = 5;

    /// <summary>Characters of a search body; 0 for any number. UNVERIFIED.</summary>
    [Range(0, int.MaxValue)]
    public int SearchBodyLimit { get; set; } = 3000;

    /// <summary>Requests a token may make in any 10 seconds, searches apart; 0 for no limit.</summary>
    public int TenSecondlyLimit { get; set; } = 190;

    /// <summary>Requests a day of the account, midnight to midnight in its time zone; 0 for no limit.</summary>
    public int DailyLimit { get; set; } = 625_000;

    /// <summary>Characters of a request target before 414.</summary>
    [Range(1, int.MaxValue)]
    public int TargetLimit { get; set; } = 16_000;

    /// <summary>Tokens are held to their scopes.</summary>
    public bool CheckScopes { get; set; } = true;

    /// <summary>Batch answers come in another order than their inputs.</summary>
    public bool ShuffleResults { get; set; } = true;

    /// <summary>A write of the value already there adds a history entry. UNVERIFIED.</summary>
    public bool IdenticalWritesAddHistory { get; set; }

    /// <summary>A write of the values already there moves the last-modified time. UNVERIFIED.</summary>
    public bool IdenticalWritesBumpModified { get; set; }

    /// <summary>Rows of an upsert by e-mail fail alone when they have trace ids. UNVERIFIED.</summary>
    public bool EmailUpsertPartialSuccess { get; set; }

    /// <summary>Additional addresses find the contact where <c>idProperty=email</c>. UNVERIFIED.</summary>
    public bool SecondaryEmailResolves { get; set; } = true;

    /// <summary>The address that a new primary replaces stays as an additional one. UNVERIFIED.</summary>
    public bool EmailChangeKeepsOldAsSecondary { get; set; }

    /// <summary>Rows with an address in use fail alone when they have trace ids; else the batch is a 409. UNVERIFIED.</summary>
    public bool ConflictRowsFailAlone { get; set; } = true;

    /// <summary>Status when an update takes an address in use: 409, or 400 with CONFLICTING_UNIQUE_VALUE. UNVERIFIED.</summary>
    [AllowedValues(400, 409)]
    public int EmailConflictOnUpdateStatus { get; set; } = 409;

    /// <summary>A batch may name several <c>idProperty</c> values. UNVERIFIED.</summary>
    public bool MixedIdPropertyAllowed { get; set; }

    /// <summary>Rows of a batch update fail alone even without trace ids. UNVERIFIED.</summary>
    public bool BatchUpdatePartialWithoutTraceIds { get; set; }

    /// <summary>Merged-away ids in a batch update are in neither results nor errors; else they are errors. UNVERIFIED.</summary>
    public bool MergedIdsVanishFromBatchUpdate { get; set; } = true;

    /// <summary>Batch reads find the survivor by a merged-away id, as single reads do; else the id is missing. UNVERIFIED.</summary>
    public bool MergedIdsResolveInBatchRead { get; set; }

    /// <summary>Merged-away ids are listed with <c>archived=true</c>. UNVERIFIED.</summary>
    public bool MergedIdsListedAsArchived { get; set; }

    /// <summary>A merge fills the primary's empty values from the other record. UNVERIFIED.</summary>
    public bool MergeFillsEmptyValues { get; set; } = true;

    /// <summary>A unique value that a merge dropped still finds the survivor. UNVERIFIED.</summary>
    public bool MergedKeysResolve { get; set; }

    /// <summary>A batch archive reports ids that are not there with 207 instead of passing over them. UNVERIFIED.</summary>
    public bool BatchArchiveReportsMissing { get; set; }

    /// <summary>DELETE of an id that never was answers 404, else 204. UNVERIFIED.</summary>
    public bool DeleteUnknownIsNotFound { get; set; } = true;

    /// <summary>An empty <c>inputs</c> list is refused, else answered with nothing. UNVERIFIED.</summary>
    public bool EmptyInputsRefused { get; set; } = true;

    /// <summary>A 404 has the category OBJECT_NOT_FOUND, else none.</summary>
    public bool NotFoundHasCategory { get; set; } = true;

    /// <summary>What is no boolean is told as an option that is not allowed, else as <c>INVALID_BOOLEAN</c>. UNVERIFIED.</summary>
    public bool BooleanErrorsListOptions { get; set; } = true;

    /// <summary>What is no date, or no time. UNVERIFIED.</summary>
    public DateErrorText DateErrors { get; set; } = DateErrorText.ByType;

    /// <summary>What a null value does. UNVERIFIED.</summary>
    public NullValue NullValue { get; set; } = NullValue.Reject;

    /// <summary>JSON numbers and booleans are taken for values, against the specification.</summary>
    public bool NonStringValuesTolerated { get; set; } = true;

    /// <summary>A step back of the lifecycle stage. UNVERIFIED.</summary>
    public LifecycleBackward LifecycleBackward { get; set; } = LifecycleBackward.Ignore;

    /// <summary>Cleared values read as <c>""</c>, else as null.</summary>
    public bool ClearedReadsAsEmptyText { get; set; }

    /// <summary>Company domains lose scheme, www and path. UNVERIFIED.</summary>
    public bool NormaliseDomain { get; set; } = true;

    /// <summary>Phone numbers lose their punctuation. UNVERIFIED.</summary>
    public bool NormalisePhone { get; set; }

    /// <summary>The API may write <c>hs_additional_emails</c>. UNVERIFIED.</summary>
    public bool AdditionalEmailsWritable { get; set; }

    /// <summary>Owner ids must be those of owners.</summary>
    public bool ValidateOwners { get; set; } = true;

    /// <summary>NEQ, NOT_IN and NOT_CONTAINS_TOKEN match records without a value. UNVERIFIED.</summary>
    public bool NegativeFiltersMatchEmpty { get; set; }

    /// <summary>The newest entries of a property's history that are kept; 0 for all. How many HubSpot keeps is UNVERIFIED.</summary>
    public int HistoryVersions { get; set; } = 20;

    /// <summary>What a static token is can be asked for at <c>oauth/v2/private-apps</c>. UNVERIFIED for service keys.</summary>
    public bool TokenInfo { get; set; } = true;

    /// <summary>Lists ask for scopes of their own. UNVERIFIED.</summary>
    public bool ListsAskForScopes { get; set; } = true;

    /// <summary>The use of the day can be asked for by static tokens, else nothing is told. UNVERIFIED for service keys.</summary>
    public bool DailyUsageIsTold { get; set; } = true;

    /// <summary>The links of pages name another host than the one that was asked.</summary>
    public bool LinksNameAnotherHost { get; set; }

    /// <summary>Status of a batch create of properties: 201 or 200. UNVERIFIED.</summary>
    [AllowedValues(200, 201)]
    public int PropertyBatchCreateStatus { get; set; } = 201;

    /// <summary>A batch read of properties must name <c>dataSensitivity</c> in 2026-09.</summary>
    public bool DataSensitivityRequired { get; set; } = true;

    /// <summary>An update may name records by <c>idProperty: hs_object_id</c>. UNVERIFIED.</summary>
    public bool RecordIdIsAnIdProperty { get; set; } = true;

    /// <summary>Status of a custom unique value that another record has: 400, or 409. UNVERIFIED.</summary>
    [AllowedValues(400, 409)]
    public int UniqueConflictStatus { get; set; } = 400;

    /// <summary>Times and dates read as milliseconds since 1970, as older examples show them.</summary>
    public bool TimesReadAsMilliseconds { get; set; }

    /// <summary>Requests an OAuth app may make in any 10 seconds; 0 for no limit.</summary>
    public int OAuthTenSecondlyLimit { get; set; } = 110;

    /// <summary>Requests about associations an app may make in any 10 seconds, apart from all others; 0 for no limit.</summary>
    public int AssociationTenSecondlyLimit { get; set; } = 150;

    /// <summary>A 429 says when to come back. HubSpot does not document it.</summary>
    public bool LimitsTellRetryAfter { get; set; }

    /// <summary>A 429 carries <c>category: RATE_LIMITS</c> and no policy, as some captures show.</summary>
    public bool LimitsAreACategory { get; set; }

    /// <summary>The category of a 401 for an OAuth token that ended. UNVERIFIED.</summary>
    public string ExpiredTokenCategory { get; set; } = "EXPIRED_AUTHENTICATION";

    /// <summary>Each refresh gives a new refresh token and ends the old one. UNVERIFIED.</summary>
    public bool RefreshTokensRotate { get; set; }

    /// <summary>The account is no more: refreshes are refused with <c>BAD_HUB</c>.</summary>
    public bool HubIsGone { get; set; }

    /// <summary>The first company of a record becomes its primary one unasked. UNVERIFIED.</summary>
    public bool FirstCompanyBecomesPrimary { get; set; } = true;

    /// <summary>A change of associations moves the last-modified time of both ends. UNVERIFIED.</summary>
    public bool AssociationsBumpModified { get; set; }

    /// <summary>Ids of associated records are JSON numbers, else strings as specified.</summary>
    public bool ToObjectIdAsNumber { get; set; } = true;

    /// <summary>Associated records that a batch read shows of one record at a time.</summary>
    [Range(1, 500)]
    public int AssociationPage { get; set; } = 500;

    /// <summary>Status of a batch create of associations: 201 or 200. UNVERIFIED.</summary>
    [AllowedValues(200, 201)]
    public int AssociationBatchCreateStatus { get; set; } = 201;

    /// <summary>Record ids of one membership change; 0 for no cap. UNVERIFIED.</summary>
    public int ListMembershipCap { get; set; } = 100_000;

    /// <summary>Seconds from an event to its webhook.</summary>
    [Range(0, MaxSeconds)]
    public double WebhookDelaySeconds { get; set; }

    /// <summary>Events of one webhook call.</summary>
    [Range(1, 100)]
    public int WebhookBatch { get; set; } = 100;

    /// <summary>Every so many events one is sent twice; 0 for never.</summary>
    public int WebhookDuplicateEvery { get; set; }

    /// <summary>Webhook calls and the events in them come in no order.</summary>
    public bool WebhooksShuffle { get; set; } = true;

    /// <summary>Webhooks name the app behind an integration's change in <c>sourceId</c>. UNVERIFIED.</summary>
    public bool WebhooksNameTheApp { get; set; } = true;

    /// <summary>Webhooks call the kind of event <c>eventType</c>, as a table of the documentation does, else <c>subscriptionType</c>.</summary>
    public bool WebhooksSayEventType { get; set; }

    /// <summary>A creation is flagged <c>NEW</c>, as in older documentation, else <c>CREATED</c>.</summary>
    public bool WebhooksSayNew { get; set; }

    /// <summary>A merge is told as deletions of both records too. UNVERIFIED.</summary>
    public bool MergeSendsDeletions { get; set; } = true;

    /// <summary>All switches by name.</summary>
    internal JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Json)!.AsObject();

    /// <summary>Sets the named switches, or none: throws <see cref="JsonException"/> for an unknown name, a wrong type, a value out of range.</summary>
    internal void Set(JsonElement values)
    {
        var changes = new List<(PropertyInfo Property, object? Value)>();
        foreach (var member in values.EnumerateObject())
        {
            var property = typeof(HubSpotSwitches).GetProperties()
                .FirstOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == member.Name)
                ?? throw new JsonException($"There is no switch '{member.Name}'.");
            var value = member.Value.Deserialize(property.PropertyType, Json);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            {
                throw new JsonException(rule.FormatErrorMessage(member.Name));
            }

            changes.Add((property, value));
        }

        foreach (var (property, value) in changes)
        {
            property.SetValue(this, value);
        }
    }
}
