using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>The lines of a mapping as they ran last, by the number of their field.</summary>
internal sealed class LineRows
{
    private readonly SortedDictionary<int, LiveLine> _lines = [];

    /// <summary>Remembers the lines that run now; what is known of one that does not stays.</summary>
    public void Remember(IReadOnlyList<int> numbers, IReadOnlyList<LiveLine?> lines)
    {
        foreach (var (place, line) in lines.Index().Where(line => line.Item is not null))
        {
            _lines[numbers[place]] = line!;
        }
    }

    /// <summary>What is remembered, each with the open question about it.</summary>
    public IReadOnlyList<LineMemory> Of(FieldNumbers fields, IEnumerable<Conflict> open)
    {
        var questions = open.Where(c => c is { Kind: ConflictKind.SchemaDrift, Key: null, CrmId: null })
            .ToDictionary(c => c.Field!, StringComparer.Ordinal);
        return [.. _lines.Select(line => Memory(fields.Names[line.Key], line.Value, questions))];
    }

    public LineRows Copy()
    {
        var copy = new LineRows();
        foreach (var (number, line) in _lines)
        {
            copy._lines.Add(number, line);
        }

        return copy;
    }

    private static LineMemory Memory((string Warehouse, string Crm) name, LiveLine line, Dictionary<string, Conflict> questions)
    {
        var question = questions.GetValueOrDefault(name.Crm);
        return new LineMemory(name.Warehouse, name.Crm, line.Print, line.Kinds)
        {
            Question = question?.Id ?? 0,
            Agreed = question is { Resolution: not null, Warehouse.Text: { } warehouse, Crm.Text: { } crm }
                ? new LineKinds(Kind(warehouse), Kind(crm))
                : null,
        };
    }

    private static FieldKind? Kind(string word) => Enum.TryParse<FieldKind>(word, ignoreCase: true, out var kind) ? kind : null;
}
