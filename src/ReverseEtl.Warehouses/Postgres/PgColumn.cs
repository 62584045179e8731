using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>One column of a relation or query.</summary>
internal sealed record PgColumn(string Name, PgType Type, FieldSchema Schema)
{
    /// <summary>Whether its texts are ordered byte by byte, so that an index of it is in the order of keys.</summary>
    public bool IsBytewise { get; init; }

    /// <summary>The column of the row source that is called so in a statement.</summary>
    public string Of(string alias) => $"{alias}.{Sql.Quote(Name)}";
}
