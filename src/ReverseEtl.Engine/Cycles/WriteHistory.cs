using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Looks up what writes of shared fields replaced unseen, in a CRM that cannot refuse such a write but keeps a history. One look a batch.
/// </summary>
internal sealed class WriteHistory(CycleContext context)
{
    /// <summary>Whether the history has anything to tell of this write.</summary>
    public bool Covers(Intent intent) => context.Crm.Traits.Guard is EditGuard.History && SharedFields(intent).Any();

    /// <summary>By intent and CRM field, what became of these writes.</summary>
    /// <exception cref="PortException">The history could not be read; the writes must stay journalled until it was.</exception>
    public async Task<IReadOnlyDictionary<long, IReadOnlyDictionary<string, WriteTrace>>> ReadAsync(
        IReadOnlyList<(string CrmId, Intent Intent)> writes, CancellationToken cancellationToken)
    {
        var covered = writes.Where(w => Covers(w.Intent)).ToList();
        if (covered.Count == 0)
        {
            return new Dictionary<long, IReadOnlyDictionary<string, WriteTrace>>();
        }

        var fields = covered.SelectMany(w => SharedFields(w.Intent)).Select(r => r.Mapping.Crm).Distinct(StringComparer.Ordinal).ToList();
        var histories = await context.Crm.ReadHistoryAsync(
            context.Runtime.CrmRead, [.. covered.Select(w => w.CrmId).Distinct(StringComparer.Ordinal)], fields, cancellationToken);
        return covered.ToDictionary(
            w => w.Intent.Id, w => (IReadOnlyDictionary<string, WriteTrace>)Traces(w.Intent, histories.GetValueOrDefault(w.CrmId) ?? []));
    }

    private Dictionary<string, WriteTrace> Traces(Intent intent, IReadOnlyList<FieldEvent> events) =>
        SharedFields(intent).ToDictionary(
            rule => rule.Mapping.Crm,
            rule => WriteTrace.Of(
                rule.CrmType,
                [.. events.Where(e => e.Field.Equals(rule.Mapping.Crm, StringComparison.OrdinalIgnoreCase))
                    .Select(e => new HistoryEntry(e.Value, e.At, e.ByUs, e.Author))],
                intent.Action is RecordAction.Create ? null : intent.SeenVersion),
            StringComparer.Ordinal);

    private IEnumerable<FieldRule> SharedFields(Intent intent) =>
        context.Runtime.Rules.Where(r => r is { Owner: FieldOwner.Shared, IsParked: false } && intent.Fields.Any(f => f.Field == r.Mapping.Crm));
}
