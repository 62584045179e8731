using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>
/// A model that is built from a table of people's and the landing table of a mapping: of each cell the later word counts. What was landed
/// shows only after the next build, possibly reshaped.
/// </summary>
/// <param name="Name">Schema and name of the table that is built; it has the columns of <paramref name="Base"/>.</param>
/// <param name="Base">The table that people edit.</param>
/// <param name="Mapping">The mapping whose landed values come in.</param>
public sealed record DbtModel(string Name, string Base, string Mapping)
{
    /// <summary>What the model makes of a landed text, by column; null for nothing.</summary>
    public Func<string, string, string>? Reshape { get; init; }

    /// <summary>Whether a row changed when it was built; otherwise when the later of its sources did, which incremental reads see late.</summary>
    public bool StampsBuilds { get; init; }

    /// <summary>Whether rows that the CRM deleted are left out.</summary>
    public bool DropsDeleted { get; init; }

    /// <summary>The rows as they would be built now.</summary>
    internal IEnumerable<FieldValue[]> Rows(Table people, Table? landing, DateTimeOffset now)
    {
        var landed = landing?.Rows.ToDictionary(row => row.Key(landing.KeyColumns)!, StringComparer.Ordinal) ?? [];
        foreach (var row in people.Rows)
        {
            if (row.Key(people.KeyColumns) is not { } key || !landed.TryGetValue(LandingTarget.Display(key, people.KeyColumns.Length), out var word))
            {
                yield return Stamp(people, [.. row.Cells], null, now);
            }
            else if (!DropsDeleted || word.Cells[landing!.Column(LandingTarget.DeletedColumn)].Text != "true")
            {
                yield return Stamp(people, Merge(people, row, landing!, word), word.Cells[landing!.Column(LandingTarget.LandedAtColumn)], now);
            }
        }
    }

    private FieldValue[] Merge(Table people, TableRow row, Table landing, TableRow word)
    {
        var cells = row.Cells.ToArray();
        for (var i = 0; i < cells.Length; i++)
        {
            var column = people.Shape.Columns[i];
            if (landing.Find(column.Name) is >= 0 and var at && word.Times[at] >= row.Times[i])
            {
                var text = word.Cells[at].Text;
                cells[i] = CellForm.Store(column, FieldValue.Of(text is null || Reshape is null ? text : Reshape(column.Name, text))).Stored;
            }
        }

        return cells;
    }

    private FieldValue[] Stamp(Table people, FieldValue[] cells, FieldValue? landedAt, DateTimeOffset now)
    {
        if (people.Shape.ChangedAt is { } stamp)
        {
            ref var cell = ref cells[people.Column(stamp)];
            var isLater = landedAt is { Text: { } landing } && (cell.Text is null || At(landing) > At(cell.Text));
            cell = StampsBuilds ? FieldValue.Of(Instants.Format(Micros.Stored(now))) : isLater ? landedAt!.Value : cell;
        }

        return cells;
    }

    private static DateTimeOffset At(string text) => Instants.TryInstant(text, out var at) ? at : DateTimeOffset.MinValue;
}
