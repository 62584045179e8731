using System.Diagnostics;
using System.Threading.Channels;

namespace ReverseEtl.Daemon.Tests.Support;

/// <summary>The built program as a process of its own.</summary>
internal sealed class RetlProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly Channel<string> _errors = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _outputs = Channel.CreateUnbounded<string>();

    private RetlProcess(Process process)
    {
        _process = process;
        Pump(process.StandardError, _errors.Writer);
        Pump(process.StandardOutput, _outputs.Writer);
    }

    public static RetlProcess Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "retl.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return new RetlProcess(Process.Start(start)!);
    }

    public static async Task<Answer> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(folder, environment, arguments);
        var exit = await process.ExitAsync();
        return new(exit, await RestAsync(process._outputs), await RestAsync(process._errors));
    }

    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>The next line on standard error that contains the text.</summary>
    public Task<string> ErrorLineAsync(string text) => LineAsync(_errors, text);

    /// <summary>The next line on standard output that contains the text.</summary>
    public Task<string> OutputLineAsync(string text) => LineAsync(_outputs, text);

    public Task<string> RestOfOutputAsync() => RestAsync(_outputs);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task<string> LineAsync(Channel<string> lines, string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        var seen = new List<string>();
        await foreach (var line in lines.Reader.ReadAllAsync(patience.Token))
        {
            seen.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"'{text}' never came; there was: {string.Join('\n', seen)}");
    }

    private static async Task<string> RestAsync(Channel<string> lines)
    {
        using var patience = new CancellationTokenSource(Patience);
        return string.Join('\n', await lines.Reader.ReadAllAsync(patience.Token).ToListAsync(patience.Token));
    }

    private static async void Pump(StreamReader from, ChannelWriter<string> to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            to.TryWrite(line);
        }

        to.Complete();
    }
}
