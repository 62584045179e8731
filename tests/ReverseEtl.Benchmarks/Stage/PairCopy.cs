using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;
using ReverseEtl.State;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>
/// Copies pairs straight into the state's table, several times faster than they can be settled. Pairs come in the order of their keys; the
/// indexes that have another order are made afterwards.
/// </summary>
internal sealed class PairCopy : IAsyncDisposable
{
    private const string OtherIndexes =
        "select indexname, indexdef from pg_indexes where schemaname = 'retl' and tablename = 'pair' and indexname <> 'pair_pkey'";

    private readonly NpgsqlConnection _connection;
    private readonly IReadOnlyList<string> _indexes;
    private readonly NpgsqlBinaryImporter _importer;
    private readonly short _mapping;
    private readonly int[] _numbers;

    private PairCopy(NpgsqlConnection connection, IReadOnlyList<string> indexes, NpgsqlBinaryImporter importer, short mapping, int[] numbers) =>
        (_connection, _indexes, _importer, _mapping, _numbers) = (connection, indexes, importer, mapping, numbers);

    /// <summary>Begins, for a mapping whose state was opened before.</summary>
    public static async Task<PairCopy> BeginAsync(string connectionString, Mapping mapping, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync(cancellationToken);
        var id = (await RowsAsync(connection, $"select id from retl.mapping where name = '{mapping.Name}'", row => row.GetInt16(0), cancellationToken)).Single();
        var known = (await RowsAsync(
                connection, $"select warehouse, crm, number from retl.field where mapping_id = {id}", row => (Name: (row.GetString(0), row.GetString(1)), Number: row.GetInt16(2)), cancellationToken))
            .ToDictionary(field => field.Name, field => (int)field.Number);
        var indexes = await RowsAsync(connection, OtherIndexes, row => (Name: row.GetString(0), Definition: row.GetString(1)), cancellationToken);
        foreach (var index in indexes)
        {
            await RunAsync(connection, $"drop index retl.{index.Name}", cancellationToken);
        }

        var importer = await connection.BeginBinaryImportAsync(
            "copy retl.pair (crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base, made, row_hash) from stdin (format binary)", cancellationToken);
        return new PairCopy(
            connection, [.. indexes.Select(i => i.Definition)], importer, id, [.. mapping.Fields.Select(f => known[(f.Warehouse, f.Crm)])]);
    }

    /// <summary>Adds a pair; its key is behind those of all before it.</summary>
    public async Task AddAsync(Pair pair, CancellationToken cancellationToken)
    {
        await _importer.StartRowAsync(cancellationToken);
        await _importer.WriteAsync(pair.CrmVersion, NpgsqlDbType.TimestampTz, cancellationToken);
        await _importer.WriteAsync(pair.Epoch, NpgsqlDbType.Integer, cancellationToken);
        await _importer.WriteAsync(_mapping, NpgsqlDbType.Smallint, cancellationToken);
        await _importer.WriteAsync((short)pair.State, NpgsqlDbType.Smallint, cancellationToken);
        await _importer.WriteAsync(Uuid(pair.WarehousePrint), NpgsqlDbType.Uuid, cancellationToken);
        await _importer.WriteAsync(Uuid(pair.CrmPrint), NpgsqlDbType.Uuid, cancellationToken);
        await _importer.WriteAsync(pair.Key, NpgsqlDbType.Text, cancellationToken);
        await _importer.WriteAsync(pair.CrmId!, NpgsqlDbType.Text, cancellationToken);
        await _importer.WriteAsync(BaseCodec.Pack(_numbers, pair.Bases), NpgsqlDbType.Bytea, cancellationToken);
        await _importer.WriteAsync(pair.IsOurs, NpgsqlDbType.Boolean, cancellationToken);
        await _importer.WriteAsync(pair.RowHash, NpgsqlDbType.Bigint, cancellationToken);
    }

    /// <summary>Stores them and makes the other indexes.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _importer.CompleteAsync(cancellationToken);
        await _importer.DisposeAsync();
        foreach (var index in _indexes)
        {
            await RunAsync(_connection, index, cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _importer.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static Guid Uuid(Fingerprint print) => new(print.ToBytes(), bigEndian: true);

    private static async Task<List<T>> RowsAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
