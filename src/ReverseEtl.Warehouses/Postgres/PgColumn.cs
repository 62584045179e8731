using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>One column of a relation or query.</summary>
internal sealed record PgColumn(string Name, PgType Type, FieldSchema Schema)
{
    /// <summary>The column of the row source that is called so in a statement.</summary>
    public string Of(string alias) => $"{alias}.{Sql.Quote(Name)}";
}
