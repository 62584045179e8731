namespace ReverseEtl.Crms.Http;

/// <summary>What happened to a request on its way through the pipeline.</summary>
public sealed class SendTrail
{
    private static readonly HttpRequestOptionsKey<SendTrail> Option = new("ReverseEtl.SendTrail");

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Whether one attempt got no answer, or none that tells: the request may have taken effect.</summary>
    public bool MayHaveHappened { get; internal set; }

    /// <summary>What the last answer told.</summary>
    public AnswerKind Last { get; internal set; }

    /// <summary>
    /// How long the last attempt took from the wire's edge until its answer began: an answer's <c>Date</c> less this is not later than the
    /// moment at which the CRM got the request, by the CRM's clock.
    /// </summary>
    public TimeSpan Took { get; internal set; }

    /// <summary>Whether it is open if the request took effect: it may have happened and the last answer does not settle it.</summary>
    public bool IsOpen => Last is AnswerKind.Unclear || (Last is AnswerKind.NotNow && MayHaveHappened);

    /// <summary>The trail of an answer that came through the pipeline.</summary>
    public static SendTrail Of(HttpResponseMessage answer) =>
        answer.RequestMessage is { } request ? Of(request) : new SendTrail();

    internal static SendTrail Of(HttpRequestMessage request)
    {
        if (!request.Options.TryGetValue(Option, out var trail))
        {
            trail = new SendTrail();
            request.Options.Set(Option, trail);
        }

        return trail;
    }
}
