using ReverseEtl.Core.Policies;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Looks up when fields were changed, in a CRM that keeps a history of each: a record's own time moves with every other field of it too. Asked
/// only where the newer of two edits wins. One look a batch.
/// </summary>
internal sealed class FieldTimes(CycleContext context)
{
    /// <summary>Looks up what is not known yet.</summary>
    /// <returns>The works that have times now.</returns>
    public async Task<IReadOnlyList<Work>> LoadAsync(IReadOnlyList<Work> works, CancellationToken cancellationToken)
    {
        if (context.Crm.Traits.Guard is not EditGuard.History)
        {
            return [];
        }

        var asked = works.Where(work => work is { Record: not null, CrmTimes: null })
            .Select(work => (Work: work, Fields: Fields(work).ToList()))
            .Where(each => each.Fields.Count > 0)
            .ToList();
        if (asked.Count == 0)
        {
            return [];
        }

        var histories = await context.Crm.ReadHistoryAsync(
            context.Runtime.CrmRead,
            [.. asked.Select(each => each.Work.Record!.Id).Distinct(StringComparer.Ordinal)],
            [.. asked.SelectMany(each => each.Fields).Select(field => field.Name).Distinct(StringComparer.Ordinal)],
            cancellationToken);
        foreach (var (work, fields) in asked)
        {
            var events = histories.GetValueOrDefault(work.Record!.Id) ?? [];
            work.CrmTimes = fields
                .Select(field => (field.Name, Entries: events.Where(e => e.Field.Equals(field.Name, StringComparison.OrdinalIgnoreCase)).ToList(), field.Type, field.Value))
                .Where(field => field.Entries.Count > 0)
                .ToDictionary(field => field.Name, field => TimeOf(field.Entries, field.Type, field.Value), StringComparer.Ordinal);
        }

        return [.. asked.Select(each => each.Work)];
    }

    /// <summary>When somebody gave the field its value. What a merge brought along was given before: where that is not told, nothing is.</summary>
    private static DateTimeOffset? TimeOf(List<FieldEvent> newestFirst, FieldType type, FieldValue value) =>
        newestFirst[0].ByMerge
            ? newestFirst.Where(e => !e.ByMerge && type.Same(e.Value, value)).Select(e => (DateTimeOffset?)e.At).FirstOrDefault()
            : newestFirst[0].At;

    private IEnumerable<(string Name, FieldType Type, FieldValue Value)> Fields(Work work) =>
        from i in Enumerable.Range(0, work.Views.Count)
        let rule = context.Runtime.Rules[i]
        where ConflictPolicies.ComparesTimes(rule, work.Views[i])
        select (rule.Mapping.Crm, rule.CrmType, work.Views[i].Crm);
}
