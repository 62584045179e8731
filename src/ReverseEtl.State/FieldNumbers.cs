using ReverseEtl.Core.Mappings;

namespace ReverseEtl.State;

/// <summary>The numbers under which the fields of an opening stand in packed bases.</summary>
internal sealed class FieldNumbers(int[] numbers)
{
    private readonly int[] _numbers = numbers;

    /// <summary>One number a field, in the mapping's order.</summary>
    public ReadOnlySpan<int> Numbers => _numbers;

    /// <summary>How many fields.</summary>
    public int Count => _numbers.Length;

    /// <summary>Where each number stands in the mapping's order.</summary>
    public IReadOnlyDictionary<int, int> Places { get; } =
        numbers.Select((number, place) => (number, place)).ToDictionary(pair => pair.number, pair => pair.place);

    /// <summary>The numbers of the fields, given out where there is none yet. A number belongs to its two names for ever.</summary>
    public static async Task<FieldNumbers> OpenAsync(Session session, short mapping, IReadOnlyList<FieldMapping> fields, CancellationToken cancellationToken)
    {
        var known = (await session.QueryAsync(
            "select number, warehouse, crm from retl.field where mapping_id = @mapping",
            new { mapping },
            row => (Number: row.GetInt16(0), Name: (row.GetString(1), row.GetString(2))),
            cancellationToken)).ToDictionary(field => field.Name, field => (int)field.Number);
        var next = known.Count == 0 ? 1 : known.Values.Max() + 1;
        var added = fields.Select(field => (field.Warehouse, field.Crm)).Distinct().Where(name => !known.ContainsKey(name)).ToList();
        if (next + added.Count - 1 > BaseCodec.MaxNumber)
        {
            throw new InvalidOperationException($"The mapping has had more than {BaseCodec.MaxNumber} different fields.");
        }

        foreach (var name in added)
        {
            known[name] = next++;
        }

        await session.ExecuteAsync(
            "insert into retl.field (mapping_id, number, warehouse, crm) select @mapping, * from unnest(@numbers, @warehouse, @crm)",
            new
            {
                mapping,
                numbers = added.Select(name => (short)known[name]).ToArray(),
                warehouse = added.Select(name => name.Warehouse).ToArray(),
                crm = added.Select(name => name.Crm).ToArray(),
            },
            cancellationToken);
        return new(fields.Select(field => known[(field.Warehouse, field.Crm)]).ToArray());
    }
}
