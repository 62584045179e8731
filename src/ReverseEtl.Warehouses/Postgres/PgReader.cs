using System.Globalization;
using Npgsql;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Reads a column of the current row as neutral text.</summary>
internal static class PgReader
{
    private static readonly FieldValue True = FieldValue.Of("true");
    private static readonly FieldValue False = FieldValue.Of("false");

    public static FieldValue Read(NpgsqlDataReader reader, int ordinal, PgColumn column)
    {
        if (reader.IsDBNull(ordinal))
        {
            return FieldValue.Null;
        }

        return column.Type.Form switch
        {
            PgForm.Int16 => FieldValue.Of(reader.GetInt16(ordinal).ToString(CultureInfo.InvariantCulture)),
            PgForm.Int32 => FieldValue.Of(reader.GetInt32(ordinal).ToString(CultureInfo.InvariantCulture)),
            PgForm.Int64 => FieldValue.Of(reader.GetInt64(ordinal).ToString(CultureInfo.InvariantCulture)),
            PgForm.Single => FieldValue.Of(reader.GetFloat(ordinal).ToString("R", CultureInfo.InvariantCulture)),
            PgForm.Double => FieldValue.Of(reader.GetDouble(ordinal).ToString("R", CultureInfo.InvariantCulture)),
            PgForm.Boolean => Flag(reader.GetBoolean(ordinal)),
            PgForm.Date => FieldValue.Of(PgTime.FormatDay(reader.GetFieldValue<int>(ordinal))),
            PgForm.Timestamp or PgForm.TimestampTz => FieldValue.Of(PgTime.FormatInstant(reader.GetFieldValue<long>(ordinal))),
            PgForm.Uuid => FieldValue.Of(reader.GetGuid(ordinal).ToString("D")),
            PgForm.TextArray => FieldValue.Of(ReadList(reader, ordinal, column.Name)),
            _ => FieldValue.Of(reader.GetString(ordinal)),
        };
    }

    /// <summary>When the row changed, for <c>changed_at</c>; null for what is no point in time.</summary>
    public static DateTimeOffset? ReadInstant(NpgsqlDataReader reader, int ordinal, PgColumn column)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        if (column.Type.Form is PgForm.Timestamp or PgForm.TimestampTz)
        {
            return PgTime.ToInstant(reader.GetFieldValue<long>(ordinal));
        }

        return InstantOf(Read(reader, ordinal, column));
    }

    public static FieldValue Flag(bool value) => value ? True : False;

    /// <summary>The point in time that a value tells; null for what is none.</summary>
    public static DateTimeOffset? InstantOf(FieldValue value) => Instants.TryInstant(value.Text ?? "", out var instant) ? instant : null;

    /// <summary>Members as one neutral text. array_to_string leaves null members out, and so does this: what is compared later is what was read here.</summary>
    public static string ListOf(IReadOnlyList<string?> members, string column) =>
        members.Any(member => member?.Contains(FieldType.ListSeparator, StringComparison.Ordinal) is true)
            ? throw new PortException(
                PortTrouble.Refused,
                $"Column '{column}' holds a list with a member that contains '{FieldType.ListSeparator}', which separates members. " +
                "Leave the column out of the mapping, or give a query that replaces the character.")
            : string.Join(FieldType.ListSeparator, members.Where(member => member is not null));

    public static PortException SeveralDimensions(string column, Exception? cause) =>
        new(PortTrouble.Refused, $"Column '{column}' holds an array of several dimensions, which is no list of values.", cause);

    private static string ReadList(NpgsqlDataReader reader, int ordinal, string column)
    {
        try
        {
            return ListOf(reader.GetFieldValue<string?[]>(ordinal), column);
        }
        catch (InvalidCastException e)
        {
            throw SeveralDimensions(column, e);
        }
    }
}
