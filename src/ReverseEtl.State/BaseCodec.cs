using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.State;

/// <summary>
/// Packs the bases of a pair: by field number, a hash in 8 bytes or a value as text. Neighbouring fields of the same shape share their
/// head of 3 bytes, and a CRM half that equals the warehouse half takes none.
/// </summary>
/// <remarks>
/// Format 1: the byte 1, then runs. A run: number (distance of its first field from the field after the last run, times 8, plus the
/// kind of the landed halves), byte (kind of the warehouse halves, kind of the CRM halves times 4, origin times 32), number (length of the run
/// less one); then for each field its warehouse, CRM and landed half. Where turns are remembered the kind of the landed halves is 5; each
/// field then has the turns (number: twice the count, plus 1 when the CRM was written last; number: minute; hash) before the kind of its
/// landed half and that half.
/// </remarks>
public static class BaseCodec
{
    /// <summary>The largest field number.</summary>
    public const int MaxNumber = 16_383;

    private const byte Format = 1;

    // In the place of the kind of the landed halves.
    private const uint WithTurns = 5;

    private enum Kind : byte
    {
        Hash,
        Text,
        Null,
        State,

        /// <summary>Of a CRM half: as the warehouse half. Of a landed half: there is none.</summary>
        Nothing,
    }

    /// <summary>Packs bases.</summary>
    /// <param name="numbers">One field number a base, each from 1 to <see cref="MaxNumber"/>, none twice, in any order.</param>
    /// <param name="bases">The bases; null where nothing is agreed.</param>
    public static byte[] Pack(ReadOnlySpan<int> numbers, ReadOnlySpan<FieldBase?> bases)
    {
        var order = new int[numbers.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        numbers.ToArray().AsSpan().Sort(order.AsSpan());
        var writer = new PackedWriter();
        writer.Byte(Format);
        var next = 1;
        for (var at = 0; at < order.Length;)
        {
            if (bases[order[at]] is not { } first)
            {
                at++;
                continue;
            }

            var length = RunLength(numbers, bases, order.AsSpan(at), first);
            var number = numbers[order[at]];
            writer.Number(((uint)(number - next) << 3) | (first.Turns is null ? (uint)LandedKind(first) : WithTurns));
            writer.Byte((byte)((int)KindOf(first.Warehouse) | ((int)CrmKind(first) << 2) | ((int)first.Origin << 5)));
            writer.Number((uint)length - 1);
            foreach (var index in order.AsSpan(at, length))
            {
                Write(writer, bases[index]!.Value);
            }

            next = number + length;
            at += length;
        }

        return writer.ToArray();
    }

    /// <summary>Unpacks bases.</summary>
    /// <param name="packed">What <see cref="Pack"/> made.</param>
    /// <param name="places">Where each field number goes; numbers that are not there are dropped.</param>
    /// <param name="count">How many fields are wanted.</param>
    /// <returns>One base a wanted field; null where nothing is agreed.</returns>
    /// <exception cref="InvalidDataException">These bytes were not made by <see cref="Pack"/>.</exception>
    public static FieldBase?[] Unpack(ReadOnlySpan<byte> packed, IReadOnlyDictionary<int, int> places, int count)
    {
        var bases = new FieldBase?[count];
        var reader = new PackedReader(packed);
        if (reader.Byte() != Format)
        {
            throw new InvalidDataException("The packed base has an unknown format.");
        }

        var number = 1;
        while (!reader.AtEnd)
        {
            var head = reader.Number();
            var shape = reader.Byte();
            number += (int)(head >> 3);
            for (var left = reader.Number() + 1; left > 0; left--, number++)
            {
                var value = Read(ref reader, head & 7, shape);
                if (places.TryGetValue(number, out var place))
                {
                    bases[place] = value;
                }
            }
        }

        return bases;
    }

    private static int RunLength(ReadOnlySpan<int> numbers, ReadOnlySpan<FieldBase?> bases, ReadOnlySpan<int> order, FieldBase first)
    {
        var length = 1;
        while (length < order.Length
            && numbers[order[length]] == numbers[order[0]] + length
            && bases[order[length]] is { } other
            && other.Origin == first.Origin
            && KindOf(other.Warehouse) == KindOf(first.Warehouse)
            && CrmKind(other) == CrmKind(first)
            && LandedKind(other) == LandedKind(first)
            && other.Turns is null == first.Turns is null)
        {
            length++;
        }

        return length;
    }

    private static Kind CrmKind(FieldBase value) => value.Crm == value.Warehouse ? Kind.Nothing : KindOf(value.Crm);

    private static Kind LandedKind(FieldBase value) => value.Landed is { } landed ? KindOf(landed) : Kind.Nothing;

    private static Kind KindOf(Half half) => (half.IsHash, half.Value.State) switch
    {
        (true, _) => Kind.Hash,
        (_, ValueState.Value) => Kind.Text,
        (_, ValueState.Null) => Kind.Null,
        _ => Kind.State,
    };

    private static void Write(PackedWriter writer, FieldBase value)
    {
        Write(writer, value.Warehouse);
        if (value.Crm != value.Warehouse)
        {
            Write(writer, value.Crm);
        }

        if (value.Turns is { } turns)
        {
            writer.Number(((uint)turns.Count << 1) | (turns.Written is Side.Crm ? 1u : 0));
            writer.Number(turns.Minute);
            writer.Hash(turns.Before);
            writer.Byte((byte)LandedKind(value));
        }

        if (value.Landed is { } landed)
        {
            Write(writer, landed);
        }
    }

    private static void Write(PackedWriter writer, Half half)
    {
        switch (KindOf(half))
        {
            case Kind.Hash:
                writer.Hash(half.Hash);
                break;
            case Kind.Text:
                writer.Text(half.Value.Text!);
                break;
            case Kind.State:
                writer.Byte((byte)half.Value.State);
                break;
        }
    }

    private static FieldBase Read(ref PackedReader reader, uint head, byte shape)
    {
        var warehouse = ReadHalf(ref reader, (Kind)(shape & 3));
        var crm = (Kind)((shape >> 2) & 7) is var kind && kind is Kind.Nothing ? warehouse : ReadHalf(ref reader, kind);
        var turns = head is WithTurns ? ReadTurns(ref reader) : (Turns?)null;
        var landed = turns is null ? (Kind)head : (Kind)reader.Byte();
        return new(warehouse, crm, (BaseOrigin)(shape >> 5)) { Landed = landed is Kind.Nothing ? null : ReadHalf(ref reader, landed), Turns = turns };
    }

    private static Turns ReadTurns(ref PackedReader reader)
    {
        var count = reader.Number();
        var minute = reader.Number();
        return new((int)(count >> 1), (count & 1) == 0 ? Side.Warehouse : Side.Crm, reader.Hash(), minute);
    }

    private static Half ReadHalf(ref PackedReader reader, Kind kind) => kind switch
    {
        Kind.Hash => Half.FromHash(reader.Hash()),
        Kind.Text => Half.Keep(FieldValue.Of(reader.Text())),
        Kind.Null => Half.Keep(FieldValue.Null),
        Kind.State => Half.Keep(StateOf(reader.Byte())),
        _ => throw new InvalidDataException($"A packed half has the unknown kind {kind}."),
    };

    private static FieldValue StateOf(byte state) => (ValueState)state switch
    {
        ValueState.NotObserved => FieldValue.NotObserved,
        ValueState.Unmoved => FieldValue.Unmoved,
        ValueState.Absent => FieldValue.Absent,
        _ => throw new InvalidDataException($"A packed half has the unknown state {state}."),
    };
}
