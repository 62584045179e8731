namespace ReverseEtl.Crms.Http;

/// <summary>
/// What the pipeline must know about a request. Refit methods pass one as <c>[Property(RequestMark.Key)] RequestMark mark</c>; without
/// one the verb decides.
/// </summary>
public sealed record RequestMark
{
    /// <summary>Name of the request option that carries the mark.</summary>
    public const string Key = "ReverseEtl.RequestMark";

    private static readonly RequestMark ByVerb = new();

    /// <summary>A read, whatever its verb: safe to repeat.</summary>
    public static RequestMark Read { get; } = new() { Repeatable = true };

    /// <summary>A write that has the same effect once or twice (change by id, delete).</summary>
    public static RequestMark IdempotentWrite { get; } = new() { Repeatable = true };

    /// <summary>A write that must not happen twice: a lost answer stays unknown.</summary>
    public static RequestMark SingleWrite { get; } = new() { Repeatable = false };

    /// <summary>The rate windows that count this request, see <see cref="RateWindow.Lane"/>.</summary>
    public string Lane { get; init; } = "";

    /// <summary>Whether it may be sent again after a lost answer; null lets the verb decide: all but POST.</summary>
    public bool? Repeatable { get; init; }

    /// <summary>Whether the CRM counts it against no limit: it takes no permit and is left out of the call count.</summary>
    public bool Unmetered { get; init; }

    /// <summary>Longest time for one attempt, answer's body included; null for the connection's setting.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// By our clock: no attempt of the request leaves after it, however long permits, tokens and waits took. An attempt that left in time
    /// may still be under way for one attempt's time limit. Null for no such limit.
    /// </summary>
    public DateTimeOffset? SendBy { get; init; }

    /// <summary>Whether a success has a JSON body or none; then a body cut short counts as a lost answer.</summary>
    public bool AnswersJson { get; init; } = true;

    /// <summary>The mark of a request.</summary>
    public static RequestMark Of(HttpRequestMessage request)
    {
        IDictionary<string, object?> options = request.Options;
        return options.TryGetValue(Key, out var mark) && mark is RequestMark own ? own : ByVerb;
    }

    internal bool MayRepeat(HttpMethod method) => Repeatable ?? method != HttpMethod.Post;
}
