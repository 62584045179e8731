using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Policies;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Looks up when fields took their values, where a decision hangs on it and the CRM keeps a history: the time of a record moves with any of its
/// fields, calculated ones and logged calls among them.
/// </summary>
internal sealed class FieldTimes(CycleContext context)
{
    private readonly List<(int Index, string Name)> _fields =
    [
        .. context.Runtime.Rules.Index()
            .Where(rule => rule.Item.Mapping is { Owner: FieldOwner.Shared, OnConflict: ConflictPolicy.NewestWins } && !rule.Item.IsParked)
            .Select(rule => (rule.Index, rule.Item.Mapping.Crm)),
    ];

    /// <summary>Whether the record was decided by its own time, and its fields' are to be had.</summary>
    public bool Decide(Work work) =>
        _fields.Count > 0 && context.Crm.Traits.Guard is EditGuard.History && work is { CrmTimes: null, Record: not null }
        && work.Decision.Fields.Any(field => field.Rule == ConflictPolicies.NewestWinsRule);

    /// <summary>Looks them up for these records, in one go.</summary>
    public async Task ReadAsync(IReadOnlyList<Work> works, CancellationToken cancellationToken)
    {
        if (works.Count == 0)
        {
            return;
        }

        var histories = await context.Crm.ReadHistoryAsync(
            context.Runtime.CrmRead, [.. works.Select(w => w.Record!.Id)], [.. _fields.Select(f => f.Name)], cancellationToken);
        foreach (var work in works)
        {
            var events = (histories.GetValueOrDefault(work.Record!.Id) ?? []).ToLookup(e => e.Field, StringComparer.OrdinalIgnoreCase);
            work.CrmTimes = _fields.Where(field => events.Contains(field.Name))
                .ToDictionary(field => field.Index, field => Since(work, field.Index, events[field.Name]));
        }
    }

    private DateTimeOffset? Since(Work work, int index, IEnumerable<FieldEvent> events) => FieldAge.Of(
        context.Runtime.Rules[index].CrmType, [.. events.Select(e => (e.Value, e.At, e.ByMerge))], context.Runtime.Value(work.Record!, index));
}
