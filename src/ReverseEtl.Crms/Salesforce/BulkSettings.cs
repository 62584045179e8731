namespace ReverseEtl.Crms.Salesforce;

/// <summary>When Bulk API 2.0 is worth its calls, and how far it may go. Each number has its reason; none has to be set.</summary>
public sealed record BulkSettings
{
    /// <summary>
    /// Bytes of values in one job at most. Salesforce takes 150 MB after base64, so it advises 100 MB; this leaves room for commas and quotes.
    /// </summary>
    public const int MostBytes = 90_000_000;

    /// <summary>
    /// Writes of one kind from which a job is made: a job costs about ten calls and half a minute of waiting, and below this Collections needs
    /// no more calls than that. The default is Salesforce's own advice: more than 2,000.
    /// </summary>
    public int WritesFrom { get; init; } = 2_001;

    /// <summary>
    /// Writes in one job at most, and so how many the engine hands over at a time. A job costs five calls whatever it holds (Salesforce cuts it
    /// into batches of 10,000 by itself). More leaves more open when a job is not seen to its end, and takes about 15 KB of memory a write,
    /// twice: one job is on its way while the next is made.
    /// </summary>
    public int WritesPerJob { get; init; } = 25_000;

    /// <summary>
    /// How long a closed job may run before it is stopped; what it did not come to is sent again. With the time of one request it must be
    /// shorter than <c>Engine:InFlightFence</c>, or a late row could pass for somebody's edit.
    /// </summary>
    public TimeSpan JobTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Records of an object from which a full read goes by a query job: below it, pages of 2,000 are as many calls and no waiting. 0 never asks.
    /// </summary>
    public int ReadsFrom { get; init; } = 50_000;

    /// <summary>Rows asked for at a time from a query job; they are streamed, so this bounds what is read again after a break, not memory.</summary>
    public int RowsPerPage { get; init; } = 50_000;

    /// <summary>
    /// Reads the settings of a connection: <c>BulkWritesFrom</c>, <c>BulkWritesPerJob</c>, <c>BulkJobTime</c>, <c>BulkReadsFrom</c>.
    /// </summary>
    /// <exception cref="CrmSettingsException">One is wrong.</exception>
    public static BulkSettings Read(CrmConnection connection)
    {
        var otherwise = new BulkSettings();
        return otherwise with
        {
            WritesFrom = connection.Int("BulkWritesFrom", otherwise.WritesFrom, 1, int.MaxValue),
            WritesPerJob = connection.Int("BulkWritesPerJob", otherwise.WritesPerJob, 1, 100_000),
            JobTime = connection.Length("BulkJobTime", otherwise.JobTime),
            ReadsFrom = connection.Int("BulkReadsFrom", otherwise.ReadsFrom, 0, int.MaxValue),
        };
    }
}
