using System.Diagnostics;
using Npgsql;

namespace ReverseEtl.Benchmarks.Workers;

/// <summary>What a bare client does at the least: reads every column of every row by its type, asynchronously, and throws it away.</summary>
internal static class ReadWorker
{
    /// <summary>Each line that comes in is one pass.</summary>
    public static async Task RunAsync(string connectionString, string query)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await Roles.ServeAsync(async _ =>
        {
            var start = Stopwatch.GetTimestamp();
            var rows = await ReadAsync(source, query);
            return new { seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, rows };
        });
    }

    private static async Task<long> ReadAsync(NpgsqlDataSource source, string query)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(query, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync();
        var types = Enumerable.Range(0, reader.FieldCount).Select(column => Type.GetTypeCode(reader.GetFieldType(column))).ToArray();
        long rows = 0, values = 0;
        while (await reader.ReadAsync())
        {
            rows++;
            for (var column = 0; column < types.Length; column++)
            {
                if (!reader.IsDBNull(column))
                {
                    values += Read(reader, column, types[column]);
                }
            }
        }

        return values > 0 ? rows : 0;
    }

    private static int Read(NpgsqlDataReader reader, int column, TypeCode type) => type switch
    {
        TypeCode.String => reader.GetString(column).Length,
        TypeCode.Decimal => reader.GetDecimal(column) == 0 ? 0 : 1,
        TypeCode.Double => reader.GetDouble(column) == 0 ? 0 : 1,
        TypeCode.Boolean => reader.GetBoolean(column) ? 1 : 0,
        TypeCode.DateTime => reader.GetDateTime(column).Year,
        TypeCode.Object when reader.GetFieldType(column) == typeof(DateOnly) => reader.GetFieldValue<DateOnly>(column).Year,
        _ => throw new NotSupportedException($"The model has no column of type {type}."),
    };
}
