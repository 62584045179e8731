namespace ReverseEtl.Crms.Http;

/// <summary>
/// A write did not leave because its <see cref="RequestMark.SendBy"/> was over, and no earlier attempt of it can have taken effect:
/// nothing was stored.
/// </summary>
public sealed class SendOverdueException : Exception
{
    internal SendOverdueException()
        : base("The time to send the request was over before it could leave.")
    {
    }
}
