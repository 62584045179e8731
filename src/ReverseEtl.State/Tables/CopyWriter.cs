using Npgsql;
using NpgsqlTypes;

namespace ReverseEtl.State.Tables;

/// <summary>Columns of a binary copy.</summary>
internal static class CopyWriter
{
    public static Task NumberAsync(this NpgsqlBinaryImporter row, short value) => row.WriteAsync(value, NpgsqlDbType.Smallint);

    public static Task NumberAsync(this NpgsqlBinaryImporter row, int value) => row.WriteAsync(value, NpgsqlDbType.Integer);

    public static Task NumberAsync(this NpgsqlBinaryImporter row, long value) => row.WriteAsync(value, NpgsqlDbType.Bigint);

    public static Task UuidAsync(this NpgsqlBinaryImporter row, Guid value) => row.WriteAsync(value, NpgsqlDbType.Uuid);

    public static Task BytesAsync(this NpgsqlBinaryImporter row, byte[] value) => row.WriteAsync(value, NpgsqlDbType.Bytea);

    public static Task TextAsync(this NpgsqlBinaryImporter row, string? value) =>
        value is null ? row.WriteNullAsync() : row.WriteAsync(value, NpgsqlDbType.Text);

    public static Task TimeAsync(this NpgsqlBinaryImporter row, DateTimeOffset? value) =>
        value is { } time ? row.WriteAsync(time.ToUniversalTime(), NpgsqlDbType.TimestampTz) : row.WriteNullAsync();

    public static Task FlagAsync(this NpgsqlBinaryImporter row, bool value) => row.WriteAsync(value, NpgsqlDbType.Boolean);
}
