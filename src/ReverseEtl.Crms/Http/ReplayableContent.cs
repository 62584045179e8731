namespace ReverseEtl.Crms.Http;

/// <summary>
/// A request's body that is made anew for each attempt, so that it never has to be held in memory. It must come out the same every time.
/// </summary>
public abstract class ReplayableContent : HttpContent;
