using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Turns type ids into types. Asks Postgres each time: types that were made a moment ago count too.</summary>
internal static class PgTypeCatalog
{
    // Domains stand for the type below them; the innermost typmod is the one that limits.
    private const string Query =
        """
        WITH RECURSIVE base(n, oid, typmod, required, has_default) AS (
            SELECT asked.n, asked.oid, asked.typmod, false, false
            FROM unnest($1, $2) WITH ORDINALITY AS asked(oid, typmod, n)
          UNION ALL
            SELECT base.n, t.typbasetype, t.typtypmod, base.required OR t.typnotnull, base.has_default OR t.typdefault IS NOT NULL
            FROM base JOIN pg_catalog.pg_type t ON t.oid = base.oid
            WHERE t.typtype = 'd')
        SELECT pg_catalog.format_type(t.oid, -1),
               CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN t.typname ELSE '' END,
               t.typtype = 'e',
               coalesce(CASE WHEN e.typnamespace = 'pg_catalog'::regnamespace THEN e.typname ELSE '' END, ''),
               coalesce(e.typtype = 'e', false),
               base.typmod,
               base.required AND NOT base.has_default,
               (SELECT array_agg(l.enumlabel::text ORDER BY l.enumsortorder)
                FROM pg_catalog.pg_enum l WHERE l.enumtypid IN (t.oid, e.oid)),
               EXISTS (SELECT FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am am ON am.oid = o.opcmethod
                       WHERE am.amname = 'btree' AND o.opcdefault AND o.opcintype = t.oid) OR t.typtype = 'e'
        FROM base
        JOIN pg_catalog.pg_type t ON t.oid = base.oid AND t.typtype <> 'd'
        LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
        ORDER BY base.n
        """;

    private const int TypmodHeader = 4;
    private const int MicrosecondDigits = 6;

    /// <summary>Columns with their types; the schema's own type and the domain's NOT NULL are filled in.</summary>
    public static async Task<IReadOnlyDictionary<string, PgColumn>> CompleteAsync(
        NpgsqlConnection connection, IReadOnlyList<PgRawColumn> raw, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        command.Parameters.Add(new() { Value = raw.Select(column => column.TypeId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid });
        command.Parameters.Add(new() { Value = raw.Select(column => column.Typmod).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var columns = new Dictionary<string, PgColumn>(raw.Count, StringComparer.Ordinal);
        foreach (var column in raw)
        {
            await reader.ReadAsync(cancellationToken);
            var type = ReadType(reader);
            var domainRequires = reader.GetBoolean(6) && !column.HasDefault;
            columns.Add(column.Name, new(column.Name, type, new FieldSchema(column.Name, type.Type)
            {
                Createable = column.Createable,
                Updateable = column.Updateable,
                Required = column.Required || domainRequires,
                Unique = column.Unique,
            })
            {
                IsBytewise = column.IsBytewise,
            });
        }

        return columns;
    }

    private static PgType ReadType(NpgsqlDataReader reader)
    {
        var name = reader.GetString(0);
        var options = reader.IsDBNull(7) ? null : reader.GetFieldValue<string[]>(7);
        var typmod = reader.GetInt32(5);
        var element = reader.GetString(3);
        if (reader.GetBoolean(4) || element is "text" or "varchar")
        {
            return new(name, PgForm.TextArray, new(FieldKind.MultiPicklist) { Options = options });
        }

        return reader.GetBoolean(2)
            ? new(name, PgForm.Cast, new(FieldKind.Picklist) { Options = options }) { HasEquality = true }
            : BuiltIn(name, reader.GetString(1), typmod) with { HasEquality = reader.GetBoolean(8) };
    }

    private static PgType BuiltIn(string name, string builtIn, int typmod) => builtIn switch
    {
        "text" => new(name, PgForm.Text, new(FieldKind.Text)),
        "varchar" => new(name, PgForm.Text, new(FieldKind.Text) { MaxLength = Length(typmod) }),
        "bpchar" => new(name, PgForm.Cast, new(FieldKind.Text) { MaxLength = Length(typmod) }),
        "int2" => new(name, PgForm.Int16, new(FieldKind.Integer) { IntegerDigits = 5 }),
        "int4" => new(name, PgForm.Int32, new(FieldKind.Integer) { IntegerDigits = 10 }),
        "int8" => new(name, PgForm.Int64, new(FieldKind.Integer) { IntegerDigits = 19 }),
        "numeric" => new(name, PgForm.Numeric, Number(typmod)),
        "float4" => new(name, PgForm.Single, new(FieldKind.Decimal)),
        "float8" => new(name, PgForm.Double, new(FieldKind.Decimal)),
        "bool" => new(name, PgForm.Boolean, new(FieldKind.Boolean)),
        "date" => new(name, PgForm.Date, new(FieldKind.Date)),
        "timestamp" => new(name, PgForm.Timestamp, Instant(typmod)),
        "timestamptz" => new(name, PgForm.TimestampTz, Instant(typmod)),
        "uuid" => new(name, PgForm.Uuid, new(FieldKind.Text) { MaxLength = 36 }),
        _ => new(name, PgForm.Cast, new(FieldKind.Text)),
    };

    private static int? Length(int typmod) => typmod < TypmodHeader ? null : typmod - TypmodHeader;

    // The typmod of numeric packs the precision above 16 bits and an 11-bit signed scale below.
    private static FieldType Number(int typmod)
    {
        if (typmod < TypmodHeader)
        {
            return new(FieldKind.Decimal);
        }

        var precision = ((typmod - TypmodHeader) >> 16) & 0xffff;
        var scale = (((typmod - TypmodHeader) & 0x7ff) ^ 1024) - 1024;
        var digits = Math.Max(precision - scale, 0);
        return scale <= 0
            ? new(FieldKind.Integer) { IntegerDigits = digits }
            : new(FieldKind.Decimal) { IntegerDigits = digits, Scale = scale };
    }

    private static FieldType Instant(int typmod)
    {
        var digits = typmod < 0 ? MicrosecondDigits : typmod;
        var resolution = TimeSpan.FromMicroseconds(1);
        for (; digits < MicrosecondDigits; digits++)
        {
            resolution *= 10;
        }

        return new(FieldKind.Timestamp) { Resolution = resolution };
    }
}
