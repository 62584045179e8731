using System.Globalization;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Conditional requests on rows by id (reference §2.4): dates for every object, entity tags for Account only.</summary>
internal static class Preconditions
{
    /// <summary>What the entity tag of a gzipped answer ends in; it is taken back with and without it.</summary>
    public const string GzipSuffix = "--gzip";

    /// <summary>A header's date, null when absent; a bad one is 400 on writes and ignored on reads.</summary>
    public static DateTimeOffset? Date(SandboxRequest request, string header, bool isWrite)
    {
        if (request.Header(header) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            return date;
        }

        return isWrite
            ? throw new SalesforceException(400, new SalesforceError("INVALID_HEADER_VALUE", $"Invalid value for header {header}: {text}"))
            : null;
    }

    public static string ETag(SfRecord record, RowVersion version)
    {
        var text = System.Text.Encoding.ASCII.GetBytes($"{record.Id}-{version.Number}");
        return $"\"{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(text).AsSpan(0, 20))}\"";
    }

    /// <summary>304, 412, or null to go on.</summary>
    public static SandboxResponse? Check(SandboxRequest request, SfRecord record, RowVersion version, bool isWrite, SalesforceSwitches switches)
    {
        var withBody = switches.PreconditionBody;
        var modified = (DateTimeOffset)version[record.Type.LastModifiedDate]!;
        var stamp = switches.ConditionSeesSystemChanges ? (DateTimeOffset)version[record.Type.SystemModstamp]! : modified;
        var unmodifiedSince = Date(request, "If-Unmodified-Since", isWrite);
        var modifiedSince = Date(request, "If-Modified-Since", isWrite);
        var tags = record.Type.Name == "Account";
        if (tags && request.Header("If-Match") is { } match && !Matches(match, ETag(record, version)))
        {
            return Failed(withBody);
        }

        if (unmodifiedSince < stamp)
        {
            return Failed(withBody);
        }

        if (tags && request.Header("If-None-Match") is { } none && Matches(none, ETag(record, version)))
        {
            return isWrite ? Failed(withBody) : Marked(SandboxResponse.Empty(304), record, version);
        }

        return !isWrite && modifiedSince >= modified ? Marked(SandboxResponse.Empty(304), record, version) : null;
    }

    /// <summary>An answer that shows a record says when it was modified, and for Account which state it is.</summary>
    public static SandboxResponse Marked(SandboxResponse answer, SfRecord record, RowVersion version)
    {
        var modified = (DateTimeOffset)version[record.Type.LastModifiedDate]!;
        answer = answer.With("Last-Modified", modified.ToString("r", CultureInfo.InvariantCulture));
        return record.Type.Name == "Account" ? answer.With("ETag", ETag(record, version)) : answer;
    }

    private static bool Matches(string header, string tag) => header.Split(',', StringSplitOptions.TrimEntries)
        .Any(t => t == "*" || t.Replace("W/", "").Replace(GzipSuffix, "") == tag);

    private static SandboxResponse Failed(bool withBody) => withBody
        ? JsonText.Answer(412, Errors.Array(new SalesforceError("PRECONDITION_FAILED", "The record was modified since the given date")))
        : SandboxResponse.Empty(412);
}
