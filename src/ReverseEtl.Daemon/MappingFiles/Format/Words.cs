using System.Text.Json;

namespace ReverseEtl.Daemon.MappingFiles.Format;

/// <summary>The words of mapping files for the values of Core's enumerations: <c>NewestWins</c> is <c>newest_wins</c>.</summary>
public static class Words
{
    /// <summary>All words of an enumeration in its order, without the one that has none because it is what counts unsaid.</summary>
    public static IReadOnlyList<string> Of<T>(T? unsaid = null)
        where T : struct, Enum =>
        [.. Enum.GetValues<T>().Where(value => !value.Equals(unsaid)).Select(Of)];

    /// <summary>The word of one value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The value of a word, or null.</summary>
    public static T? Parse<T>(string word)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => Of(value) == word).Select(value => (T?)value).FirstOrDefault();
}
