namespace ReverseEtl.Core.Values;

/// <summary>The key of a warehouse row as one text: its parts in column order.</summary>
public static class RecordKey
{
    /// <summary>Stands between the parts; sorts below every printable character.</summary>
    public const char Separator = '\u001f';

    /// <summary>The parts as one key. One part is the key itself.</summary>
    public static string Join(IReadOnlyList<string> parts) => parts.Count == 1 ? parts[0] : string.Join(Separator, parts);

    /// <summary>The parts of a key.</summary>
    public static string[] Split(string key) => key.Split(Separator);

    /// <summary>The key as people see and type it: parts with a bar between them.</summary>
    public static string Display(string key) => key.Replace(Separator, '|');

    /// <summary>Reads what <see cref="Display"/> wrote, for a key of so many parts.</summary>
    public static string Parse(string text, int parts) => parts == 1 ? text : text.Replace('|', Separator);

    /// <summary>
    /// Compares keys in the order of their UTF-8 bytes, which is PostgreSQL's collation "C". (UTF-16 order differs beyond U+FFFF.)
    /// </summary>
    public static int Compare(string a, string b)
    {
        var shorter = Math.Min(a.Length, b.Length);
        for (var i = 0; i < shorter; i++)
        {
            if (a[i] != b[i])
            {
                return Rank(a[i]) - Rank(b[i]);
            }
        }

        return a.Length - b.Length;
    }

    // Surrogates stand for code points above all others.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
