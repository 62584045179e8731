using System.Net;
using System.Text.RegularExpressions;
using ReverseEtl.Crms.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Errors;

/// <summary>Turns an answer that refuses a whole request into a <see cref="PortException"/> with a remedy.</summary>
/// <remarks>Messages name codes, fields and objects. Query text stays out of them, for it holds keys.</remarks>
internal static partial class Failure
{
    public static async Task<PortException> OfAsync(HttpResponseMessage answer, string doing, CancellationToken cancellationToken) =>
        Of(answer, await ErrorBody.ReadAsync(answer, cancellationToken), doing);

    public static PortException Of(LostAnswerException lost, string doing) =>
        new(PortTrouble.Unavailable, $"Salesforce: {doing}: {lost.Message}", lost);

    public static PortException Of(HttpResponseMessage answer, IReadOnlyList<SalesforceError> errors, string doing)
    {
        var status = (int)answer.StatusCode;
        var error = errors.Count > 0 ? errors[0] : null;
        var (trouble, remedy) = Judge(status, error);
        var what = error is null ? $"HTTP {status}" : $"{error.Code} (HTTP {status})";
        return new PortException(trouble, $"Salesforce: {doing}: {what}{Detail(error)}.{remedy}")
        {
            RetryAfter = answer.Headers.RetryAfter?.Delta ?? (trouble is PortTrouble.Limited ? Pause(status, error) : null),
        };
    }

    private static (PortTrouble Trouble, string Remedy) Judge(int status, SalesforceError? error) => (status, error?.Code) switch
    {
        (_, LimitExceeded.Code) when LimitExceeded.Of(error!) is LimitKind.Daily => (PortTrouble.Limited, " " + Capital(LimitExceeded.DayIsOver)),
        (_, LimitExceeded.Code) =>
            (PortTrouble.Limited, " Too many long requests run at once: other apps of the org count too; Parallelism makes ours fewer."),
        (_, "STORAGE_LIMIT_EXCEEDED" or "LICENSE_LIMIT_EXCEEDED" or "LIMIT_EXCEEDED") => (PortTrouble.Limited, ""),
        ((int)HttpStatusCode.Unauthorized, _) or (_, "INVALID_SESSION_ID") =>
            (PortTrouble.SignIn, " Check that the app and its user may use the REST API."),
        (_, "API_DISABLED_FOR_ORG") =>
            (PortTrouble.Refused, " The org's edition or the user's profile has no API access (permission 'API Enabled')."),
        (_, "INVALID_FIELD") =>
            (PortTrouble.Refused, " The field is gone or hidden from the integration user: check field-level security and the mapping."),
        (_, "INVALID_TYPE") => (PortTrouble.Refused, " The object does not exist or is hidden from the integration user."),
        ((int)HttpStatusCode.Gone, _) or (_, "UNSUPPORTED_API_VERSION") =>
            (PortTrouble.Refused, " Set ApiVersion to a version that Salesforce still supports."),
        ((int)HttpStatusCode.TooManyRequests, _) => (PortTrouble.Limited, ""),
        ((int)HttpStatusCode.RequestTimeout or 406 or 420 or 423 or >= 500, _) => (PortTrouble.Unavailable, ""),
        (_, "QUERY_TIMEOUT" or "REQUEST_RUNNING_TOO_LONG" or "TOO_MANY_APEX_REQUESTS" or "SERVER_UNAVAILABLE" or "API_CURRENTLY_DISABLED"
            or "TXN_SECURITY_METERING_ERROR" or "UNABLE_TO_LOCK_ROW" or "UNKNOWN_EXCEPTION") => (PortTrouble.Unavailable, ""),
        (>= 300 and < 400, _) => (PortTrouble.Refused, " Salesforce sent a redirect: check LoginUrl."),
        _ => (PortTrouble.Refused, ""),
    };

    private static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static TimeSpan Pause(int status, SalesforceError? error)
    {
        var isShort = error is null ? status == (int)HttpStatusCode.TooManyRequests : LimitExceeded.Of(error) is LimitKind.Concurrent;
        return isShort ? TimeSpan.FromSeconds(30) : LimitExceeded.DailyPause;
    }

    private static string Detail(SalesforceError? error)
    {
        if (error is null)
        {
            return "";
        }

        if (Names().Match(error.Message) is { Success: true } names)
        {
            return ": " + names.Value;
        }

        return error.Fields.Count > 0 ? ": " + string.Join(", ", error.Fields) : "";
    }

    [GeneratedRegex(
        @"No such column '[^']{1,200}' on (?:entity|sobject of type) '?\w{1,200}'?"
        + @"|Didn't understand relationship '[^']{1,200}'"
        + @"|sObject type '[^']{1,200}' is not supported"
        + @"|external ID field does not exist or is not accessible: \w{1,200}",
        RegexOptions.IgnoreCase)]
    private static partial Regex Names();
}
