using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>
/// The table <c>crm_landing.&lt;mapping&gt;</c>, for models that cannot be written themselves. One row a record: <c>key</c>,
/// <c>crm_id</c>, a column a pulled column of the mapping, <c>_deleted</c>, <c>_landed_at</c>.
/// </summary>
/// <remarks>
/// <c>key</c> is the record's key as <see cref="RecordKey.Display"/> shows it, so that a model can join it (<c>a || '|' || b</c> for
/// several columns). Where a part holds a bar itself the parts stay separated by U+001F, so that no two keys become one.
/// New columns are added; none is ever dropped or given another type, because models read them.
/// </remarks>
internal sealed class LandingTable : IWriteTable
{
    public const string KeyColumn = "key";
    public const string CrmIdColumn = "crm_id";
    public const string DeletedColumn = "_deleted";
    public const string LandedAtColumn = "_landed_at";

    private const int DigitsOfBigint = 19;

    private static readonly string[] OwnColumns = [KeyColumn, CrmIdColumn, DeletedColumn, LandedAtColumn];

    private readonly Dictionary<string, WriteStatement> _statements = new(StringComparer.Ordinal);
    private readonly int _keyParts;

    private LandingTable(PgRelation relation, int keyParts) => (Relation, _keyParts) = (relation, keyParts);

    public PgRelation Relation { get; }

    /// <summary>The landing table of the mapping, made or extended when need be.</summary>
    public static async Task<LandingTable> PrepareAsync(
        NpgsqlConnection connection, NpgsqlTransaction? within, WarehouseTarget target, CancellationToken cancellationToken)
    {
        CheckNames(target);
        var source = Sql.Quote(LandingSchema.Name, target.Mapping);
        var relation = await PgRelations.FindTableAsync(connection, source, cancellationToken);
        if (relation is null || target.Columns.Any(column => !relation.Columns.ContainsKey(column.Name)))
        {
            await LandingSchema.AddAsync(connection, within, Statements(source, target.Columns), cancellationToken);
            relation = await PgRelations.FindTableAsync(connection, source, cancellationToken);
        }

        return relation is not null && OwnColumns.All(relation.Columns.ContainsKey)
            ? new(relation, target.Key.Count)
            : throw new PortException(
                PortTrouble.Refused, $"{LandingSchema.Name}.{target.Mapping} is no landing table: it lacks one of the columns {string.Join(", ", OwnColumns)}.");
    }

    public WriteStatement? Prepare(PendingRow row)
    {
        var write = row.Write;
        if ((write.Key is null ? "a row of a landing table needs a key" : RowReasons.Unstorable(write, Relation)) is { } reason)
        {
            row.Result = row.Outcome(WriteOutcome.Rejected, reason);
            return null;
        }

        row.Key = [Display(write.Key!)];
        var deletes = write.Kind is WarehouseWriteKind.Delete;
        var shape = $"{deletes} {string.Join('\0', write.Columns.Select(column => column.Column))}";
        if (!_statements.TryGetValue(shape, out var statement))
        {
            statement = new LandingStatement(Relation, write);
            _statements.Add(shape, statement);
        }

        return statement;
    }

    private string Display(string key) => _keyParts > 1 && key.Contains('|', StringComparison.Ordinal) ? key : RecordKey.Display(key);

    private static void CheckNames(WarehouseTarget target)
    {
        if (!Sql.FitsIdentifier(target.Mapping))
        {
            throw new PortException(
                PortTrouble.Refused, $"The mapping's name '{target.Mapping}' is longer than the {Sql.MaxIdentifierBytes} bytes that a table's name may have.");
        }

        if (target.Columns.FirstOrDefault(column => OwnColumns.Contains(column.Name, StringComparer.Ordinal)) is { } taken)
        {
            throw new PortException(
                PortTrouble.Refused, $"A pulled column cannot be called '{taken.Name}': the landing table has a column of its own with this name.");
        }
    }

    private static IEnumerable<string> Statements(string source, IReadOnlyList<FieldSchema> columns)
    {
        yield return
            $"CREATE TABLE IF NOT EXISTS {source} ({KeyColumn} text PRIMARY KEY, {CrmIdColumn} text, " +
            $"{DeletedColumn} boolean NOT NULL DEFAULT false, {LandedAtColumn} timestamptz NOT NULL DEFAULT clock_timestamp())";
        foreach (var column in columns)
        {
            yield return $"ALTER TABLE {source} ADD COLUMN IF NOT EXISTS {Sql.Quote(column.Name)} {TypeFor(column.Type)}";
        }
    }

    private static string TypeFor(FieldType type) => type.Kind switch
    {
        FieldKind.Integer => type.IntegerDigits is null or <= DigitsOfBigint ? "bigint" : "numeric",
        FieldKind.Decimal => "numeric",
        FieldKind.Boolean => "boolean",
        FieldKind.Date => "date",
        FieldKind.Timestamp => "timestamptz",
        FieldKind.MultiPicklist => "text[]",
        _ => "text",
    };
}
