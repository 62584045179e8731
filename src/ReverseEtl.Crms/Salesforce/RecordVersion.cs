using System.Globalization;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>What a record's version is good for as the condition of a write (§2.4; sync-engine §3.5).</summary>
/// <remarks>
/// <para>
/// The version is SystemModstamp, although <c>If-Unmodified-Since</c> is documented to compare with LastModifiedDate. SystemModstamp is never
/// the older of the two, so it holds whichever of them Salesforce compares with: it is not refused for ever because an automation moved
/// SystemModstamp alone, and any later edit moves both beyond it. What follows: a change that moves SystemModstamp only is not refused.
/// </para>
/// <para>
/// The header has whole seconds, so a version proves something only once no other change can carry the same second: then it is closed.
/// </para>
/// </remarks>
internal static class RecordVersion
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    // How long a query may not show what was committed already; one to three seconds were measured (§13.12).
    private static readonly TimeSpan QueryLag = TimeSpan.FromSeconds(3);

    /// <summary>How old the last change must be for its version to be closed.</summary>
    public static TimeSpan Settles { get; } = Step + QueryLag;

    /// <summary>Whether another change with this version could be missing from what was read.</summary>
    /// <param name="version">The record's version.</param>
    /// <param name="readAt">Salesforce's clock at the read, at the earliest; null when it is not known.</param>
    public static bool IsOpen(DateTimeOffset version, DateTimeOffset? readAt) => !(readAt >= WholeSeconds(version) + Settles);

    /// <summary>
    /// The header's text. Stamps with a fraction, should there be any, are rounded up, or the record's own version would be refused.
    /// </summary>
    public static string Condition(DateTimeOffset version) => WholeSeconds(version).ToString("r", CultureInfo.InvariantCulture);

    private static DateTimeOffset WholeSeconds(DateTimeOffset version) =>
        version.Ticks % Step.Ticks is > 0 and var rest ? version.AddTicks(Step.Ticks - rest) : version;
}
