namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>Builds query errors with the platform's caret diagram (reference §6.2).</summary>
internal static class SoqlError
{
    /// <summary>Long queries are shown around the error only.</summary>
    private const int Context = 60;

    public static SalesforceException At(string query, int position, string code, string message)
    {
        var line = query.AsSpan(0, position).Count('\n') + 1;
        var lineStart = query.LastIndexOf('\n', Math.Max(0, position - 1)) + 1;
        var lineEnd = query.IndexOf('\n', position) is >= 0 and var end ? end : query.Length;
        var from = Math.Max(lineStart, position - Context);
        var to = Math.Min(lineEnd, position + Context);
        return new SalesforceException(400, new SalesforceError(
            code,
            $"\n{query[from..to]}\n{new string(' ', position - from)}^\nERROR at Row:{line}:Column:{position - lineStart + 1}\n{message}"));
    }

    public static SalesforceException Plain(string code, string message) => new(400, new SalesforceError(code, message));
}
