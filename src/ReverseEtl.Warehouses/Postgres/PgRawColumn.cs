namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A column as a catalog or a described query tells it, its type still a number.</summary>
internal sealed record PgRawColumn(string Name, uint TypeId, int Typmod)
{
    public bool Createable { get; init; }

    public bool Updateable { get; init; }

    public bool Required { get; init; }

    public bool HasDefault { get; init; }

    public bool Unique { get; init; }

    public bool IsBytewise { get; init; }
}
