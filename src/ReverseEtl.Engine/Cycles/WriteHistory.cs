using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Looks up what writes of shared fields replaced unseen, in a CRM that cannot refuse such a write but keeps a history. One look a batch.
/// </summary>
internal sealed class WriteHistory(CycleContext context)
{
    /// <summary>Whether the history has anything to tell of this write.</summary>
    public bool Covers(Intent intent) => context.Crm.Traits.Guard is EditGuard.History && Fields(intent).Any();

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

        var fields = covered.SelectMany(w => Fields(w.Intent)).Select(f => f.Name).Distinct(StringComparer.Ordinal).ToList();
        var histories = await context.Crm.ReadHistoryAsync(
            context.Runtime.CrmRead, [.. covered.Select(w => w.CrmId).Distinct(StringComparer.Ordinal)], fields, cancellationToken);
        return covered.ToDictionary(
            w => w.Intent.Id, w => (IReadOnlyDictionary<string, WriteTrace>)Traces(w.Intent, histories.GetValueOrDefault(w.CrmId) ?? []));
    }

    private Dictionary<string, WriteTrace> Traces(Intent intent, IReadOnlyList<FieldEvent> events)
    {
        var traces = new Dictionary<string, WriteTrace>(StringComparer.Ordinal);
        foreach (var (name, type) in Fields(intent))
        {
            var entries = events.Where(e => e.Field.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
            if (entries.TrueForAll(e => e.ByUs is not null))
            {
                traces[name] = WriteTrace.Of(
                    type, [.. entries.Select(e => new HistoryEntry(e.Value, e.At, e.ByUs!.Value, e.Author))],
                    intent.Action is RecordAction.Create ? null : intent.SeenVersion);
            }
            else
            {
                // Which entries are ours is not known, so nobody can tell what the write replaced.
                context.Books.Unverified++;
            }
        }

        return traces;
    }

    // What both sides may change; and what left the mapping while the write was on its way, since nobody knows any more whose it was.
    private IEnumerable<(string Name, FieldType Type)> Fields(Intent intent) =>
        from field in intent.Fields
        where field.Field != context.Mapping.Crm.Key && field.Field != context.Mapping.Records.Archive?.Field
        let rule = context.Runtime.Rules.FirstOrDefault(r => r.Mapping.Crm == field.Field)
        where rule is null or { Owner: FieldOwner.Shared, IsParked: false }
        select (field.Field, rule?.CrmType ?? new FieldType(FieldKind.Text));
}
