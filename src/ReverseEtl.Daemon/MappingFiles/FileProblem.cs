using ReverseEtl.Core.Checking;
using ReverseEtl.Daemon.MappingFiles.Yaml;

namespace ReverseEtl.Daemon.MappingFiles;

/// <summary>Something wrong in a mapping file: where, what, and the nearest right word.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Path">The key, e.g. <c>fields[3].crm</c>; empty for the file as a whole.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Suggestion">The nearest right word, or null.</param>
public sealed record FileProblem(string File, int Line, int Column, string Path, Severity Severity, string Message, string? Suggestion)
{
    /// <summary>A problem at a place.</summary>
    public static FileProblem At(string file, Position at, MappingProblem problem) =>
        new(file, at.Line, at.Column, problem.Path, problem.Severity, problem.Message, problem.Suggestion);

    /// <summary>As compilers write it, so that editors can jump to it.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {Severity.ToString().ToLowerInvariant()}: {Message}" + (Suggestion is null ? "" : $" Did you mean '{Suggestion}'?");
}
