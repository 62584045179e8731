using System.Text.Json;

namespace ReverseEtl.Daemon.Configuration;

/// <summary>Where the configuration comes from.</summary>
/// <remarks>
/// <c>appsettings.json</c> beside the program, over it the one in the working directory, over it environment variables
/// (<c>Crms__salesforce__ClientSecret</c>). A file named on the command line takes the place of both files.
/// </remarks>
public static class ConfigurationFiles
{
    private const string FileName = "appsettings.json";

    /// <summary>Reads all sources.</summary>
    /// <param name="file">A file named by the user; null for the usual places.</param>
    /// <param name="folder">The working directory.</param>
    /// <exception cref="ConfigurationException">The named file does not exist, or a file is not valid JSON.</exception>
    public static IConfigurationRoot Load(string? file, string folder)
    {
        var builder = new ConfigurationBuilder();
        var files = file is null
            ? new[] { AppContext.BaseDirectory, folder }.Select(Path.GetFullPath).Distinct().Select(each => Path.Combine(each, FileName)).Where(File.Exists).ToList()
            : [Existing(Path.GetFullPath(file, folder))];
        files.ForEach(each => Add(builder, each));
        return builder.AddEnvironmentVariables().Build();
    }

    private static string Existing(string file) => File.Exists(file)
        ? file
        : throw new ConfigurationException("--config", $"there is no file '{file}'.", "Name an existing JSON file.");

    // The file is parsed here once more, because the provider's own exception shows no line in its message.
    private static void Add(ConfigurationBuilder builder, string file)
    {
        try
        {
            using var _ = JsonDocument.Parse(File.ReadAllText(file), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException e)
        {
            throw new ConfigurationException(
                file, $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1} is not valid JSON.", "Mend the file; a missing comma or quote is the usual cause.");
        }

        builder.AddJsonFile(file, optional: false, reloadOnChange: false);
    }
}
