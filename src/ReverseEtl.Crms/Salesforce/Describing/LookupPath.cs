using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Crms.Salesforce.Describing;

/// <summary>
/// A path of one step to a field that tells a related record: <c>Owner.Email</c>, <c>RecordType.DeveloperName</c>, <c>Account.Warehouse_Id__c</c>.
/// </summary>
/// <param name="Reference">The field that refers to the record.</param>
/// <param name="Relation">The name of the relation.</param>
/// <param name="Field">The field of the related record.</param>
internal sealed record LookupPath(FieldSchema Reference, string Relation, string Field)
{
    private const string User = "User";
    private const string RecordType = "RecordType";

    private static readonly HashSet<string> UserFields =
        new(StringComparer.OrdinalIgnoreCase) { "Email", "Username", "FederationIdentifier" };

    /// <summary>
    /// Whether a user is meant: looked up, since an e-mail address is no unique field, and one who left must not be given anything.
    /// </summary>
    public bool IsByUser => Reference.ReferenceTo.Contains(User, StringComparer.OrdinalIgnoreCase) && UserFields.Contains(Field);

    /// <summary>Whether a record type is meant: the object's description knows them all.</summary>
    public bool IsByRecordType =>
        Reference.ReferenceTo.Contains(RecordType, StringComparer.OrdinalIgnoreCase)
        && Field.Equals("DeveloperName", StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes a path apart; null when it is none of this kind.</summary>
    public static LookupPath? Of(ObjectDescribe describe, string path) =>
        path.Split('.') is [var relation, var field] && describe.Relations.TryGetValue(relation, out var reference)
            ? new LookupPath(reference, relation, field)
            : null;

    /// <summary>
    /// The field that refers, told by the name of a column of the relation: <c>ParentId</c> of <c>Parent.Key__c</c>, <c>Boss__c</c> of
    /// <c>Boss__r.Key__c</c>. Salesforce names all its relations so.
    /// </summary>
    public static string ReferenceOf(string column)
    {
        var relation = column[(column.IndexOf(':', StringComparison.Ordinal) + 1)..column.IndexOf('.', StringComparison.Ordinal)];
        return relation.EndsWith("__r", StringComparison.OrdinalIgnoreCase) ? relation[..^1] + "c" : relation + "Id";
    }

    /// <summary>
    /// The column that carries the value (§3.2, §5.4): <c>Account.Key__c</c>, with the object in front where the reference may lead to several.
    /// </summary>
    public string Column(ObjectDescribe describe, string target) =>
        describe.Polymorphic.Contains(Reference.Name) ? $"{target}:{Relation}.{Field}" : $"{Relation}.{Field}";
}
