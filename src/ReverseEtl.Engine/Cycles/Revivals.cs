using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Finds CRM records that carry the key of a row whose own record is gone: somebody made it again, under another id. The pair is taken up
/// with it as if the two met for the first time (sync-engine §3.10).
/// </summary>
internal sealed class Revivals(CycleContext context)
{
    /// <summary>The pairs to take up again, with their new records; records are those that no pair has.</summary>
    public async Task<IReadOnlyList<Work>> FindAsync(IReadOnlyCollection<CrmRecord> unlinked, CancellationToken cancellationToken)
    {
        var carrying = unlinked.Where(r => r is { Presence: CrmPresence.Live, Key: not null })
            .ToLookup(r => RecordKey.Parse(r.Key!, context.Mapping.Warehouse.Key.Count), StringComparer.Ordinal);
        var pairs = carrying.Count == 0 ? new Dictionary<string, Pair>()
            : await context.State.PairsByKeyAsync([.. carrying.Select(c => c.Key)], cancellationToken);
        var gone = pairs.Values.Where(p => p.State is PairState.GoneFromCrm).ToList();
        if (gone.Count == 0)
        {
            return [];
        }

        // Of several that carry the key none is surely the row's.
        var found = await context.Crm.FindByKeyAsync(context.Runtime.CrmRead, [.. gone.Select(p => RecordKey.Display(p.Key))], cancellationToken);
        return [.. from pair in gone
                   let holders = found[RecordKey.Display(pair.Key)].ToList()
                   where holders.Count == 1 && carrying[pair.Key].Any(r => r.Id == holders[0].Id)
                   select new Work(pair with { CrmId = holders[0].Id, CrmVersion = DateTimeOffset.MinValue }).With(holders[0])];
    }
}
