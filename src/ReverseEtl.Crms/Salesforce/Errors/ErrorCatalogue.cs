using System.Collections.Frozen;
using System.Text.RegularExpressions;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Errors;

/// <summary>What each error of a single record means, and when another attempt makes sense (§4).</summary>
internal static partial class ErrorCatalogue
{
    private const string LockCode = "UNABLE_TO_LOCK_ROW";

    // Limits of one transaction: fewer records in it may stay below them.
    private static readonly string[] PassingWords = ["Too many SOQL queries", "System.LimitException", "CPU time limit exceeded"];

    private static readonly FrozenDictionary<string, (string Class, RetryRule Retry)> Codes = new Dictionary<string, (string, RetryRule)>
    {
        [LockCode] = ("lock", RetryRule.Now),

        // Innocent: another record of the same transaction failed.
        ["ALL_OR_NONE_OPERATION_ROLLED_BACK"] = ("lock", RetryRule.Now),
        ["PROCESSING_HALTED"] = ("lock", RetryRule.Now),
        ["BATCH_PROCESSING_HALTED"] = ("lock", RetryRule.Now),

        // Bulk tried by itself, many times.
        ["TooManyLockFailure"] = ("lock", RetryRule.Later),

        [LimitExceeded.Code] = ("limit", RetryRule.Later),
        ["STORAGE_LIMIT_EXCEEDED"] = ("limit", RetryRule.Later),
        ["LICENSE_LIMIT_EXCEEDED"] = ("limit", RetryRule.Later),
        ["LIMIT_EXCEEDED"] = ("limit", RetryRule.Later),
        ["QUERY_TIMEOUT"] = ("limit", RetryRule.Later),
        ["REQUEST_RUNNING_TOO_LONG"] = ("limit", RetryRule.Later),
        ["TOO_MANY_APEX_REQUESTS"] = ("limit", RetryRule.Later),
        ["TXN_SECURITY_METERING_ERROR"] = ("limit", RetryRule.Later),
        ["SERVER_UNAVAILABLE"] = ("limit", RetryRule.Later),
        ["API_CURRENTLY_DISABLED"] = ("limit", RetryRule.Later),
        ["ExceededQuota"] = ("limit", RetryRule.Later),
        [BulkError.Unprocessed] = ("limit", RetryRule.Later),
        ["UNKNOWN_EXCEPTION"] = ("unknown", RetryRule.Later),
        ["APEX_ERROR"] = ("unknown", RetryRule.Later),
        ["INTERNAL_ERROR"] = ("unknown", RetryRule.Later),

        ["DUPLICATE_VALUE"] = ("duplicate", RetryRule.AfterChange),
        ["DUPLICATE_EXTERNAL_ID"] = ("duplicate", RetryRule.AfterChange),
        ["DUPLICATES_DETECTED"] = ("duplicate", RetryRule.AfterChange),

        ["REQUIRED_FIELD_MISSING"] = ("validation", RetryRule.AfterChange),
        ["FIELD_CUSTOM_VALIDATION_EXCEPTION"] = ("validation", RetryRule.AfterChange),
        ["FIELD_INTEGRITY_EXCEPTION"] = ("validation", RetryRule.AfterChange),
        ["FIELD_FILTER_VALIDATION_EXCEPTION"] = ("validation", RetryRule.AfterChange),
        ["NUMBER_OUTSIDE_VALID_RANGE"] = ("validation", RetryRule.AfterChange),
        ["INVALID_EMAIL_ADDRESS"] = ("validation", RetryRule.AfterChange),
        ["INVALID_TYPE_ON_FIELD_IN_RECORD"] = ("validation", RetryRule.AfterChange),
        ["JSON_PARSER_ERROR"] = ("validation", RetryRule.AfterChange),
        ["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"] = ("validation", RetryRule.AfterChange),
        ["STRING_TOO_LONG"] = ("validation", RetryRule.AfterChange),
        ["MALFORMED_ID"] = ("validation", RetryRule.AfterChange),
        ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"] = ("validation", RetryRule.AfterChange),

        ["INVALID_CROSS_REFERENCE_KEY"] = ("reference", RetryRule.Later),
        ["INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD"] = ("reference", RetryRule.AfterChange),
        ["INACTIVE_OWNER_OR_USER"] = ("reference", RetryRule.AfterChange),

        ["INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"] = ("permission", RetryRule.AfterChange),
        ["INSUFFICIENT_ACCESS_OR_READONLY"] = ("permission", RetryRule.AfterChange),
        ["FEATURENOTENABLED"] = ("permission", RetryRule.AfterChange),
        ["FUNCTIONALITY_NOT_ENABLED"] = ("permission", RetryRule.AfterChange),
        ["INSUFFICIENT_ACCESS"] = ("permission", RetryRule.AfterChange),

        // A field may be gone for a moment only (a deployment, a change of rights), and what is gone for good parks its line besides.
        ["INVALID_FIELD"] = ("schema", RetryRule.Later),
        ["INVALID_FIELD_FOR_INSERT_UPDATE"] = ("schema", RetryRule.Later),
        ["INVALID_TYPE"] = ("schema", RetryRule.Later),
        ["NOT_FOUND"] = ("schema", RetryRule.Later),
        ["InvalidBatch"] = ("schema", RetryRule.Later),
        ["ClientInputError"] = ("schema", RetryRule.Later),

        ["ENTITY_IS_DELETED"] = ("state", RetryRule.AfterChange),
        ["CANNOT_UPDATE_CONVERTED_LEAD"] = ("state", RetryRule.AfterChange),
        ["INVALID_STATUS"] = ("state", RetryRule.AfterChange),

        // An approval holds the record, for hours; or children do.
        ["ENTITY_IS_LOCKED"] = ("state", RetryRule.Later),
        ["DELETE_FAILED"] = ("state", RetryRule.Later),
        ["DEPENDENCY_EXISTS"] = ("state", RetryRule.Later),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the error means for a record.</summary>
    public static CrmError Classify(SalesforceError error)
    {
        var (kind, retry) = Meaning(error);
        var words = error.Matches.Count > 1 ? $"{error.Message} ({string.Join(", ", error.Matches)})" : error.Message;
        return new CrmError(kind, retry, error.Code, words)
        {
            Fields = error.Fields,
            ExistingId = kind == "duplicate" ? Existing(error) : null,
            IsSameRecord = error.Code.Equals("DUPLICATE_VALUE", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>The error that decides when a record has several: one that only waiting cures never hides one that a person must mend.</summary>
    public static CrmError Classify(IReadOnlyList<SalesforceError> errors) => errors.Count == 0
        ? new CrmError("unknown", RetryRule.Later, "UNKNOWN", "Salesforce gave no reason.")
        : errors.Select(Classify).MaxBy(error => error.Retry)!;

    private static (string Class, RetryRule Retry) Meaning(SalesforceError error)
    {
        // Apex and flows wrap passing trouble into errors of their own.
        if (error.Message.Contains(LockCode, StringComparison.OrdinalIgnoreCase)
            || (error.Code is "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" && PassingWords.Any(words => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase))))
        {
            return ("lock", RetryRule.Now);
        }

        if (error.Message.Contains("Foreign key external ID", StringComparison.OrdinalIgnoreCase))
        {
            return ("reference", RetryRule.Later);
        }

        // Two spellings of one key met in one request; apart from each other they pass.
        if (error.Message.Contains("Duplicate external id specified", StringComparison.OrdinalIgnoreCase))
        {
            return ("duplicate", RetryRule.Now);
        }

        return Codes.GetValueOrDefault(error.Code, ("unknown", RetryRule.Later));
    }

    private static string? Existing(SalesforceError error) =>
        error.Matches.Count > 0 ? error.Matches[0] : SalesforceId.OfAnswer(IdInText().Match(error.Message).Groups["id"].Value);

    // "… on record with id: 0035f00002Ab1cD" and "… external id field: [0035f…, 0035f…]"; 15 characters are as good as 18.
    [GeneratedRegex(@"(?:\bid:\s*|\[\s*)(?<id>[0-9A-Za-z]{18}|[0-9A-Za-z]{15})(?![0-9A-Za-z])")]
    private static partial Regex IdInText();
}
