using ReverseEtl.Core.Schemas;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A table, view or query with its columns as they are now.</summary>
/// <param name="Name">For people.</param>
/// <param name="Source">What stands behind FROM: a quoted name, or a query in brackets.</param>
/// <param name="Columns">By exact name.</param>
internal sealed record PgRelation(string Name, string Source, IReadOnlyDictionary<string, PgColumn> Columns)
{
    /// <summary>Whether the server can make a hash of a row: since version 14.</summary>
    public bool HashesRows { get; init; }

    public PgColumn Column(string name) => Columns.GetValueOrDefault(name) ?? throw new PortException(
        PortTrouble.Refused,
        $"There is no column '{name}' in {Name}. It has: {string.Join(", ", Columns.Keys)}.");

    public IReadOnlyList<PgColumn> Select(IEnumerable<string> names) => names.Select(Column).ToList();

    public SideSchema ToSchema() => new(Name, Columns.ToDictionary(pair => pair.Key, pair => pair.Value.Schema, StringComparer.Ordinal)) { HashesRows = HashesRows };
}
