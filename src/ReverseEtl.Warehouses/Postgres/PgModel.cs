using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>The statements that read a model, and its rows.</summary>
internal sealed class PgModel
{
    private const string Alias = "model";
    private const int FixedColumns = 2;

    private readonly PgRelation _relation;
    private readonly IReadOnlyList<PgColumn> _key;
    private readonly PgColumn? _changedAt;
    private readonly IReadOnlyList<PgColumn> _columns;
    private readonly long? _hashSeed;

    public PgModel(PgRelation relation, WarehouseRead read)
    {
        _relation = relation;
        _key = relation.Select(read.Side.Key);
        _changedAt = read.Side.ChangedAt is { } name ? relation.Column(name) : null;
        _columns = relation.Select(read.Columns);
        _hashSeed = relation.HashesRows ? read.HashSeed : null;
    }

    /// <summary>All rows, or those that changed since, in key order.</summary>
    public NpgsqlBatchCommand ReadAll(DateTimeOffset? since)
    {
        if (since is not { } from)
        {
            return new(CopyAll());
        }

        var changed = _changedAt ?? throw new PortException(PortTrouble.Refused, $"The mapping of {_relation.Name} names no changed_at column.");
        var (type, value) = changed.Type.Form switch
        {
            PgForm.TimestampTz => (NpgsqlDbType.TimestampTz, (object)PgTime.Floor(from)),
            PgForm.Timestamp => (NpgsqlDbType.Timestamp, DateTime.SpecifyKind(PgTime.Floor(from).UtcDateTime, DateTimeKind.Unspecified)),
            PgForm.Date => (NpgsqlDbType.Date, DateOnly.FromDateTime(from.UtcDateTime)),
            _ => throw new PortException(PortTrouble.Refused, $"Column '{changed.Name}' is a {changed.Type.Name}; changed_at must be a timestamp or a date."),
        };
        return new($"{Select()} WHERE {changed.Of(Alias)} >= $1 ORDER BY 1")
        {
            Parameters = { new() { NpgsqlDbType = type, Value = value } },
        };
    }

    /// <summary>The same rows as a query without parameters, as COPY needs it.</summary>
    public string CopyAll() => $"{Select()} ORDER BY 1";

    /// <summary>Of the same rows only keys and hashes.</summary>
    public string CopyHashes() => $"SELECT {OrderedKey} AS k, {HashOf(_hashSeed!.Value)} AS hash FROM {_relation.Source} AS {Alias} ORDER BY 1";

    /// <summary>
    /// Only what differs from what is known; the columns of <see cref="CopyAll"/>, how many rows have the key, and what is known of it. Rows of one key are counted
    /// unless an index keeps them apart, because one that looks as ever would hide behind the other. The offset keeps the server from making
    /// the hash anew wherever it is mentioned.
    /// </summary>
    public string CopyDifferences(KnownRows known)
    {
        var isUnique = _key is [{ Schema.Unique: true }];
        var rows = isUnique ? "1::bigint AS copies, 1::bigint AS copy" : "count(*) OVER same AS copies, row_number() OVER same AS copy";
        return
            $"""
             SELECT {Alias}.*, known.key, known.print, known.state
               FROM (SELECT {SelectList(KeyText)}, {rows} FROM {_relation.Source} AS {Alias}{(isUnique ? "" : $" WINDOW same AS (PARTITION BY {KeyText})")} OFFSET 0) AS {Alias}
               FULL JOIN ({known.Relation}) AS known ON known.key = {Alias}.k
              WHERE CASE WHEN {Alias}.hash IS NULL THEN known.is_missed
                         WHEN {Alias}.k IS NULL OR known.key IS NULL THEN {Alias}.k IS NULL OR {Alias}.copy = 1
                         WHEN {Alias}.copies > 1 THEN {Alias}.copy = 1
                         ELSE NOT known.is_idle AND known.hash IS DISTINCT FROM {Alias}.hash END
             """;
    }

    /// <summary>Where a row's hash is; in a copy of <see cref="CopyDifferences"/> the rest comes behind it.</summary>
    public int HashColumn => FixedColumns + _columns.Count;

    /// <summary>Keys that several rows have, at most so many.</summary>
    public NpgsqlBatchCommand ReadDuplicates(int limit) => new(
        $"SELECT k FROM (SELECT {KeyText} AS k FROM {_relation.Source} AS {Alias}) AS keys " +
        $"WHERE k IS NOT NULL GROUP BY k HAVING count(*) > 1 ORDER BY k LIMIT {limit}");

    /// <summary>The rows with these keys through the key columns' own type, so that an index serves.</summary>
    public NpgsqlBatchCommand FindTyped(IReadOnlyList<string[]> keys)
    {
        var command = new NpgsqlBatchCommand();
        for (var i = 0; i < _key.Count; i++)
        {
            command.Parameters.Add(new() { NpgsqlDbType = Sql.TextArray, Value = keys.Select(parts => parts[i]).ToArray() });
        }

        if (_key is [{ Type: { HasEquality: true } or { Form: PgForm.Text } } single])
        {
            command.CommandText = $"{Select()} WHERE {single.Of(Alias)} = ANY($1::{single.Type.Name}[])";
            return command;
        }

        var lists = string.Join(", ", Enumerable.Range(0, _key.Count).Select(i => $"${i + 1}"));
        var names = string.Join(", ", Enumerable.Range(0, _key.Count).Select(i => $"k{i}"));
        var matches = string.Join(" AND ", _key.Select((column, i) => column.Type.IsKey(column.Of(Alias), $"wanted.k{i}")));
        command.CommandText = $"{Select()} JOIN unnest({lists}) AS wanted({names}) ON {matches}";
        return command;
    }

    /// <summary>The same by the keys' text: slow, and never a matter of what the type can read.</summary>
    public NpgsqlBatchCommand FindByText(IReadOnlyList<string> keys) => new($"{Select()} WHERE {KeyText} = ANY($1)")
    {
        Parameters = { new() { NpgsqlDbType = Sql.TextArray, Value = keys.ToArray() } },
    };

    /// <summary>The parts of a key, or null when no row can have it.</summary>
    public string[]? Parts(string key)
    {
        var parts = _key.Count == 1 ? [key] : RecordKey.Split(key);
        return parts.Length == _key.Count && parts.Zip(_key).All(pair => pair.Second.Type.CanBeKey(pair.First)) ? parts : null;
    }

    public WarehouseRow Read(NpgsqlDataReader reader)
    {
        var values = new FieldValue[_columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = PgReader.Read(reader, FixedColumns + i, _columns[i]);
        }

        return new(
            reader.IsDBNull(0) ? null : reader.GetString(0),
            values,
            _changedAt is null ? null : PgReader.ReadInstant(reader, 1, _changedAt))
        {
            Hash = _hashSeed is null ? 0 : reader.GetInt64(HashColumn),
        };
    }

    /// <summary>The row on which a copy of <see cref="CopyAll"/> stands.</summary>
    public WarehouseRow Read(CopyTuples tuple)
    {
        var values = new FieldValue[_columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tuple.IsNull(FixedColumns + i) ? FieldValue.Null : PgWire.Read(tuple[FixedColumns + i], _columns[i]);
        }

        return new(
            tuple.IsNull(0) ? null : PgWire.Text(tuple[0]),
            values,
            _changedAt is null || tuple.IsNull(1) ? null : PgWire.ReadInstant(tuple[1], _changedAt))
        {
            Hash = Hash(tuple),
        };
    }

    /// <summary>The server's hash of it; 0 where that was not asked for.</summary>
    public long Hash(CopyTuples tuple) => _hashSeed is null ? 0 : BinaryPrimitives.ReadInt64BigEndian(tuple[HashColumn]);

    /// <summary>Its fingerprint.</summary>
    public Fingerprint Print(CopyTuples tuple, RowPrint print, PrintBuffer buffer)
    {
        buffer.Begin(print.Salt);
        for (var i = 0; i < print.Types.Count; i++)
        {
            if (print.Columns[i] is >= 0 and var at)
            {
                PgPrinter.Append(buffer, print.Types[i], _columns[at], tuple, FixedColumns + at);
            }
            else
            {
                buffer.Append(print.Types[i], FieldValue.NotObserved);
            }
        }

        return buffer.Finish();
    }

    private string KeyText => KeyOf(_key, Alias);

    // As it is where that is the same, so that an index can bring the rows in order.
    private string OrderedKey => _key is [{ IsBytewise: true, Type.Form: PgForm.Text } only] ? only.Of(Alias) : KeyText;

    /// <summary>
    /// The key as one text in the order of <see cref="RecordKey.Compare"/>. A null part makes it null, and nulls sort last.
    /// </summary>
    public static string KeyOf(IReadOnlyList<PgColumn> key, string alias) =>
        $"({string.Join(" || E'\\x1f' || ", key.Select(column => column.Type.AsText(column.Of(alias))))}) COLLATE \"C\"";

    private string Select() => $"SELECT {SelectList(OrderedKey)} FROM {_relation.Source} AS {Alias}";

    private string SelectList(string key)
    {
        var changedAt = _changedAt is null ? "NULL" : _changedAt.Type.Read(_changedAt.Of(Alias));
        var values = string.Concat(_columns.Select((column, i) => $", {column.Type.Read(column.Of(Alias))} AS c{i}"));
        var hash = _hashSeed is { } seed ? $", {HashOf(seed)} AS hash" : "";
        return $"{key} AS k, {changedAt} AS changed_at{values}{hash}";
    }

    // With a constant before it, or the hash of a row of nulls would be 0 whatever the seed.
    private string HashOf(long seed) =>
        $"hash_record_extended(ROW(true{string.Concat(_columns.Select(c => $", {c.Type.ToHash(c.Of(Alias))}"))}), {seed})";
}
