using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>Reads CSV answers row by row as they arrive; no answer is ever in memory as a whole (§5.3).</summary>
internal static class CsvRows
{
    private const int MostAttempts = 4;

    // Salesforce gives a download 20 minutes.
    private static readonly TimeSpan LongestDownload = TimeSpan.FromMinutes(20);
    private static readonly CsvConfiguration Dialect = new(CultureInfo.InvariantCulture)
    {
        Mode = CsvMode.RFC4180,
        BadDataFound = null,
        DetectColumnCountChanges = false,
        IgnoreBlankLines = true,
        TrimOptions = TrimOptions.None,
    };

    /// <summary>All rows of an answer. One that breaks off is asked for again, and what was given already is passed over.</summary>
    /// <param name="send">Asks for it.</param>
    /// <param name="column">A column that it has if it is what was asked for, and no page of a proxy.</param>
    /// <param name="doing">What for, in messages.</param>
    /// <param name="time">Bounds the download.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="answered">Told of each answer before its rows, for what its headers tell.</param>
    public static async IAsyncEnumerable<CsvRow> ReadAsync(
        Func<Task<HttpResponseMessage>> send,
        string column,
        string doing,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        Action<HttpResponseMessage>? answered = null)
    {
        using var limit = new CancellationTokenSource(LongestDownload, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        long given = 0;
        for (var attempt = 1; ; attempt++)
        {
            using var answer = await AnswerAsync(send, doing, cancellationToken);
            answered?.Invoke(answer);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
            using var parser = new CsvParser(reader, Dialect);
            var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            var row = new CsvRow(columns, at => at < parser.Count ? parser[at] : null);
            long seen = 0;
            var step = Step.Row;
            while ((step = await NextAsync(parser, columns, column, either.Token, cancellationToken)) is Step.Row)
            {
                if (++seen > given)
                {
                    given = seen;
                    yield return row;
                }
            }

            if (step is Step.End && seen >= Promised(answer))
            {
                yield break;
            }

            if (attempt == MostAttempts)
            {
                throw new PortException(PortTrouble.Unavailable, $"Salesforce: {doing}: the rows broke off again and again.");
            }
        }
    }

    private static async Task<Step> NextAsync(
        CsvParser parser, Dictionary<string, int> columns, string column, CancellationToken bound, CancellationToken cancellationToken)
    {
        try
        {
            if (columns.Count == 0)
            {
                if (!await parser.ReadAsync().WaitAsync(bound))
                {
                    return Step.End;
                }

                for (var at = 0; at < parser.Count; at++)
                {
                    columns.TryAdd(parser[at], at);
                }

                if (!columns.ContainsKey(column))
                {
                    return Step.Broken;
                }
            }

            // A row that is cut short is the last one of a body that is.
            return !await parser.ReadAsync().WaitAsync(bound) ? Step.End : parser.Count < columns.Count ? Step.Broken : Step.Row;
        }
        catch (Exception e) when (e is IOException or HttpRequestException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Step.Broken;
        }
    }

    private static async Task<HttpResponseMessage> AnswerAsync(
        Func<Task<HttpResponseMessage>> send, string doing, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await send();
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                throw await Failure.OfAsync(answer, doing, cancellationToken);
            }
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, doing);
        }
    }

    // A body that was cut short between two rows looks whole; this header tells (§5.5).
    private static long Promised(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Sforce-NumberOfRecords", out var values)
        && long.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var count) ? count : 0;

    private enum Step
    {
        Row,
        End,
        Broken,
    }
}
