using System.Runtime.InteropServices;
using System.Text;

namespace ReverseEtl.State;

/// <summary>
/// Any text as one that PostgreSQL can store. It takes neither U+0000 nor unpaired surrogates, both of which a CRM may answer; such a
/// text is stored as U+001A and the base64 of its UTF-16. All others are stored as they are, for people to read.
/// </summary>
internal static class PgText
{
    private const char Mark = '\u001a';

    /// <summary>The stored form.</summary>
    public static string? Store(string? text) =>
        text is null || IsPlain(text) ? text : Mark + Convert.ToBase64String(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>The text of a stored form.</summary>
    public static string? Load(string? stored) =>
        stored is { Length: > 0 } && stored[0] == Mark
            ? new string(MemoryMarshal.Cast<byte, char>(Convert.FromBase64String(stored[1..])))
            : stored;

    /// <summary>Whether the text has no unpaired surrogate.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text) || text.IndexOfAnyInRange('\ud800', '\udfff') < 0)
        {
            return true;
        }

        while (text.Length > 0)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            text = text[used..];
        }

        return true;
    }

    private static bool IsPlain(string text) =>
        text.Length == 0 || (text[0] != Mark && !text.Contains('\0', StringComparison.Ordinal) && IsWellFormed(text));
}
