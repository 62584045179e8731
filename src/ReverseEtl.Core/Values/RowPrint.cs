namespace ReverseEtl.Core.Values;

/// <summary>How the fingerprint of a side's records is made: equal exactly when every mapped field has the same canonical value.</summary>
/// <param name="Salt">Stands for the mapping's shape, so that a changed mapping makes every record look moved.</param>
/// <param name="Types">One type a mapped field, in the mapping's order.</param>
/// <param name="Columns">For every field where its value is among the values read; -1 for one that is not read.</param>
public sealed record RowPrint(ulong Salt, IReadOnlyList<FieldType> Types, IReadOnlyList<int> Columns)
{
    /// <summary>The fingerprint of a record.</summary>
    /// <param name="values">Everything that was read of it.</param>
    public Fingerprint Of(IReadOnlyList<FieldValue> values)
    {
        using var buffer = new PrintBuffer();
        buffer.Begin(Salt);
        for (var i = 0; i < Types.Count; i++)
        {
            buffer.Append(Types[i], Columns[i] < 0 ? FieldValue.NotObserved : values[Columns[i]]);
        }

        return buffer.Finish();
    }
}
