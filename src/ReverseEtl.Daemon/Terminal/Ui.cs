using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace ReverseEtl.Daemon.Terminal;

/// <summary>Where a command writes: tables and sentences for people, or one JSON document for machines. Errors go to standard error.</summary>
public sealed class Ui
{
    /// <summary>Wide enough for a table a machine's log can hold; a terminal has its own width.</summary>
    private const int WidthWithoutTerminal = 160;

    private static readonly JsonSerializerOptions Shape = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly TextWriter _output;
    private readonly TextWriter _error;

    /// <summary>Makes one.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="json">Whether a machine reads standard output.</param>
    /// <param name="verbose">Whether people want to see stack traces.</param>
    public Ui(TextWriter output, TextWriter error, bool json, bool verbose)
    {
        (_output, _error, Json, Verbose) = (output, error, json, verbose);
        Out = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!Out.Profile.Out.IsTerminal)
        {
            Out.Profile.Width = WidthWithoutTerminal;
        }
    }

    /// <summary>Whether standard output gets JSON and nothing else.</summary>
    public bool Json { get; }

    /// <summary>Whether stack traces are shown.</summary>
    public bool Verbose { get; }

    /// <summary>Standard output for people.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>Writes the one JSON document.</summary>
    public void WriteJson<T>(T document) => _output.WriteLine(JsonSerializer.Serialize(document, Shape));

    /// <summary>A sentence for people.</summary>
    public void Say(string sentence) => Out.WriteLine(sentence);

    /// <summary>A line on standard error.</summary>
    public void Warn(string line) => _error.WriteLine(line);

    /// <summary>Does something that takes a while; a terminal shows that it is under way.</summary>
    public Task<T> ProgressAsync<T>(string what, Func<Task<T>> work) =>
        Json || !Out.Profile.Out.IsTerminal ? work() : Out.Status().StartAsync(Markup.Escape(what), _ => work());

    /// <summary>Tells a failure: what, remedy, and the stack trace if wanted. In JSON mode the document says it too.</summary>
    public void Fail(Failure failure)
    {
        Explain(failure);
        if (Json)
        {
            WriteJson(new { error = failure.What, remedy = failure.Remedy });
        }
    }

    /// <summary>Tells a failure on standard error only.</summary>
    public void Explain(Failure failure)
    {
        _error.WriteLine($"error: {failure.What}");
        _error.WriteLine($"  {failure.Remedy}");
        if (Verbose && failure.Cause is not null)
        {
            _error.WriteLine(failure.Cause);
        }
    }
}
