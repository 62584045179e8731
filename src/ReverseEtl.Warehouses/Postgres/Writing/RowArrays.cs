using Npgsql;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>Many rows as arrays of text: the row source <c>v</c> of a statement, numbered from 1 by <c>v.n</c>.</summary>
internal sealed class RowArrays
{
    private readonly List<(string Name, Func<PendingRow, string?> Text)> _columns = [];

    public string Source
    {
        get
        {
            var arrays = string.Join(", ", Enumerable.Range(1, _columns.Count).Select(i => $"${i}"));
            return $"unnest({arrays}) WITH ORDINALITY AS v({string.Join(", ", _columns.Select(column => column.Name))}, n)";
        }
    }

    /// <summary>Adds an array and gives the name by which a statement reads it.</summary>
    public string Add(Func<PendingRow, string?> text)
    {
        var name = $"x{_columns.Count}";
        _columns.Add((name, text));
        return $"v.{name}";
    }

    public NpgsqlCommand Command(string sql, NpgsqlConnection connection, IReadOnlyList<PendingRow> rows)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var (_, text) in _columns)
        {
            command.Parameters.Add(new() { NpgsqlDbType = Sql.TextArray, Value = rows.Select(text).ToArray() });
        }

        return command;
    }
}
