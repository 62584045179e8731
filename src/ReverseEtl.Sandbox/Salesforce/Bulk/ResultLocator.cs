using System.Globalization;
using System.Text;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Where a page of query results starts, as opaque text: clients must not read meaning into it (reference §15.2).</summary>
internal static class ResultLocator
{
    /// <summary>What the header says after the last page.</summary>
    public const string None = "null";

    public static string Of(string jobId, int row) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"0:{jobId}:{row}"))).TrimEnd('=');

    /// <summary>The first row of the page; throws for a locator that is not of this job.</summary>
    public static int Read(string jobId, string locator)
    {
        var buffer = new byte[locator.Length + 4];
        var padded = locator.PadRight((locator.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, buffer, out var length)
            && Encoding.ASCII.GetString(buffer, 0, length).Split(':') is ["0", var id, var row] && id == jobId
            && int.TryParse(row, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? at
            : throw BulkRefusal.Of("INVALID_QUERY_LOCATOR", "invalid query locator");
    }
}
