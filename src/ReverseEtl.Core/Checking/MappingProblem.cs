namespace ReverseEtl.Core.Checking;

/// <summary>Something wrong with a mapping.</summary>
/// <param name="Path">Where in the mapping, in the words of the file: <c>fields[3].crm</c>, <c>warehouse.key</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is wrong, one sentence for a person; no personal data.</param>
/// <param name="Suggestion">The nearest right word, to stand in the place of the wrong one; null when there is none.</param>
public sealed record MappingProblem(string Path, Severity Severity, string Message, string? Suggestion = null)
{
    /// <summary>An error.</summary>
    public static MappingProblem Error(string path, string message, string? suggestion = null) =>
        new(path, Severity.Error, message, suggestion);

    /// <summary>A warning.</summary>
    public static MappingProblem Warning(string path, string message, string? suggestion = null) =>
        new(path, Severity.Warning, message, suggestion);
}
