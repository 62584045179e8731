using ReverseEtl.Crms.Salesforce.Errors;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>What came of one request of writes.</summary>
internal abstract record CallAnswer
{
    private CallAnswer()
    {
    }

    /// <summary>An answer for each record; null where it tells nothing.</summary>
    /// <param name="Records">In the order of the request.</param>
    /// <param name="Window">When those that were stored were; null when the answer told no time.</param>
    public sealed record Done(IReadOnlyList<RecordAnswer?> Records, StampWindow? Window) : CallAnswer;

    /// <summary>The body as a whole was refused and nothing stored; one record may be the reason.</summary>
    public sealed record Spoilt(IReadOnlyList<SalesforceError> Errors) : CallAnswer;

    /// <summary>The lane does not take them, and nothing was stored; another one may.</summary>
    public sealed record Declined(IReadOnlyList<SalesforceError> Errors) : CallAnswer;

    /// <summary>It is open whether anything was stored.</summary>
    /// <param name="Errors">What Salesforce said of its trouble, if anything.</param>
    public sealed record Open(IReadOnlyList<SalesforceError> Errors) : CallAnswer;
}
