using System.Text.RegularExpressions;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>What HubSpot's errors about single records mean (reference §2.3–2.6, §3.4, §12).</summary>
internal static partial class HubSpotErrors
{
    /// <summary>Why a record was rejected.</summary>
    public static CrmError Row(WireError error)
    {
        var reasons = Reasons(error);
        var code = reasons.Select(reason => reason.Code).FirstOrDefault(c => c.Length > 0) ?? error.Category ?? "";
        var message = error.Message ?? "";
        var (name, retry) = Classify(code, error.Category ?? "", message);
        return new CrmError(name, retry, code, Words(error))
        {
            Fields = [.. reasons.Select(reason => reason.Field).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)],
            ExistingId = ExistingId(error),
            IsSameRecord = name == "duplicate",
        };
    }

    /// <summary>Whether the error says that there is no such record.</summary>
    public static bool IsNotFound(WireError error) =>
        error.Category is "OBJECT_NOT_FOUND"
        || (error.Message is { } message
            && (message.Contains("may be deleted or not exist", StringComparison.OrdinalIgnoreCase)
                || message.StartsWith("Object not found", StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// Whether the error only says that a record has no associations, or is not there, which cannot be told apart. Rows carry no more than
    /// category and words at times (§18.3).
    /// </summary>
    public static bool IsWithoutLinks(WireError error) =>
        error.SubCategory?.Contains("NO_ASSOCIATIONS_FOUND", StringComparison.Ordinal) is true
        || error.Category is "OBJECT_NOT_FOUND"
        || error.Message?.Contains("is associated with", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Whether the same record stands in a batch twice.</summary>
    public static bool IsTwiceInBatch(WireError error) =>
        error.Message?.Contains("Duplicate ID", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Whether the key property is not one that HubSpot keeps unique.</summary>
    public static bool IsNoKey(WireError error) =>
        error.Message?.Contains("non-unique", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Whether there is no such object type, where HubSpot does not say so with a 404.</summary>
    public static bool IsNoType(WireError error) =>
        error.Message?.Contains("infer object type", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Whether the error lies in the mapping and so hits every record that writes the field.</summary>
    public static bool IsAboutField(string code) => code is "PROPERTY_DOESNT_EXIST" or "READ_ONLY_VALUE";

    /// <summary>The codes and properties that an error names; batch rows often hold them in the message only.</summary>
    public static IReadOnlyList<(string Code, string? Field)> Reasons(WireError error)
    {
        List<(string Code, string? Field)> details =
            [.. (error.Errors ?? []).Select(d => (d.Code ?? "", d.Context?.GetValueOrDefault("propertyName")?.FirstOrDefault())).Where(IsTelling)];
        return details.Count > 0 ? details
            : Embedded(error.Message) is { Count: > 0 } embedded ? [.. embedded.Select(invalid => (invalid.Error ?? "", invalid.Name))]
            : [.. error.In("propertyName").Select(name => ("", (string?)name))];
    }

    // A reason for people: the sentences, not the JSON that they may stand in.
    private static string Words(WireError error) =>
        string.Join("; ", Embedded(error.Message).Select(invalid => invalid.Message).OfType<string>().Distinct(StringComparer.Ordinal)) is { Length: > 0 } words
            ? words
            : error.Message ?? "";

    private static bool IsTelling((string Code, string? Field) reason) => reason.Code.Length > 0 || reason.Field is not null;

    private static List<WireInvalid> Embedded(string? message)
    {
        var start = message?.IndexOf("[{", StringComparison.Ordinal) ?? -1;
        var end = message?.LastIndexOf(']') ?? -1;
        return start < 0 || end <= start ? [] : HubSpotJson.TryRead<List<WireInvalid>>(message![start..(end + 1)]) ?? [];
    }

    private static string? ExistingId(WireError error) =>
        error.In("existingId") is [var id, ..]
            ? id
            : new[] { ExistingIdPattern(), HolderPattern() }
                .Select(pattern => pattern.Match(error.Message ?? ""))
                .FirstOrDefault(match => match.Success)?.Groups[1].Value;

    private static (string Class, RetryRule Retry) Classify(string code, string category, string message) => code switch
    {
        "PROPERTY_DOESNT_EXIST" or "READ_ONLY_VALUE" => ("schema", RetryRule.AfterChange),
        // The option may be made while the row stays as it is.
        "INVALID_OPTION" => ("validation", RetryRule.Later),
        "CONFLICTING_UNIQUE_VALUE" => ("duplicate", RetryRule.AfterChange),
        _ when category is "CONFLICT" or "OBJECT_ALREADY_EXISTS" => ("duplicate", RetryRule.AfterChange),
        _ when message.Contains("already has that value", StringComparison.OrdinalIgnoreCase)
            || ExistingIdPattern().IsMatch(message) => ("duplicate", RetryRule.AfterChange),
        _ when code.Contains("ASSOCIATION", StringComparison.Ordinal) || code.Contains("OBJECT_NOT_FOUND", StringComparison.Ordinal) =>
            ("reference", RetryRule.AfterChange),
        _ when category is "MISSING_SCOPES" || message.Contains("permission", StringComparison.OrdinalIgnoreCase) =>
            ("permission", RetryRule.AfterChange),
        _ when category is "RATE_LIMITS" => ("limit", RetryRule.Later),
        _ when category is "VALIDATION_ERROR" => ("validation", RetryRule.AfterChange),
        _ => ("unknown", RetryRule.Later),
    };

    [GeneratedRegex(@"Existing ID:\s*(\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex ExistingIdPattern();

    // The record that has a unique value, e.g. "Cannot set … on 51. 52 already has that value."
    [GeneratedRegex(@"(\d+) already has that value", RegexOptions.IgnoreCase)]
    private static partial Regex HolderPattern();
}
