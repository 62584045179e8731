namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>When the records of one request were stored, by Salesforce's clock: their stamps lie within.</summary>
/// <param name="From">The earliest stamp that they can have.</param>
/// <param name="To">The latest.</param>
internal readonly record struct StampWindow(DateTimeOffset From, DateTimeOffset To)
{
    // Stamps and the answer's date have whole seconds.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>The window of an answer; null when it tells no time.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="took">How long ago the request left that was carried out, at the most.</param>
    public static StampWindow? Of(HttpResponseMessage answer, TimeSpan took) =>
        answer.Headers.Date is { } date ? new StampWindow(date - took - Step, date + Step) : null;

    /// <summary>The time of both.</summary>
    public static StampWindow? Join(StampWindow? one, StampWindow? other) => (one, other) switch
    {
        ({ } a, { } b) => new StampWindow(a.From < b.From ? a.From : b.From, a.To > b.To ? a.To : b.To),
        _ => one ?? other,
    };

    /// <summary>Whether a stamp can be that of the request.</summary>
    public bool Holds(DateTimeOffset stamp) => stamp >= From && stamp <= To;
}
