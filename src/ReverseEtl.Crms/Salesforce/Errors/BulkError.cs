using System.Text.RegularExpressions;

namespace ReverseEtl.Crms.Salesforce.Errors;

/// <summary>Errors as Bulk words them (§4, §5.2).</summary>
internal static partial class BulkError
{
    /// <summary>What a row of <c>unprocessedrecords</c> is told.</summary>
    public const string Unprocessed = "UNPROCESSED_RECORD";

    private const string Tail = "--";

    /// <summary>
    /// Reads an <c>sf__Error</c>: <c>CODE:message:Field1,Field2 --</c>, where the message may hold colons of its own, and another error may follow.
    /// </summary>
    public static IReadOnlyList<SalesforceError> OfRow(string text) => [.. Seam().Split(text.Trim()).Select(One)];

    private static SalesforceError One(string text)
    {
        var plain = text.Trim();
        var head = plain.IndexOf(':', StringComparison.Ordinal);
        if (head < 0)
        {
            return new SalesforceError(plain.Length > 0 && plain.All(c => c is '_' || char.IsAsciiLetterUpper(c)) ? plain : "UNKNOWN", plain, []);
        }

        var (code, rest) = (plain[..head], plain[(head + 1)..]);
        var tail = rest.EndsWith(Tail, StringComparison.Ordinal) ? rest.LastIndexOf(':') : -1;
        return tail < 0
            ? new SalesforceError(code, rest, [])
            : new SalesforceError(code, rest[..tail], rest[(tail + 1)..^Tail.Length].Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>Reads a job's <c>errorMessage</c>: <c>InvalidBatch : Field name not found : X__c</c>.</summary>
    public static SalesforceError OfJob(string? text)
    {
        var plain = text?.Trim() ?? "";
        var head = plain.IndexOf(':', StringComparison.Ordinal);
        return head < 0
            ? new SalesforceError(Unprocessed, plain, [])
            : new SalesforceError(plain[..head].Trim(), plain[(head + 1)..].Trim(), []);
    }

    // The end of one error and the code of the next.
    [GeneratedRegex("(?<=--)[;,\\s]*(?=[A-Z][A-Z0-9_]{3,}:)")]
    private static partial Regex Seam();
}
