using System.Text.Json;
using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>Cycles of a <see cref="Workers.CycleWorker"/>, held to what they must have done.</summary>
internal static class Cycles
{
    /// <summary>Whether a cycle found all rows as they were.</summary>
    public static bool IsQuiet(JsonElement answer, long rows) =>
        answer.GetProperty("outcome").GetString() == "ok" && answer.GetProperty("unchanged").GetInt64() == rows && answer.GetProperty("writes").GetInt64() == 0;

    /// <summary>One cycle in which so many rows of so many were changed.</summary>
    /// <exception cref="InvalidOperationException">It did something else.</exception>
    public static Task<Sample> RunAsync(Bench bench, Worker worker, long rows, long changed) =>
        bench.BesideDatabaseAsync(() => CheckedAsync(worker, rows, changed, bench.Stopping));

    private static async Task<Sample> CheckedAsync(Worker worker, long rows, long changed, CancellationToken cancellationToken)
    {
        var (sample, answer) = await worker.MeasureAsync("cycle", cancellationToken);
        var isRight = changed == 0
            ? IsQuiet(answer, rows)
            : answer.GetProperty("outcome").GetString() == "ok" && answer.GetProperty("updated").GetInt64() == changed;
        return isRight
            ? sample with { Requests = answer.GetProperty("calls").GetInt64() }
            : throw new InvalidOperationException($"A cycle over {rows:N0} rows with {changed:N0} changed did something else: {answer}");
    }
}
