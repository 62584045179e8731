using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Terminal;

/// <summary>A failure as a person reads it.</summary>
/// <param name="What">What happened, one line.</param>
/// <param name="Remedy">What to do, one line.</param>
/// <param name="Cause">The exception behind it, if any.</param>
public sealed record Failure(string What, string Remedy, Exception? Cause = null)
{
    /// <summary>The failure that an exception stands for.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        UserException e => new(e.Message, e.Remedy, e),
        ConfigurationException e => new(e.Message, e.Remedy, e),
        PortException e => new(e.Message, RemedyOf(e), e),
        OperationCanceledException e => new("Stopped before the end.", "What was written is journalled; the command can be repeated.", e),
        _ => new($"Unexpected: {exception.GetType().Name}: {FirstLine(exception.Message)}", "Run it again with --verbose and report what it shows.", exception),
    };

    private static string RemedyOf(PortException e) => e.Trouble switch
    {
        PortTrouble.Unavailable => "Check that it runs and can be reached from here, then repeat the command; nothing is lost.",
        PortTrouble.Limited when e.RetryAfter is { } wait => $"Try again in {Math.Ceiling(wait.TotalMinutes)} minutes, or raise the limit.",
        PortTrouble.Limited => "Try again later, or raise the limit.",
        PortTrouble.SignIn => "Mend the credentials in the configuration.",
        _ => "Mend the mapping, the configuration or the rights of the connection's user; retl validate tells more.",
    };

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}

/// <summary>The user asked for something that is not there.</summary>
/// <param name="what">What is wrong.</param>
/// <param name="remedy">What to do.</param>
public sealed class UserException(string what, string remedy) : Exception(what)
{
    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;
}
