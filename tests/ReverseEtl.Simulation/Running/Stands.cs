using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Checking;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Running;

/// <summary>Takes stock of a world.</summary>
public static class Stands
{
    /// <summary>How a table stands in this world.</summary>
    public static Func<Table, Stand> Of(World world) => table =>
    {
        var view = world.Memory.View(table.Name);
        var runtime = world.Runtimes[table.Name];
        var parents = world.Memory.View(Table.Accounts.Name).Pairs.Where(p => p is { State: PairState.Linked, CrmId: not null });
        return new Stand(table, world.Swarm.Crm, runtime.Mapping, runtime.Rules)
        {
            Rows = world.Store.Rows(table),
            Records = world.CrmWatch.Records(table),
            Pairs = [.. view.Pairs.Select(p => Aligned(p, view.Fields, runtime.Rules))],
            Questions = [.. view.Conflicts.Where(c => c.Outcome is null).Select(c => c.Conflict)],
            Rejects = [.. view.Rejects.Select(r => r.Reject)],
            Tombstones = view.Tombstones,
            Parents = parents.ToDictionary(p => p.CrmId!, p => p.Key, StringComparer.Ordinal),
        };
    };

    // The state numbers every field that the mapping ever had; checkers go by the fields that it has.
    private static Pair Aligned(Pair pair, IReadOnlyList<(string Warehouse, string Crm)> fields, IReadOnlyList<FieldRule> rules) => pair with
    {
        Bases = [.. rules.Select(r => fields.Index().Where(f => f.Item == (r.Mapping.Warehouse, r.Mapping.Crm) && f.Index < pair.Bases.Length)
            .Select(f => pair.Bases[f.Index]).FirstOrDefault())],
    };
}
