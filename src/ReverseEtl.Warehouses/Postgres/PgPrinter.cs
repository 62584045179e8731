using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>
/// Adds a column to a row's fingerprint straight from the wire. What it writes is the canonical form (<see cref="FieldType.Canon"/>) byte for
/// byte; whatever is not plainly in that form goes the long way through its text.
/// </summary>
internal static class PgPrinter
{
    private const int LongestNumber = 32;
    private const int LongestInstant = 28;

    // Of a decimal's 28 or 29 digits these many are always exact.
    private const int SafeDigits = 27;

    public static void Append(PrintBuffer into, FieldType type, PgColumn column, CopyTuples tuple, int field)
    {
        if (tuple.IsNull(field))
        {
            into.AppendNull();
            return;
        }

        var raw = tuple[field];
        var isDone = (column.Type.Form, type.Kind) switch
        {
            (PgForm.Text or PgForm.Cast, FieldKind.Text or FieldKind.Picklist) => Plain(into, raw),
            (PgForm.Int16, FieldKind.Integer) => Whole(into, BinaryPrimitives.ReadInt16BigEndian(raw)),
            (PgForm.Int32, FieldKind.Integer) => Whole(into, BinaryPrimitives.ReadInt32BigEndian(raw)),
            (PgForm.Int64, FieldKind.Integer) => Whole(into, BinaryPrimitives.ReadInt64BigEndian(raw)),
            (PgForm.Numeric, FieldKind.Decimal or FieldKind.Integer) => Number(into, raw, type.Scale),
            (PgForm.Double, FieldKind.Decimal) => Float(into, BinaryPrimitives.ReadDoubleBigEndian(raw), type.Scale),
            (PgForm.Boolean, FieldKind.Boolean) => Flag(into, raw[0] != 0),
            (PgForm.Date, FieldKind.Date) => Day(into, BinaryPrimitives.ReadInt32BigEndian(raw)),
            (PgForm.Timestamp or PgForm.TimestampTz, FieldKind.Timestamp) => Instant(into, BinaryPrimitives.ReadInt64BigEndian(raw), type.Resolution),
            _ => false,
        };
        if (!isDone)
        {
            into.Append(type, PgWire.Read(raw, column));
        }
    }

    // Neither blanks to trim at an end nor line breaks to unify.
    private static bool Plain(PrintBuffer into, ReadOnlySpan<byte> text)
    {
        var isPlain = text is [> (byte)' ' and < 0x80, ..] and [.., > (byte)' ' and < 0x80] && !text.Contains((byte)'\r');
        if (isPlain)
        {
            into.AppendCanonical(text);
        }

        return isPlain;
    }

    private static bool Whole(PrintBuffer into, long value)
    {
        Utf8Formatter.TryFormat(value, into.Reserve(LongestNumber), out var written);
        into.Advance(written);
        return true;
    }

    // Digits and at most one point, as numeric is spelled: only zeros at the end of a fraction are too much.
    private static bool Number(PrintBuffer into, ReadOnlySpan<byte> text, int? scale)
    {
        var point = text.IndexOf((byte)'.');
        var digits = text[..(point < 0 ? text.Length : point)].TrimStart((byte)'-');
        var fraction = point < 0 ? [] : text[(point + 1)..].TrimEnd((byte)'0');
        if (digits.Length is 0 || digits.Length + fraction.Length > SafeDigits || fraction.Length > scale
            || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || (text[0] is (byte)'-' && fraction.IsEmpty && digits is [(byte)'0']))
        {
            return false;
        }

        into.AppendCanonical(text[..(fraction.IsEmpty ? point < 0 ? text.Length : point : point + 1 + fraction.Length)]);
        return true;
    }

    private static bool Float(PrintBuffer into, double value, int? scale)
    {
        Span<byte> text = stackalloc byte[LongestNumber];
        return value.TryFormat(text, out var written, "R", CultureInfo.InvariantCulture) && Number(into, text[..written], scale);
    }

    private static bool Flag(PrintBuffer into, bool value)
    {
        into.AppendCanonical(value ? "true"u8 : "false"u8);
        return true;
    }

    private static bool Day(PrintBuffer into, int days)
    {
        if (!PgTime.TryDay(days, out var day))
        {
            return false;
        }

        day.TryFormat(into.Reserve(LongestInstant), out var written, "O", CultureInfo.InvariantCulture);
        into.Advance(written);
        return true;
    }

    private static bool Instant(PrintBuffer into, long micros, TimeSpan resolution)
    {
        if (!PgTime.TryInstant(micros, out var instant))
        {
            return false;
        }

        var ticks = instant.Ticks - (resolution > TimeSpan.Zero ? instant.Ticks % resolution.Ticks : 0);
        var text = into.Reserve(LongestInstant);
        new DateTime(ticks).TryFormat(text, out var written, "s", CultureInfo.InvariantCulture);
        var fraction = ticks % TimeSpan.TicksPerSecond;
        if (fraction > 0)
        {
            text[written++] = (byte)'.';
            Utf8Formatter.TryFormat(fraction, text[written..], out var digits, new StandardFormat('D', 7));
            written += text.Slice(written, digits).TrimEnd((byte)'0').Length;
        }

        text[written++] = (byte)'Z';
        into.Advance(written);
        return true;
    }
}
