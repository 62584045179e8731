namespace ReverseEtl.Crms.Http;

/// <summary>What an HTTP answer tells about its request.</summary>
public enum AnswerKind
{
    /// <summary>It is the answer, good or bad.</summary>
    Final,

    /// <summary>Turned away before anything was done (a limit, a lock, no route): worth repeating, whatever the request does.</summary>
    NotNow,

    /// <summary>Trouble that leaves open whether the request was carried out (5xx).</summary>
    Unclear,
}

/// <summary>How to go on after an answer.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="After">How long the CRM asks to wait, if it does.</param>
public readonly record struct AnswerVerdict(AnswerKind Kind, TimeSpan? After = null);
