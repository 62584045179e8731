using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Describing;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>
/// Which of the keys asked for a record carries. SOQL compares text without case unless the field says otherwise, so a row's spelling
/// may differ from the one asked for.
/// </summary>
internal sealed class KeyMatch
{
    private readonly FieldType _type;
    private readonly ILookup<string, string> _asked;

    public KeyMatch(ObjectDescribe describe, string keyField, IReadOnlyList<string> keys)
    {
        _type = describe.Schema.Find(keyField)?.Type ?? new FieldType(FieldKind.Text);
        var comparer = describe.CaseSensitive.Contains(keyField) ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        _asked = keys.Where(key => !string.IsNullOrWhiteSpace(key) && _type.Refuse(FieldValue.Of(key)) is null)
            .Distinct(StringComparer.Ordinal)
            .ToLookup(Form, comparer);
        Literals = [.. _asked.Select(group => _type.Kind is FieldKind.Integer or FieldKind.Decimal ? group.Key : Soql.Text(group.First().Trim()))];
    }

    /// <summary>What goes into the query.</summary>
    public IReadOnlyList<string> Literals { get; }

    /// <summary>The keys asked for that are this value.</summary>
    public IEnumerable<string> Asked(string? value) => value is null ? [] : _asked[Form(value)];

    private string Form(string key) => _type.Canon(FieldValue.Of(key)).Text ?? key;
}
