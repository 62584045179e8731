namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>What became of a lead that was converted (§6.5): it stays, and cannot be written any more.</summary>
internal static class Conversion
{
    private static readonly (string Column, string Object)[] Targets =
    [
        ("ConvertedContactId", "Contact"),
        ("ConvertedAccountId", "Account"),
        ("ConvertedOpportunityId", "Opportunity"),
    ];

    /// <summary>The columns that tell.</summary>
    public static IEnumerable<string> Columns => Targets.Select(target => target.Column).Prepend("IsConverted");

    /// <summary>What the record was turned into, by object; null when it was not.</summary>
    public static IReadOnlyDictionary<string, string>? Of(IRowCells row) => row.Text("IsConverted") is not "true" ? null
        : Targets.Select(target => (target.Object, Id: SalesforceId.OfAnswer(row.Text(target.Column))))
            .Where(target => target.Id is not null)
            .ToDictionary(target => target.Object, target => target.Id!, StringComparer.OrdinalIgnoreCase);
}
