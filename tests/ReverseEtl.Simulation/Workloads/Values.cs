using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Workloads;

/// <summary>What users type: mostly something new, sometimes nothing, sometimes what was there before.</summary>
public sealed class Values(Random random)
{
    private readonly Dictionary<(string, string, string), string?> _before = [];
    private int _number = 10_000;

    /// <summary>Something nobody wrote before. All are of one length, so that none is the beginning of another.</summary>
    public string Fresh(Column column) => column.Fresh(random, ++_number);

    /// <summary>The next value for a field that now holds <paramref name="now"/>.</summary>
    /// <param name="place">Side or CRM id: whose field it is.</param>
    /// <param name="column">Which.</param>
    /// <param name="now">What it holds.</param>
    public string? Next(string place, string record, Column column, string? now)
    {
        var mayBlank = column.Name is not ("last_name" or "email" or "name");
        var next = random.Next(10) switch
        {
            0 when mayBlank => null,
            1 when _before.TryGetValue((place, record, column.Name), out var before) && (before is not null || mayBlank) => before,
            2 when column.Kind is ColumnKind.Text && now is not null => $"{now} {Fresh(column)}",
            _ => Fresh(column),
        };
        _before[(place, record, column.Name)] = now;
        return next;
    }
}
