using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State;

/// <summary>Packs the fields of an intent, values exactly as they are.</summary>
internal static class IntentCodec
{
    public static byte[] Pack(IReadOnlyList<IntentField> fields)
    {
        var writer = new PackedWriter();
        writer.Number((uint)fields.Count);
        foreach (var field in fields)
        {
            writer.Text(field.Field);
            Write(writer, field.Sent);
            Write(writer, field.Source);
            writer.Text(field.Rule);
            Write(writer, field.Loses);
        }

        return writer.ToArray();
    }

    public static IntentField[] Unpack(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        var fields = new IntentField[reader.Number()];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new(reader.Text(), Read(ref reader), Read(ref reader), reader.Text()) { Loses = Read(ref reader) };
        }

        return fields;
    }

    private static void Write(PackedWriter writer, FieldValue value)
    {
        writer.Byte((byte)value.State);
        if (value.State is ValueState.Value)
        {
            writer.Text(value.Text!);
        }
    }

    private static FieldValue Read(ref PackedReader reader) =>
        (ValueState)reader.Byte() is var state && state is ValueState.Value ? FieldValue.Of(reader.Text()) : StoredValue.Of(state);
}
