namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>A table that pulled values go to.</summary>
internal interface IWriteTable
{
    /// <summary>The table as it is.</summary>
    PgRelation Relation { get; }

    /// <summary>
    /// The statement for the row, the same one for all rows of its shape; null when the row is decided without asking Postgres, and its
    /// result is set.
    /// </summary>
    WriteStatement? Prepare(PendingRow row);
}
