using System.Diagnostics;
using ReverseEtl.Benchmarks.Processes;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>The daemon as it is handed out.</summary>
internal static class Publish
{
    /// <summary>The name of the way that the container takes.</summary>
    public const string CompiledAhead = "ready_to_run";

    /// <summary>Its options.</summary>
    public static readonly string[] AheadOptions = ["--no-self-contained", "-p:PublishReadyToRun=true"];

    /// <summary>Publishes it; gives the folder that holds <c>retl</c>.</summary>
    /// <exception cref="InvalidOperationException">It cannot be published so here.</exception>
    public static async Task<string> RunAsync(Bench bench, string name, string[] options)
    {
        var folder = Path.Combine(bench.Folder, "publish", name);
        var output = Path.Combine(folder, "out");
        string[] publish =
        [
            "publish", "src/ReverseEtl.Daemon", "-c", "Release", "--use-current-runtime", "-o", output, "--artifacts-path", Path.Combine(folder, "build"),
            "--nologo", "-v", "q", .. options,
        ];
        await ChildRun.RunAsync(new ProcessStartInfo("dotnet", publish), bench.Stopping);
        return output;
    }
}
