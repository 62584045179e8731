using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>One state of a record. Never changed once it is part of a record.</summary>
/// <param name="Values">By <see cref="FieldDefinition.Ordinal"/>; shorter than the field list when fields were added later.</param>
/// <param name="Number">Counts the states of the record, from 1.</param>
/// <param name="CommittedAt">From then on reads by id see it.</param>
/// <param name="VisibleAt">From then on queries see it.</param>
/// <param name="Older">The state before, kept only while somebody may still see it.</param>
internal sealed record RowVersion(object?[] Values, int Number, DateTimeOffset CommittedAt, DateTimeOffset VisibleAt, RowVersion? Older)
{
    public object? this[FieldDefinition field] => field.Ordinal < Values.Length ? Values[field.Ordinal] : field.Default;

    public bool IsDeleted(ObjectType type) => type.IsDeleted is { } field && this[field] is true;
}
