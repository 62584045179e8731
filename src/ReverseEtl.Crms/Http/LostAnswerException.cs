namespace ReverseEtl.Crms.Http;

/// <summary>A request got no usable answer, after all the attempts that it allows. The message holds no address and no secret.</summary>
public sealed class LostAnswerException : Exception
{
    internal LostAnswerException(string message, bool mayHaveHappened, Exception inner)
        : base(message, inner) => MayHaveHappened = mayHaveHappened;

    /// <summary>Whether the request may have taken effect; false when every attempt failed before anything was sent.</summary>
    public bool MayHaveHappened { get; }
}
