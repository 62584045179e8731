namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>What became of one row of an upload.</summary>
/// <param name="Id">The record; null when there is none.</param>
/// <param name="Created">Whether it is new.</param>
/// <param name="Error">The <c>sf__Error</c> text; null for a success.</param>
internal readonly record struct RowResult(string? Id, bool Created, string? Error)
{
    /// <summary>The result of a save; errors are <c>CODE:message:Field1,Field2 --</c> (reference §4).</summary>
    public static RowResult Of(Writing.SaveOutcome outcome) => outcome.Failure is { } failure
        ? Failed(failure, outcome.Id)
        : new RowResult(outcome.Id, outcome.Created, null);

    public static RowResult Failed(SalesforceException failure, string? id = null)
    {
        var fields = failure.Error.Fields is { Count: > 0 } named ? $"{string.Join(',', named)} " : "";
        return new RowResult(id, false, $"{failure.Error.Code}:{failure.Error.Message}:{fields}--");
    }
}
