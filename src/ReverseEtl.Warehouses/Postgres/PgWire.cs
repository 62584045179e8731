using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Reads a column as it comes over the wire in binary: the same neutral text as <see cref="PgReader"/> makes of it.</summary>
internal static class PgWire
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static FieldValue Read(ReadOnlySpan<byte> raw, PgColumn column) => column.Type.Form switch
    {
        PgForm.Int16 => FieldValue.Of(BinaryPrimitives.ReadInt16BigEndian(raw).ToString(CultureInfo.InvariantCulture)),
        PgForm.Int32 => FieldValue.Of(BinaryPrimitives.ReadInt32BigEndian(raw).ToString(CultureInfo.InvariantCulture)),
        PgForm.Int64 => FieldValue.Of(BinaryPrimitives.ReadInt64BigEndian(raw).ToString(CultureInfo.InvariantCulture)),
        PgForm.Single => FieldValue.Of(BinaryPrimitives.ReadSingleBigEndian(raw).ToString("R", CultureInfo.InvariantCulture)),
        PgForm.Double => FieldValue.Of(BinaryPrimitives.ReadDoubleBigEndian(raw).ToString("R", CultureInfo.InvariantCulture)),
        PgForm.Boolean => PgReader.Flag(raw[0] != 0),
        PgForm.Date => FieldValue.Of(PgTime.FormatDay(BinaryPrimitives.ReadInt32BigEndian(raw))),
        PgForm.Timestamp or PgForm.TimestampTz => FieldValue.Of(PgTime.FormatInstant(BinaryPrimitives.ReadInt64BigEndian(raw))),
        PgForm.Uuid => FieldValue.Of(new Guid(raw, bigEndian: true).ToString("D")),
        PgForm.TextArray => FieldValue.Of(PgReader.ListOf(Members(raw, column.Name), column.Name)),
        _ => FieldValue.Of(Text(raw)),
    };

    public static DateTimeOffset? ReadInstant(ReadOnlySpan<byte> raw, PgColumn column) => column.Type.Form is PgForm.Timestamp or PgForm.TimestampTz
        ? PgTime.ToInstant(BinaryPrimitives.ReadInt64BigEndian(raw))
        : PgReader.InstantOf(Read(raw, column));

    public static string Text(ReadOnlySpan<byte> raw)
    {
        try
        {
            return Utf8.GetString(raw);
        }
        catch (DecoderFallbackException e)
        {
            throw new PortException(PortTrouble.Refused, "A text of the model is no UTF-8, although the database says so.", e);
        }
    }

    // Dimensions, flags, element type, then (length, lower bound) a dimension, then (length, bytes) an element:
    // array_send in https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c
    private static List<string?> Members(ReadOnlySpan<byte> raw, string column)
    {
        var members = new List<string?>();
        var dimensions = BinaryPrimitives.ReadInt32BigEndian(raw);
        if (dimensions > 1)
        {
            throw PgReader.SeveralDimensions(column, null);
        }

        for (raw = raw[((3 + (2 * dimensions)) * sizeof(int))..]; raw.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(raw);
            members.Add(length < 0 ? null : Text(raw.Slice(sizeof(int), length)));
            raw = raw[(sizeof(int) + Math.Max(length, 0))..];
        }

        return members;
    }
}
