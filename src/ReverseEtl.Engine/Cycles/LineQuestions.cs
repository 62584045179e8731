using Microsoft.Extensions.Logging;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Asks once about every parked line and closes the question when the line goes on. <c>ignore</c>, or any other answer, agrees to what the two
/// ends are now; where one of them is gone nothing can be agreed to, and only the field itself or the file can end it.
/// </summary>
internal sealed class LineQuestions(CycleContext context, ILogger logger)
{
    public async Task SettleAsync(IReadOnlyList<LineMemory> memories, CancellationToken cancellationToken)
    {
        var parked = context.Runtime.Parked;
        var over = memories.Where(m => m.Question != 0 && !parked.Any(p => p.CrmField == m.Crm)).DistinctBy(m => m.Question).ToList();
        if (parked.Count + over.Count == 0)
        {
            return;
        }

        foreach (var line in parked.Where(p => !memories.Any(m => m.Question != 0 && m.Crm == p.CrmField)))
        {
            logger.LogWarning("{Mapping}: parked {Column} to {Field}: {Reason}", context.Mapping.Name, line.Column, line.CrmField, line.Words);
        }

        await context.State.SettleAsync(
            context.Settlement() with
            {
                Conflicts = [.. parked.Select(p => Question(p, memories.FirstOrDefault(m => m.Warehouse == p.Column && m.Crm == p.CrmField)?.Kinds))],
                ClosedConflicts = [.. over.Select(m => new ConflictClosing(m.Question, Outcome(m)))],
            },
            cancellationToken);
    }

    private string Outcome(LineMemory memory) =>
        memory.Agreed is not null ? "resolved: as it is now"
        : context.Mapping.Fields.Any(f => f.Crm == memory.Crm) ? "the line goes on"
        : "the field is not mapped any more";

    private static Conflict Question(ParkedLine line, LineKinds? before) => new(
        ConflictKind.SchemaDrift, null, null, line.CrmField, Word(before?.Warehouse), Word(before?.Crm), Word(line.Now.Warehouse), Word(line.Now.Crm));

    private static FieldValue Word(FieldKind? kind) => kind is { } known ? FieldValue.Of(known.ToString().ToLowerInvariant()) : FieldValue.Absent;
}
