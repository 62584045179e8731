namespace ReverseEtl.Benchmarks;

/// <summary>What this program can be besides the benchmarks themselves; for itself only.</summary>
internal static class Roles
{
    /// <summary>The argument before the role.</summary>
    public const string Verb = "--as";

    /// <summary>Runs cycles of one mapping, as the daemon does.</summary>
    public const string Cycle = "cycle";

    /// <summary>Reads one query to its end and throws the rows away.</summary>
    public const string Read = "read";

    /// <summary>Serves the simulated CRMs.</summary>
    public const string Fake = "fake";

    /// <summary>Plays a role until there is nothing more to do.</summary>
    public static Task RunAsync(string role, string[] arguments) => role switch
    {
        Cycle => Workers.CycleWorker.RunAsync(arguments[0]),
        Read => Workers.ReadWorker.RunAsync(arguments[0], arguments[1]),
        Fake => Workers.FakeWorker.RunAsync(),
        _ => throw new ArgumentException($"There is no role '{role}'."),
    };

    /// <summary>Answers every line that comes in with a line of JSON.</summary>
    public static async Task ServeAsync(Func<string, Task<object>> answer)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(await answer(line)));
        }
    }
}
