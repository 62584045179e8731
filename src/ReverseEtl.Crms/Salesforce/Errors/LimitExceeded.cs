namespace ReverseEtl.Crms.Salesforce.Errors;

/// <summary>Which limit a <c>REQUEST_LIMIT_EXCEEDED</c> is about.</summary>
internal enum LimitKind
{
    None,
    Daily,
    Concurrent,
}

/// <summary>Tells the two limits apart that Salesforce reports with one code (§4): the day is over, or too many requests run at once.</summary>
internal static class LimitExceeded
{
    public const string Code = "REQUEST_LIMIT_EXCEEDED";

    /// <summary>The daily count is a rolling one; asking more often than this only burns requests.</summary>
    public static readonly TimeSpan DailyPause = TimeSpan.FromMinutes(15);

    /// <summary>The daily limit in words for people.</summary>
    public const string DayIsOver = "all API requests that the org has for 24 hours are used up; they come back hour by hour.";

    public static LimitKind Of(SalesforceError error)
    {
        if (!error.Code.Equals(Code, StringComparison.OrdinalIgnoreCase))
        {
            return LimitKind.None;
        }

        return error.Message.Contains("concurrent", StringComparison.OrdinalIgnoreCase) ? LimitKind.Concurrent : LimitKind.Daily;
    }
}
