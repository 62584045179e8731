using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Benchmarks.Stage;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>
/// How long <c>retl daemon</c> takes from its start until it says that it is ready, and what memory it holds when there is nothing to do: as it is
/// built, and with code compiled ahead (ReadyToRun). Trimmed it does not run: YAML, Dapper and JSON look at types that trimming takes away.
/// </summary>
internal sealed class StartUp : IBenchmark
{
    private const long Rows = 10_000;
    private const int Starts = 3;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    // Its first cycle is over by then.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public string Name => "start";

    public string About => "the daemon from its start until it is ready, its memory at rest, and the size of ways to publish it";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var place = await bench.InStepAsync(Rows);
        List<Figure> figures = [.. await MeasureAsync(bench, place, $"{Name}.built", () => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "retl.dll")]))];
        figures.AddRange(await PublishedAsync(bench, place));
        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> PublishedAsync(Bench bench, Workplace place)
    {
        const string Figures = "start.ready_to_run";
        var folder = await Publish.RunAsync(bench);
        var size = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.Extension != ".pdb").Sum(f => f.Length);
        return
        [
            new Figure($"{Figures}.size", size / 1e6, "MB"),
            .. await MeasureAsync(bench, place, Figures, () => new(Path.Combine(folder, "retl"))),
        ];
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench, Workplace place, string name, Func<ProcessStartInfo> program)
    {
        var (seconds, memory) = (new List<double>(), new List<double>());
        for (var i = 0; i < Starts; i++)
        {
            var (ready, resident) = await StartAsync(bench, place, program());
            seconds.Add(ready);
            memory.Add(resident);
        }

        return
        [
            new Figure($"{name}.ready", Sample.Middle(seconds), "s") { Baseline = "from the start of the process to 200 at /readyz", Range = [seconds.Min(), seconds.Max()] },
            new Figure($"{name}.memory", Sample.Middle(memory), "MB") { Baseline = $"at rest, {Rest.TotalSeconds:0} s after that and its first cycle of {Rows:N0} rows", Range = [memory.Min(), memory.Max()] },
        ];
    }

    /// <exception cref="InvalidOperationException">It does not become ready.</exception>
    private static async Task<(double Seconds, double Mb)> StartAsync(Bench bench, Workplace place, ProcessStartInfo program)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        program.ArgumentList.Add("daemon");
        program.WorkingDirectory = place.Folder;
        program.RedirectStandardError = program.RedirectStandardOutput = true;
        program.Environment["Urls"] = address;
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(program)!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            while (!await IsReadyAsync(client, bench.Stopping))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
                {
                    throw new InvalidOperationException($"The daemon is not ready after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: {await EndAsync(process, errors)}");
                }

                await Task.Delay(Glance, bench.Stopping);
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await Task.Delay(Rest, bench.Stopping);
            return (seconds, ProcessFigures.ResidentMb(process.Id)!.Value);
        }
        finally
        {
            await EndAsync(process, errors);
        }
    }

    // Told to end, it gives back its lease.
    private static async Task<string> EndAsync(Process process, Task<string> errors)
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return await errors;
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync("readyz", cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
