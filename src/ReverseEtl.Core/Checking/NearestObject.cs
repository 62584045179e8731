using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Core.Checking;

/// <summary>Finds which object was probably meant by a word that names none.</summary>
internal static class NearestObject
{
    /// <summary>
    /// The name of the object that people call exactly so (case does not count), else the nearest name, else the name of the object with the
    /// nearest word; null when nothing is near. What two objects are called tells neither.
    /// </summary>
    public static string? Find(string word, IReadOnlyList<ObjectName> objects)
    {
        var called = objects.SelectMany(each => each.Words.Append(each.Name).Select(name => (Word: name, each.Name)))
            .Where(each => each.Name != word)
            .ToLookup(each => each.Word, each => each.Name, StringComparer.OrdinalIgnoreCase);
        return Only(called[word]) ?? NearestWord.Find(word, objects.Select(each => each.Name))
            ?? (NearestWord.Find(word, called.Select(each => each.Key)) is { } near ? Only(called[near]) : null);
    }

    private static string? Only(IEnumerable<string> names) => names.Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : null;
}
