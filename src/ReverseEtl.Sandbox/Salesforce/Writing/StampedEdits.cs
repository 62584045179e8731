using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Edits that the platform itself makes: no checks, and the stamps that such an edit moves.</summary>
internal sealed class StampedEdits(Org org)
{
    /// <param name="record">The record.</param>
    /// <param name="call">Who causes it.</param>
    /// <param name="userEdit">Counts as that user's edit; otherwise only SystemModstamp moves.</param>
    /// <param name="edit">Changes the values in place.</param>
    public void Change(SfRecord record, WriteCall call, bool userEdit, Action<object?[]> edit)
    {
        var type = record.Type;
        var values = type.Values(record.Latest);
        edit(values);
        object now = org.Now;
        values[type.SystemModstamp.Ordinal] = now;
        if (userEdit)
        {
            values[type.LastModifiedDate.Ordinal] = now;
            values[type.LastModifiedById.Ordinal] = call.UserId;
        }

        org.Replace(record, values, call.CommitDelay);
    }

    /// <summary>Sets a lookup without any stamp, as the platform does when the record it points at goes.</summary>
    public void Silently(SfRecord record, FieldDefinition field, string? value)
    {
        var values = record.Type.Values(record.Latest);
        values[field.Ordinal] = value;
        org.Replace(record, values, TimeSpan.Zero);
    }
}
