using System.Diagnostics;
using ReverseEtl.Benchmarks.Measuring;

namespace ReverseEtl.Benchmarks.Processes;

/// <summary>Runs another program to its end and measures it, start and end included.</summary>
internal static class ChildRun
{
    // How often memory and processor time are looked at; what happens after the last look is missed.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs it.</summary>
    /// <param name="start">The program; its output is read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="isRight">Which exit code it should end with; null: 0.</param>
    /// <exception cref="InvalidOperationException">It ended with another code; the message holds what it said.</exception>
    public static async Task<(Sample Sample, string Output)> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken, Func<int, bool>? isRight = null)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        await using var _ = cancellationToken.Register(process.Kill);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var ended = process.WaitForExitAsync(cancellationToken);
        double cpu = 0, peak = 0;
        while (!ended.IsCompleted)
        {
            cpu = ProcessFigures.Cpu(process.Id) ?? cpu;
            peak = ProcessFigures.PeakMb(process.Id) ?? peak;
            await Task.WhenAny(ended, Task.Delay(Look, cancellationToken));
        }

        await ended;
        var wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return isRight?.Invoke(process.ExitCode) ?? process.ExitCode == 0
            ? (new Sample(wall, cpu, peak), await output)
            : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {await output}{await errors}");
    }
}
