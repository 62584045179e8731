using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>Why a row was rejected, in words that hold none of its values.</summary>
internal static class RowReasons
{
    private const string Hidden = "…";

    // Shorter texts are words of the message too often.
    private const int ShortestHiddenWord = 4;

    /// <summary>Why the write cannot be sent to Postgres, or null.</summary>
    public static string? Unstorable(WarehouseWrite write, PgRelation table)
    {
        if (write.Key is { } key && !Sql.IsStorable(key))
        {
            return "the key holds a character that Postgres cannot store";
        }

        foreach (var column in write.Columns)
        {
            var problem = column.Value.Text is { } text && !Sql.IsStorable(text)
                ? "the text holds a character that Postgres cannot store"
                : table.Columns.GetValueOrDefault(column.Column)?.Type.Refuse(column.Value);
            if (problem is not null)
            {
                return $"column '{column.Column}': {problem}";
            }
        }

        return null;
    }

    /// <summary>Postgres' words about one row, with the columns that are to blame as far as can be told.</summary>
    public static string Of(PostgresException e, WarehouseWrite write, PgRelation table)
    {
        var blamed = e.ColumnName is { } named ? [named] : write.Columns.Where(column => IsUnfit(column, table)).Select(column => column.Column).ToList();
        var words = Hide(PgErrors.Words(e), write);
        return blamed.Count == 0 ? words : $"column {string.Join(", ", blamed.Select(column => $"'{column}'"))}: {words}";
    }

    private static bool IsUnfit(ColumnWrite column, PgRelation table) =>
        table.Columns.GetValueOrDefault(column.Column)?.Type.Type.Refuse(column.Value) is not null;

    private static string Hide(string words, WarehouseWrite write)
    {
        var texts = write.Columns.Select(column => column.Value.Text).Append(write.Key).OfType<string>().Where(text => text.Length > 0);
        foreach (var text in texts)
        {
            words = words.Replace($"\"{text}\"", $"\"{Hidden}\"", StringComparison.Ordinal);
            words = text.Length < ShortestHiddenWord ? words : words.Replace(text, Hidden, StringComparison.Ordinal);
        }

        return words;
    }
}
