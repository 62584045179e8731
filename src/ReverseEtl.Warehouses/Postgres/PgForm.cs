namespace ReverseEtl.Warehouses.Postgres;

/// <summary>How a column's values travel.</summary>
internal enum PgForm
{
    /// <summary>text and varchar, as they are.</summary>
    Text,

    /// <summary>Cast to text by the server: everything this adapter has no better way for.</summary>
    Cast,

    /// <summary>smallint.</summary>
    Int16,

    /// <summary>integer.</summary>
    Int32,

    /// <summary>bigint.</summary>
    Int64,

    /// <summary>numeric, cast to text by the server: it holds more digits than .NET's decimal.</summary>
    Numeric,

    /// <summary>real.</summary>
    Single,

    /// <summary>double precision.</summary>
    Double,

    /// <summary>boolean.</summary>
    Boolean,

    /// <summary>date.</summary>
    Date,

    /// <summary>timestamp without time zone, taken as UTC.</summary>
    Timestamp,

    /// <summary>timestamp with time zone.</summary>
    TimestampTz,

    /// <summary>uuid.</summary>
    Uuid,

    /// <summary>An array of text, varchar or an enum.</summary>
    TextArray,
}
