using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>How Salesforce's answers are read: its limits come as 403 without Retry-After, its use of the day in a header of every answer.</summary>
internal sealed partial class SalesforceAnswerRules(Warnings warnings, TimeProvider time) : AnswerRules(time)
{
    private const int UnroutedByEdge = 406;

    // A new token would be refused for the same reason, for ever.
    private static readonly string[] HopelessSessions =
        ["This session is not valid for use with the REST API", "Connected app is not attached to Agent", "INVALID_AUTH_HEADER"];

    private static readonly HashSet<string> PassingCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG", "TOO_MANY_APEX_REQUESTS", "QUERY_TIMEOUT",
    };

    private static readonly HashSet<string> ClosedCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "API_CURRENTLY_DISABLED", "TXN_SECURITY_METERING_ERROR",
    };

    /// <summary>Whether the error leaves open if the request was carried out.</summary>
    public static bool IsUnclear(SalesforceError error) => PassingCodes.Contains(error.Code);

    /// <summary>Whether the error goes away by itself.</summary>
    public static bool IsPassing(SalesforceError error) => PassingCodes.Contains(error.Code) || ClosedCodes.Contains(error.Code);

    public override void Observe(HttpRequestMessage request, HttpResponseMessage answer, AccountLimiter limiter)
    {
        base.Observe(request, answer, limiter);
        warnings.Tell(Deprecations.Of(answer));
        if (answer.Headers.TryGetValues("Sforce-Limit-Info", out var values)
            && Usage().Match(string.Join(';', values)) is { Success: true } usage
            && long.TryParse(usage.Groups["used"].ValueSpan, CultureInfo.InvariantCulture, out var used)
            && long.TryParse(usage.Groups["limit"].ValueSpan, CultureInfo.InvariantCulture, out var limit))
        {
            limiter.ObserveDaily(used, limit);
        }

        if (answer.StatusCode is HttpStatusCode.Forbidden)
        {
            switch (ErrorBody.ReadBuffered(answer).Select(LimitExceeded.Of).FirstOrDefault(kind => kind is not LimitKind.None))
            {
                case LimitKind.Concurrent:
                    limiter.CutConcurrency();
                    break;
                case LimitKind.Daily:
                    limiter.PauseFor(LimitExceeded.DailyPause, why: "Salesforce: " + LimitExceeded.DayIsOver);
                    break;
            }
        }
    }

    public override async ValueTask<AnswerVerdict> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden)
        {
            var errors = await ErrorBody.ReadAsync(answer, cancellationToken);
            return errors.Any(IsUnclear) ? new(AnswerKind.Unclear)
                : errors.Any(error => ClosedCodes.Contains(error.Code) || LimitExceeded.Of(error) is LimitKind.Concurrent) ? new(AnswerKind.NotNow)
                : new(AnswerKind.Final);
        }

        return (int)answer.StatusCode == UnroutedByEdge ? new(AnswerKind.NotNow) : await base.JudgeAsync(answer, cancellationToken);
    }

    public override async ValueTask<bool> MayRenewTokenAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
        {
            return false;
        }

        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        return !HopelessSessions.Any(phrase => body.Contains(phrase, StringComparison.OrdinalIgnoreCase))
            && (answer.StatusCode is HttpStatusCode.Unauthorized || body.Contains("INVALID_SESSION_ID", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(?<![\w-])api-usage\s*=\s*(?<used>\d+)\s*/\s*(?<limit>\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex Usage();
}
