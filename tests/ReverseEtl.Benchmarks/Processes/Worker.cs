using System.Diagnostics;
using System.Text.Json;
using ReverseEtl.Benchmarks.Measuring;

namespace ReverseEtl.Benchmarks.Processes;

/// <summary>
/// This program once more, in a process of its own that runs like the daemon and does what it is told: a line in, a line of JSON out. It ends
/// when nobody tells it anything any more.
/// </summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private Worker(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>The process.</summary>
    public int Pid => _process.Id;

    /// <summary>Starts one with the settings of the garbage collector and all else that the daemon's own runtimeconfig.json says.</summary>
    public static Worker Start(string verb, params string[] arguments)
    {
        var here = AppContext.BaseDirectory;
        string[] like = ["exec", "--runtimeconfig", Path.Combine(here, "retl.runtimeconfig.json"), Path.Combine(here, "ReverseEtl.Benchmarks.dll")];
        return new Worker(Process.Start(new ProcessStartInfo("dotnet", [.. like, Roles.Verb, verb, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>Tells it something and waits for the answer.</summary>
    /// <exception cref="InvalidOperationException">It died; the message holds what it said.</exception>
    public async Task<JsonElement> AskAsync(string command, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(command.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        return line is not null ? JsonElement.Parse(line) : throw new InvalidOperationException($"A worker died at '{command}': {await _errors}");
    }

    /// <summary>Has it run once and measures that. The memory is the most since the worker started.</summary>
    public async Task<(Sample Sample, JsonElement Answer)> MeasureAsync(string command, CancellationToken cancellationToken)
    {
        var cpu = ProcessFigures.Cpu(Pid);
        var answer = await AskAsync(command, cancellationToken);
        return (new Sample(answer.GetProperty("seconds").GetDouble(), ProcessFigures.Cpu(Pid)!.Value - cpu!.Value, ProcessFigures.PeakMb(Pid)!.Value), answer);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
