namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>Every behaviour of the simulated org that can be changed while it runs. Defaults are the strict, realistic ones.</summary>
public sealed record SalesforceSwitches
{
    /// <summary>Seconds without activity after which a token is dead; 0 for never (reference §1.1: lifetime slides).</summary>
    public int TokenLifetimeSeconds { get; init; } = 7200;

    /// <summary>Calls after which a token is dead; 0 for any number.</summary>
    public int TokenLifetimeCalls { get; init; }

    /// <summary>The host answers as login.salesforce.com: client credentials are refused (reference §1.1).</summary>
    public bool LoginHost { get; init; }

    /// <summary>The app has no run-as user: client credentials are refused (reference §1.1).</summary>
    public bool NoRunAsUser { get; init; }

    /// <summary>The legacy username-password flow is on; new orgs have it off (reference §1.4).</summary>
    public bool UsernamePasswordFlow { get; init; }

    /// <summary>A refresh returns a new refresh token and kills the old one.</summary>
    public bool RotateRefreshTokens { get; init; }

    /// <summary>Requests in a rolling 24 hours before 403 REQUEST_LIMIT_EXCEEDED.</summary>
    public int DailyApiLimit { get; init; } = 100_000;

    /// <summary>Requests beyond the limit still pass, as paid production orgs do for a while (reference §8).</summary>
    public bool SoftOverage { get; init; }

    /// <summary>An entry of /limits holds those of a connected app besides its own figures, as recorded traffic shows (reference §2.6).</summary>
    public bool LimitsTellApps { get; init; }

    /// <summary>Seconds between the stamp of a CRM user's write and the moment its transaction commits (reference §6.4).</summary>
    public int CommitDelaySeconds { get; init; }

    /// <summary>Least milliseconds from commit until queries see a row; reads by id see it at once (reference §13.12).</summary>
    public int VisibilityDelayMinMs { get; init; }

    /// <summary>Most milliseconds from commit until queries see a row; traffic of real orgs showed 1,000 to 3,000.</summary>
    public int VisibilityDelayMaxMs { get; init; }

    /// <summary>Minutes by which latestDateCovered stays behind the end of the window (reference §6.3 shows 1).</summary>
    public int ReplicationLagMinutes { get; init; } = 1;

    /// <summary>Most ids of one getUpdated or getDeleted answer; then EXCEEDED_ID_LIMIT (reference §6.3).</summary>
    public int MostReplicatedIds { get; init; } = 600_000;

    /// <summary>Leading and trailing blanks of text are dropped.</summary>
    public bool TrimText { get; init; } = true;

    /// <summary>E-mail addresses are stored in lower case (reference §15.1).</summary>
    public bool LowerCaseEmail { get; init; } = true;

    /// <summary>Line ends of long text become LF.</summary>
    public bool NormalizeLineEnds { get; init; } = true;

    /// <summary>The values of a multi-select pick-list are stored in the order of the pick-list.</summary>
    public bool OrderMultiPicklists { get; init; } = true;

    /// <summary>Numbers from ten million are written as <c>2.0E7</c> (reference §15.7).</summary>
    public bool NumbersWithExponent { get; init; } = true;

    /// <summary>JSON numbers and booleans are taken for text fields; otherwise they cannot be deserialized.</summary>
    public bool NumbersForText { get; init; }

    /// <summary>null for a checkbox is stored as false; otherwise it is an error.</summary>
    public bool NullCheckboxIsFalse { get; init; }

    /// <summary>The active Lead assignment rule gives records to this user, unless Sforce-Auto-Assign says FALSE.</summary>
    public string? LeadAssignmentOwnerId { get; init; }

    /// <summary>The same for Case.</summary>
    public string? CaseAssignmentOwnerId { get; init; }

    /// <summary>The same for Account (territory rules).</summary>
    public string? AccountAssignmentOwnerId { get; init; }

    /// <summary>Most rows of a query page, whatever the client asks for: the server may send fewer.</summary>
    public int MaxPageSize { get; init; } = 2000;

    /// <summary>Later pages of a query show the rows as they are when the page is fetched (reference §6.2).</summary>
    public bool LiveCursorPages { get; init; } = true;

    /// <summary>Rows of a query without ORDER BY come in no useful order.</summary>
    public bool ShuffleUnorderedQueries { get; init; }

    /// <summary>ORDER BY … DESC puts empty values last unless NULLS says otherwise (reference §15.7: left open).</summary>
    public bool NullsLastWhenDescending { get; init; }

    /// <summary>The 412 answer carries an error array; otherwise its body is empty (reference §13.1: unverified).</summary>
    public bool PreconditionBody { get; init; }

    /// <summary>
    /// If-Unmodified-Since compares with SystemModstamp, so that system changes are refused too; otherwise with LastModifiedDate, as is
    /// documented (reference §2.4: unverified where only SystemModstamp moved).
    /// </summary>
    public bool ConditionSeesSystemChanges { get; init; }

    /// <summary>External ids in the path that end like a file name answer 404 (reference §2.1).</summary>
    public bool FileLikeKeysNotFound { get; init; } = true;

    /// <summary>Composite runs collatable subrequests of one kind together, out of order (reference §3.3).</summary>
    public bool CollateReorders { get; init; } = true;

    /// <summary>Failures in Collections carry <c>"id":null</c> and, in upserts, <c>"created":false</c> (reference §3.1: both are seen).</summary>
    public bool VerboseCollectionFailures { get; init; }

    /// <summary>
    /// A record of a Collections call that cannot be read fails alone; otherwise the whole call is 400 (reference §15.4: be ready for both).
    /// </summary>
    public bool UnreadableRecordsFailAlone { get; init; }

    /// <summary>DUPLICATE_VALUE names the other record by 18 characters; otherwise by 15 (reference §15.6).</summary>
    public bool FullIdsInDuplicateMessages { get; init; }

    /// <summary>Duplicates found in Collections are told with a duplicateResult (reference §13.9: unverified).</summary>
    public bool CollectionsTellDuplicates { get; init; }

    /// <summary>Conditional headers count on DELETE by id too (reference §13.8: two pages disagree).</summary>
    public bool ConditionalDelete { get; init; }

    /// <summary>Standard idLookup fields such as Contact.Email serve in the path of an upsert (reference §13.5: unverified).</summary>
    public bool UpsertPathByIdLookup { get; init; }

    /// <summary>
    /// What <c>updateOnly=true</c> answers when nothing matches: 404 NOT_FOUND; otherwise 400 INVALID_CROSS_REFERENCE_KEY
    /// (reference §13.5: unverified).
    /// </summary>
    public bool UpdateOnlyMissIsNotFound { get; init; } = true;

    /// <summary>The integration user may edit converted leads; otherwise CANNOT_UPDATE_CONVERTED_LEAD (reference §4).</summary>
    public bool ConvertedLeadsWritable { get; init; }

    /// <summary>The integration user sees encryptedstring fields in clear; otherwise as asterisks.</summary>
    public bool ViewEncryptedData { get; init; }

    /// <summary>A write to a child moves the SystemModstamp of the parent whose roll-up shows it (reference §13.4: unverified).</summary>
    public bool RollUpsMoveParentStamp { get; init; }

    /// <summary>Seconds a closed Bulk job waits in UploadComplete before its work starts.</summary>
    public int BulkQueueSeconds { get; init; }

    /// <summary>Rows a Bulk job writes a second, in whole chunks of 200; 0 for all at once.</summary>
    public int BulkRowsPerSecond { get; init; }

    /// <summary>Status reads that still say InProgress though the work is done.</summary>
    public int BulkPollsUntilDone { get; init; } = 1;

    /// <summary>Results of Bulk jobs come in no useful order (reference §5.1).</summary>
    public bool BulkShuffleResults { get; init; } = true;

    /// <summary>The user may hard-delete; otherwise such jobs are refused (reference §5.3).</summary>
    public bool BulkHardDeleteAllowed { get; init; }

    /// <summary>Internal batches of 10,000 rows in a rolling 24 hours; then ExceededQuota (reference §5.2).</summary>
    public int DailyBulkBatches { get; init; } = 15_000;

    /// <summary>A Bulk job without rows fails; otherwise it completes (reference §13.7: unverified).</summary>
    public bool BulkEmptyJobFails { get; init; }

    /// <summary>An upload whose last row has no line end fails its job; otherwise that one may lack it (reference §15.7: left open).</summary>
    public bool BulkNeedsLastLineEnd { get; init; }

    /// <summary>A job made by one multipart call waits in Open to be closed; otherwise it is closed at once (reference §13.7: unverified).</summary>
    public bool BulkMultipartStaysOpen { get; init; }

    /// <summary><c>#N/A</c> in a relationship column clears it; otherwise it is a key that is not found (reference §13.15: unverified).</summary>
    public bool BulkNullClearsRelationships { get; init; }

    /// <summary>Most jobs on a page of a job list.</summary>
    public int BulkJobsPerPage { get; init; } = 1000;

    /// <summary>Query jobs in a rolling 24 hours; then LIMIT_EXCEEDED (reference §5.5).</summary>
    public int DailyBulkQueryJobs { get; init; } = 10_000;

    /// <summary>Most rows of one page of Bulk query results, whatever the client asks for.</summary>
    public int BulkQueryPageRows { get; init; } = 50_000;

    /// <summary>Objects that the Bulk API does not take: INVALIDENTITY (reference §5.5).</summary>
    public IReadOnlyList<string> WithoutBulk { get; init; } = [];
}
