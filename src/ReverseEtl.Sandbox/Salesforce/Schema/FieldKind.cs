namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>How a field's values are read, stored and written; several describe types share a kind.</summary>
internal enum FieldKind
{
    /// <summary>Text stored as a string: string, phone, url, combobox, encryptedstring, base64, time, anyType.</summary>
    Text,

    /// <summary>Text that may hold line ends.</summary>
    TextArea,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>One value of a list.</summary>
    Picklist,

    /// <summary>Several values of a list, joined with semicolons.</summary>
    MultiPicklist,

    /// <summary>A bool; never null.</summary>
    Boolean,

    /// <summary>A whole number, stored as decimal.</summary>
    Integer,

    /// <summary>double, currency and percent, stored as decimal.</summary>
    Number,

    /// <summary>DateOnly.</summary>
    Date,

    /// <summary>DateTimeOffset in UTC, whole seconds.</summary>
    DateTime,

    /// <summary>An 18-character id of another record.</summary>
    Reference,

    /// <summary>The record's own 18-character id.</summary>
    Id,

    /// <summary>address and location: composed on read.</summary>
    Compound,
}
