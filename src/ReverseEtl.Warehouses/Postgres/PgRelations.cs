using System.Data;
using Npgsql;
using Npgsql.Schema;
using NpgsqlTypes;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Finds tables, views, dbt models and queries, and describes them.</summary>
internal static class PgRelations
{
    /// <summary>The brackets around the user's query; line breaks, because the query may end in a comment.</summary>
    private const string QueryStart = "(\n";
    private const string QueryEnd = "\n)";

    // Collations 950 and 951 are "C" and "POSIX", 100 is the database's own, which has a provider since version 15.
    // to_regclass reads a name exactly as a statement would: quotes, case folding, search path.
    private const string ColumnsQuery =
        """
        SELECT n.nspname, c.relname, a.attname, a.atttypid, a.atttypmod,
               a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required,
               a.atthasdef OR a.attidentity <> '' AS has_default,
               pg_catalog.has_column_privilege(c.oid, a.attnum, 'UPDATE') AND w.writable AS updateable,
               pg_catalog.has_column_privilege(c.oid, a.attnum, 'INSERT') AND w.writable
                   AND (pg_catalog.pg_relation_is_updatable(c.oid, true) & 8) = 8 AS createable,
               EXISTS (SELECT FROM pg_catalog.pg_index i
                       WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                         AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS is_unique,
               a.attcollation IN (950, 951) OR a.attcollation = 100 AND EXISTS (
                   SELECT FROM pg_catalog.pg_database d WHERE d.datname = current_database() AND d.datcollate IN ('C', 'POSIX')
                      AND coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c') AS is_bytewise
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        CROSS JOIN LATERAL (SELECT a.attgenerated = '' AND a.attidentity <> 'a'
                                   AND pg_catalog.pg_column_is_updatable(c.oid, a.attnum, true) AS writable) w
        WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        ORDER BY a.attnum
        """;

    private const string ModelQuery =
        """
        SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), pg_catalog.pg_table_is_visible(c.oid)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_temp\_%' AND n.nspname NOT LIKE 'pg\_toast%'
          AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
        ORDER BY 1
        """;

    /// <summary>The model, or null when there is no such table.</summary>
    public static async Task<PgRelation?> FindAsync(NpgsqlConnection connection, WarehouseSide side, CancellationToken cancellationToken)
    {
        switch (side.Kind)
        {
            case SourceKind.Query:
                return await DescribeQueryAsync(connection, side.Source, cancellationToken);
            case SourceKind.Dbt:
                var name = await FindModelAsync(connection, side.Source, cancellationToken);
                return name is null ? null : await FindTableAsync(connection, name, cancellationToken);
            default:
                return await FindTableAsync(connection, side.Source, cancellationToken);
        }
    }

    /// <summary>The model; <see cref="PortTrouble.Refused"/> when there is no such table.</summary>
    public static async Task<PgRelation> GetAsync(NpgsqlConnection connection, WarehouseSide side, CancellationToken cancellationToken) =>
        await FindAsync(connection, side, cancellationToken) ?? throw NotThere(side.Kind, side.Source);

    /// <summary>The table or view with this name as SQL writes it, or null.</summary>
    public static async Task<PgRelation?> FindTableAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var raw = new List<PgRawColumn>();
        var source = "";
        var display = "";
        await using (var command = new NpgsqlCommand(ColumnsQuery, connection) { Parameters = { Text(name) } })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                source = Sql.Quote(reader.GetString(0), reader.GetString(1));
                display = $"{reader.GetString(0)}.{reader.GetString(1)}";
                raw.Add(new(reader.GetString(2), reader.GetFieldValue<uint>(3), reader.GetInt32(4))
                {
                    Required = reader.GetBoolean(5),
                    HasDefault = reader.GetBoolean(6),
                    Updateable = reader.GetBoolean(7),
                    Createable = reader.GetBoolean(8),
                    Unique = reader.GetBoolean(9),
                    IsBytewise = reader.GetBoolean(10),
                });
            }
        }

        return raw.Count == 0
            ? null
            : await RelationAsync(connection, display, source, raw, cancellationToken);
    }

    public static PortException NotThere(SourceKind kind, string name) => new(
        PortTrouble.Refused,
        kind is SourceKind.Dbt
            ? $"There is no table or view of the dbt model '{name}' that this user may read. Has dbt been run?"
            : $"There is no table or view {name}, or this user may not see it.");

    // A model that the search path finds is the one that a statement without a schema would mean.
    private static async Task<string?> FindModelAsync(NpgsqlConnection connection, string model, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await using var command = new NpgsqlCommand(ModelQuery, connection) { Parameters = { Text(model) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetBoolean(1))
            {
                return reader.GetString(0);
            }

            names.Add(reader.GetString(0));
        }

        return names.Count <= 1
            ? names.FirstOrDefault()
            : throw new PortException(
                PortTrouble.Refused,
                $"The dbt model '{model}' is in several schemas: {string.Join(", ", names)}. Name one of them as table, or set the search path.");
    }

    private static async Task<PgRelation> DescribeQueryAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        var source = $"{QueryStart}{WithoutEnd(query)}{QueryEnd}";
        const string Select = "SELECT * FROM ";

        // A batch is sent as it is: nothing in the user's text is taken for a parameter or a second statement.
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new($"{Select}{source} AS model") } };
        var raw = new List<PgRawColumn>();
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken);
            foreach (var column in (await reader.GetColumnSchemaAsync(cancellationToken)).Cast<NpgsqlDbColumn>())
            {
                if (raw.Exists(other => other.Name == column.ColumnName))
                {
                    throw new PortException(PortTrouble.Refused, $"The query has two columns named '{column.ColumnName}'.");
                }

                raw.Add(new(column.ColumnName, column.TypeOID, Typmod(column)));
            }
        }
        catch (PostgresException e)
        {
            throw PgErrors.InQuery(e, query, Select.Length + QueryStart.Length);
        }

        return await RelationAsync(connection, "the query", source, raw, cancellationToken);
    }

    private static async Task<PgRelation> RelationAsync(
        NpgsqlConnection connection, string name, string source, List<PgRawColumn> raw, CancellationToken cancellationToken) =>
        new(name, source, await PgTypeCatalog.CompleteAsync(connection, raw, cancellationToken)) { HashesRows = connection.PostgreSqlVersion.Major >= 14 };

    // A last semicolon is a habit of people, and of no meaning.
    private static string WithoutEnd(string query) => query.TrimEnd().TrimEnd(';');

    // What Npgsql tells of a described column, put back into the form that the catalog has.
    private static int Typmod(NpgsqlDbColumn column) => column switch
    {
        { NumericPrecision: { } precision, NumericScale: var scale } => ((precision << 16) | ((scale ?? 0) & 0x7ff)) + 4,
        { ColumnSize: { } size, DataTypeName: { } type } when type.StartsWith("character", StringComparison.Ordinal) => size + 4,
        _ => -1,
    };

    private static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };
}
