using System.Text;
using NpgsqlTypes;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Small pieces of SQL.</summary>
internal static class Sql
{
    /// <summary>Longest identifier in bytes; Postgres cuts longer ones in silence, and two names could become one.</summary>
    public const int MaxIdentifierBytes = 63;

    public const NpgsqlDbType TextArray = NpgsqlDbType.Array | NpgsqlDbType.Text;

    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Quote(string schema, string name) => $"{Quote(schema)}.{Quote(name)}";

    public static bool FitsIdentifier(string name) => Encoding.UTF8.GetByteCount(name) <= MaxIdentifierBytes;

    /// <summary>Whether Postgres can store the text at all: no U+0000, no half of a surrogate pair (which cannot even be sent).</summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
            {
                return false;
            }

            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
            {
                return false;
            }
        }

        return true;
    }
}
