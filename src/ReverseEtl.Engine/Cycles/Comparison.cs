using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Who compares a model with what is known of its rows when it is read in full.</summary>
public enum Comparer
{
    /// <summary>The warehouse where it can, else the daemon.</summary>
    Auto,

    /// <summary>The daemon: it reads every row, in order. Needs no more of the warehouse than to sort, and nothing of its memory.</summary>
    Daemon,

    /// <summary>The warehouse, where it can: only rows that differ travel.</summary>
    Warehouse,
}

/// <summary>Who compares, and why. Both find the same; one may follow the other at any time.</summary>
/// <param name="By"><see cref="Comparer.Daemon"/> or <see cref="Comparer.Warehouse"/>.</param>
/// <param name="Why">In words.</param>
public sealed record Comparison(Comparer By, string Why)
{
    internal static async Task<Comparison> ChooseAsync(MappingRuntime runtime, IMappingState state, Comparer asked, CancellationToken cancellationToken)
    {
        if (asked is Comparer.Daemon)
        {
            return new(Comparer.Daemon, "Engine:Compare says so");
        }

        return runtime.WarehouseRead.HashSeed is null || state.KnownRows is not { } known
            || await runtime.Warehouse.DatabaseAsync(cancellationToken) is not { } database
            ? new(Comparer.Daemon, $"warehouse '{runtime.Mapping.Warehouse.Connection}' cannot compare by itself")
            : database != known.Database
                ? new(Comparer.Daemon, $"warehouse '{runtime.Mapping.Warehouse.Connection}' cannot see the state: it is another database, or another role")
                : new(Comparer.Warehouse, "model and state are in one database");
    }
}
