using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Benchmarks.Lines;
using ReverseEtl.Benchmarks.Measuring;
using Spectre.Console;

namespace ReverseEtl.Benchmarks;

/// <summary>Runs benchmarks one after the other and tells their figures.</summary>
internal static class Session
{
    private static readonly string[] NarrowColumns = ["figure", "value", "range", "target", "met"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Where the output is no terminal, nothing else tells a width.
    private const int LeastWidth = 170;

    /// <summary>Runs them. What breaks does not keep the others from being measured.</summary>
    /// <returns>Whether nothing broke; a missed target is a measurement.</returns>
    public static async Task<bool> RunAsync(
        IReadOnlyList<IBenchmark> benchmarks, FileInfo? file, int pairs, bool isLarge, IAnsiConsole console, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var figures = new List<Figure>();
        var isWhole = true;
        await using (var bench = new Bench(Path.GetFullPath(".retl/bench"), console, pairs, isLarge, cancellationToken))
        {
            foreach (var benchmark in benchmarks)
            {
                console.MarkupLineInterpolated($"[bold]{benchmark.Name}[/]: {benchmark.About}");
                try
                {
                    figures.AddRange(await benchmark.RunAsync(bench));
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    isWhole = false;
                    console.MarkupLineInterpolated($"[red]{benchmark.Name} broke: {e.Message}[/]");
                    bench.Say(e.StackTrace ?? "");
                }
            }
        }

        console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
        console.Write(Table(figures));
        console.MarkupLineInterpolated($"[grey]{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s in all[/]");
        if (file is not null)
        {
            await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(figures, Json) + "\n", cancellationToken);
        }

        return isWhole;
    }

    private static Table Table(IReadOnlyList<Figure> figures)
    {
        var table = new Table().AddColumns([.. NarrowColumns.Select(name => new TableColumn(name).NoWrap()), new TableColumn("beside")]);
        foreach (var figure in figures)
        {
            table.AddRow(
                new Text(figure.Name),
                new Text(figure.Value is { } value ? $"{Show(value)} {figure.Unit}" : "-"),
                new Text(figure.Range is [var least, var most] ? $"{Show(least)} to {Show(most)}" : ""),
                new Text(figure.Target is { } target ? Show(target) : ""),
                new Markup(figure.Met switch { true => "[green]yes[/]", false => "[red]no[/]", null => "" }),
                new Text(figure.Baseline ?? ""));
        }

        return table;
    }

    private static string Show(double value) => Math.Abs(value) switch { >= 1000 => $"{value:N0}", >= 100 => $"{value:0}", >= 10 => $"{value:0.0}", _ => $"{value:0.00}" };
}
