namespace ReverseEtl.Core.Values;

/// <summary>The kinds of value that a mapping can carry.</summary>
public enum FieldKind
{
    /// <summary>Free text.</summary>
    Text,

    /// <summary>Text that is compared without case, as every CRM does with addresses.</summary>
    Email,

    /// <summary>A whole number of any size.</summary>
    Integer,

    /// <summary>A decimal number.</summary>
    Decimal,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A calendar day, <c>yyyy-MM-dd</c>.</summary>
    Date,

    /// <summary>An instant, ISO 8601 in UTC.</summary>
    Timestamp,

    /// <summary>One value of a list.</summary>
    Picklist,

    /// <summary>Several values of a list, joined by <c>;</c>. Order and repetition carry no meaning.</summary>
    MultiPicklist,

    /// <summary>The identity of another record: a key in the warehouse, a record id in the CRM.</summary>
    Reference,
}
