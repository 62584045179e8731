using System.Data.Common;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State.Tables;

/// <summary>What is remembered of the lines of a mapping.</summary>
internal static class LineTable
{
    /// <summary>The lines that ran before, each with the open question about it.</summary>
    public static Task<List<LineMemory>> OfAsync(Session session, string mapping, CancellationToken cancellationToken) => session.QueryAsync(
        """
        select f.warehouse, f.crm, f.line, f.warehouse_kind, f.crm_kind, c.id, c.choice is not null, c.warehouse, c.crm
          from retl.mapping m
          join retl.field f on f.mapping_id = m.id and f.line is not null
          left join retl.conflict c
            on c.mapping_id = m.id and c.kind = @kind and c.field = f.crm and c.key is null and c.crm_id is null and c.closed_at is null
         where m.name = @mapping
         order by f.number
        """,
        new { mapping, kind = (short)ConflictKind.SchemaDrift },
        Read,
        cancellationToken);

    /// <summary>Remembers the lines that run now; what is known of one that does not stays.</summary>
    public static async Task RememberAsync(
        Session session, short mapping, FieldNumbers numbers, IReadOnlyList<LiveLine?> lines, CancellationToken cancellationToken)
    {
        var live = lines.Index().Where(line => line.Item is not null).Select(line => (Number: numbers.Numbers[line.Index], Line: line.Item!)).ToList();
        if (live.Count == 0)
        {
            return;
        }

        await session.ExecuteAsync(
            """
            update retl.field f
               set line = n.line, warehouse_kind = n.warehouse_kind, crm_kind = n.crm_kind
              from unnest(@numbers, @prints, @warehouse, @crm) as n(number, line, warehouse_kind, crm_kind)
             where f.mapping_id = @mapping and f.number = n.number
               and (f.line, f.warehouse_kind, f.crm_kind) is distinct from (n.line, n.warehouse_kind, n.crm_kind)
            """,
            new
            {
                mapping,
                numbers = live.Select(line => (short)line.Number).ToArray(),
                prints = live.Select(line => line.Line.Print.ToUuid()).ToArray(),
                warehouse = live.Select(line => (short?)line.Line.Kinds.Warehouse).ToArray(),
                crm = live.Select(line => (short?)line.Line.Kinds.Crm).ToArray(),
            },
            cancellationToken);
    }

    private static LineMemory Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.Print(2), new LineKinds(Kind(row, 3), Kind(row, 4)))
    {
        Question = row.IsDBNull(5) ? 0 : row.GetInt64(5),
        Agreed = row.GetBoolean(6) && !row.IsDBNull(7) && !row.IsDBNull(8) ? new LineKinds(Kind(row.GetString(7)), Kind(row.GetString(8))) : null,
    };

    private static FieldKind? Kind(DbDataReader row, int column) => row.IsDBNull(column) ? null : (FieldKind)row.GetInt16(column);

    private static FieldKind? Kind(string word) => Enum.TryParse<FieldKind>(word, ignoreCase: true, out var kind) ? kind : null;
}
