using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>A field of a record or of its parents, e.g. <c>Account.Owner.Email</c>.</summary>
/// <param name="References">The reference fields to follow, outermost first.</param>
/// <param name="Field">The field at the end.</param>
internal sealed record FieldPath(IReadOnlyList<FieldDefinition> References, FieldDefinition Field)
{
    public object? Read(RowReader reader, SfRecord record, RowVersion version)
    {
        foreach (var reference in References)
        {
            if (reader.Parent(version, reference) is not { } parent)
            {
                return null;
            }

            (record, version) = parent;
        }

        // Behind a polymorphic reference the record may be of another object than the one the field was found on.
        return References is [.., { Polymorphic: true }]
            ? record.Type.Field(Field.Name) is { } own ? reader.Read(record, version, own) : null
            : reader.Read(record, version, Field);
    }
}
