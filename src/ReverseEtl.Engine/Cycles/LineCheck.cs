using System.Globalization;
using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Tells what the two sides' fields of today mean for a mapping: whether it can run at all, and which of its lines must wait. The rules are
/// those of <c>validate</c>: an error of one field is that line's matter, any other the mapping's.
/// </summary>
public static class LineCheck
{
    /// <summary>The number of the line that a problem is about, from 0; null when it is about more than one line.</summary>
    public static int? LineOf(MappingProblem problem)
    {
        const string Lines = "fields[";
        return problem.Path.StartsWith(Lines, StringComparison.Ordinal)
            ? int.Parse(problem.Path.AsSpan(Lines.Length, problem.Path.IndexOf(']', StringComparison.Ordinal) - Lines.Length), CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Whether this very line ran before, so that what is wrong with it now is the sides' doing and not the file's.</summary>
    public static bool HasRun(FieldMapping line, IReadOnlyList<LineMemory> memories) =>
        memories.Any(m => m.Warehouse == line.Warehouse && m.Crm == line.Crm && m.Print == LineMemory.PrintOf(line));

    /// <summary>Why the mapping as a whole cannot run; null when it can. Keys and what rows are matched by are nobody's line.</summary>
    internal static string? Stops(MappingFacts facts)
    {
        string[] whole = ["warehouse.key", "warehouse.changed_at", "warehouse.write_to", "match[", "crm.key", "records.archive"];
        var missing = MappingChecker.Check(facts).FirstOrDefault(p =>
            p.Severity is Severity.Error && whole.Any(w => p.Path.StartsWith(w, StringComparison.Ordinal)));
        return missing is null ? RequiredGone(facts) : Words(missing);
    }

    /// <summary>
    /// The lines that cannot be followed as the sides are now. Rules that do not fit a field's type are the file's matter: a field that became
    /// another type is found by what it was (<see cref="Retyped"/>).
    /// </summary>
    internal static IReadOnlyList<ParkedLine> Unfit(MappingFacts facts) =>
    [
        .. MappingChecker.Check(facts).Where(p => p.Severity is Severity.Error && LineOf(p) is not null && IsOfSides(p)).GroupBy(p => LineOf(p)!.Value)
            .Select(line => Parked(facts, line.Key, line.First().Message, line.Select(p => p.Suggestion).FirstOrDefault(s => s is not null))),
    ];

    /// <summary>The lines that could be followed, but whose ends are something else than when they ran last.</summary>
    internal static IReadOnlyList<ParkedLine> Retyped(MappingRuntime runtime, IReadOnlyList<LineMemory> memories)
    {
        var found = new List<ParkedLine>();
        foreach (var (i, rule) in runtime.Rules.Index().Where(r => !r.Item.IsParked))
        {
            var now = KindsOf(rule);
            if (memories.FirstOrDefault(m => m.Warehouse == rule.Mapping.Warehouse && m.Crm == rule.Mapping.Crm) is { } memory
                && memory.Kinds != now && memory.Agreed != now)
            {
                found.Add(new ParkedLine(i, rule.Mapping.Warehouse, rule.Mapping.Crm, Changed(rule.Mapping, memory.Kinds, now), null) { Now = now });
            }
        }

        return found;
    }

    /// <summary>What the ends of a line are now.</summary>
    internal static LineKinds KindsOf(Core.Planning.FieldRule rule) => new(rule.WarehouseType.Kind, rule.CrmType.Kind);

    private static bool IsOfSides(MappingProblem problem) => problem.Path[(problem.Path.LastIndexOf('.') + 1)..] is "warehouse" or "crm" or "owner";

    // A record cannot be made without it, and every attempt would be a call for nothing.
    private static string? RequiredGone(MappingFacts facts)
    {
        var gone = facts.Mapping.Records.NewInWarehouse is NewRecord.Create
            ? facts.Mapping.Fields.FirstOrDefault(f => f.Owner is not FieldOwner.Crm && facts.Field(f.Crm) is { Required: true, Createable: true }
                && facts.Warehouse!.Find(f.Warehouse) is null)
            : null;
        return gone is null ? null : $"{facts.Mapping.Crm.Object} cannot be created without {gone.Crm}, and '{facts.Warehouse!.Name}' has no column '{gone.Warehouse}'";
    }

    private static ParkedLine Parked(MappingFacts facts, int line, string reason, string? mend)
    {
        var field = facts.Mapping.Fields[line];
        return new ParkedLine(line, field.Warehouse, field.Crm, reason, mend)
        {
            Now = new LineKinds(facts.Warehouse!.Find(field.Warehouse)?.Type.Kind, facts.Field(field.Crm)?.Type.Kind),
        };
    }

    private static string Changed(FieldMapping line, LineKinds before, LineKinds now) => before.Crm != now.Crm
        ? $"'{line.Crm}' was {Word(before.Crm)} and is {Word(now.Crm)} now."
        : $"Column '{line.Warehouse}' was {Word(before.Warehouse)} and is {Word(now.Warehouse)} now.";

    private static string Word(FieldKind? kind) => kind is { } known ? KindFit.Word(known) : "nothing";

    private static string Words(MappingProblem problem) =>
        problem.Suggestion is null ? problem.Message : $"{problem.Message.TrimEnd('.')}; did you mean '{problem.Suggestion}'?";
}
