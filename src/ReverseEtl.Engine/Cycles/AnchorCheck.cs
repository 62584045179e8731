using Microsoft.Extensions.Logging;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Notices a state that was restored from a backup or put in the place of another one. State and warehouse each remember the last run of the
/// mapping; the state is told first, so it never knows less than the warehouse does, unless it lost something.
/// </summary>
/// <remarks>
/// The order is what makes it right whenever the process dies: compare; put the state in doubt, durably; start the run, which the state
/// remembers; only then tell the warehouse. A mapping that only writes to the CRM is not covered: its warehouse may be read-only.
/// </remarks>
internal sealed class AnchorCheck(MappingRuntime runtime, IMappingState state, ILogger logger)
{
    // A warehouse where we may write rows but make no table keeps no anchor.
    private bool _isKept = runtime.WritesRows;

    /// <summary>Compares what both remember, before the run is started.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (!_isKept)
        {
            return;
        }

        var remembered = await GuardAsync(() => runtime.Warehouse.ReadAnchorAsync(runtime.Mapping.Name, cancellationToken));
        if (remembered is not { } anchor || (anchor.State == state.Anchor.State && anchor.LastRun <= state.Anchor.LastRun))
        {
            return;
        }

        await state.DoubtAsync(cancellationToken);
        logger.LogWarning(
            "The state of mapping {Mapping} knows less than the warehouse remembers (run {LastRun} of state {State}; here run {Known} of state {Here}): "
            + "was it restored from a backup? Everything is compared in this cycle, and nothing is deleted",
            runtime.Mapping.Name, anchor.LastRun, anchor.State, state.Anchor.LastRun, state.Anchor.State);
    }

    /// <summary>Tells the warehouse of the run that was started.</summary>
    public async Task RememberAsync(long run, CancellationToken cancellationToken)
    {
        if (_isKept)
        {
            await GuardAsync<StateAnchor?>(async () =>
            {
                var anchor = state.Anchor with { LastRun = run };
                await runtime.Warehouse.WriteAnchorAsync(runtime.Mapping.Name, anchor, cancellationToken);
                return anchor;
            });
        }
    }

    private async Task<T?> GuardAsync<T>(Func<Task<T?>> work)
    {
        try
        {
            return await work();
        }
        catch (PortException refused) when (refused.Trouble is PortTrouble.Refused)
        {
            _isKept = false;
            logger.LogWarning(
                "The warehouse keeps no anchor of mapping {Mapping}, so a restored state would not be noticed: {Reason}", runtime.Mapping.Name, refused.Message);
            return default;
        }
    }
}
