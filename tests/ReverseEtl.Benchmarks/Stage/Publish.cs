using System.Diagnostics;
using ReverseEtl.Benchmarks.Processes;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>The daemon as the container has it, with code compiled ahead.</summary>
internal static class Publish
{
    private static Task<string>? _done;

    /// <summary>Publishes it, once a run; gives the folder that holds <c>retl</c>.</summary>
    /// <exception cref="InvalidOperationException">It cannot be published here.</exception>
    public static Task<string> RunAsync(Bench bench) => _done ??= MakeAsync(bench);

    private static async Task<string> MakeAsync(Bench bench)
    {
        var folder = Path.Combine(bench.Folder, "publish");
        var output = Path.Combine(folder, "out");
        string[] publish =
        [
            "publish", "src/ReverseEtl.Daemon", "-c", "Release", "--use-current-runtime", "--no-self-contained", "-p:PublishReadyToRun=true",
            "-o", output, "--artifacts-path", Path.Combine(folder, "build"), "--nologo", "-v", "q",
        ];
        await ChildRun.RunAsync(new ProcessStartInfo("dotnet", publish), bench.Stopping);
        return output;
    }
}
