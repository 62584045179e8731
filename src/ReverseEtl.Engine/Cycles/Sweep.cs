using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Looks for the linked records that a complete read of the CRM did not show: purged ones leave no other trace. Each is asked for by its id,
/// and only what is not there then counts as missing; all are counted before anything follows from the first.
/// </summary>
internal sealed class Sweep(CycleContext context)
{
    /// <summary>The pairs whose records are gone. Records that are there after all are handed to <paramref name="found"/>, a batch at a time.</summary>
    /// <exception cref="GuardHalt">So many are gone at once that a person must look.</exception>
    /// <exception cref="PortException">The object or a field is not visible any more, which looks the same.</exception>
    public async Task<IReadOnlyList<string>> FindGoneAsync(Func<IReadOnlyList<CrmChange>, Task> found, CancellationToken cancellationToken)
    {
        List<string> gone = [];
        await foreach (var unseen in context.State.ReadUnseenAsync(cancellationToken).InBatchesAsync(context.Options.BatchSize, cancellationToken))
        {
            var records = await context.Crm.ReadAsync(context.Runtime.CrmRead, [.. unseen.Select(u => u.CrmId)], cancellationToken);
            gone.AddRange(unseen.Where(u => !records.ContainsKey(u.CrmId)).Select(u => u.Key));
            await found([.. records.Select(r => new CrmChange(r.Key, r.Value.Version, r.Value))]);
            await context.State.RenewAsync(cancellationToken);
        }

        if (gone.Count > 0)
        {
            await EnsureVisibleAsync(cancellationToken);
            Guard(gone.Count);
        }

        return gone;
    }

    // Lost rights hide records just as a purge does.
    private async Task EnsureVisibleAsync(CancellationToken cancellationToken)
    {
        var name = context.Mapping.Crm.Object;
        var schema = await context.Crm.DescribeAsync(name, cancellationToken);
        var hidden = context.Runtime.CrmRead.Fields.Select(f => f.Name).Append(context.Mapping.Crm.Key)
            .FirstOrDefault(f => !f.Contains('.', StringComparison.Ordinal) && schema?.Find(f) is null);
        if (schema is null || hidden is not null)
        {
            throw new PortException(
                PortTrouble.Refused, $"mapping '{context.Mapping.Name}': {name}{(hidden is null ? "" : $" has no field {hidden}, or it")} is not visible any more");
        }
    }

    private void Guard(long gone)
    {
        var destroys = context.Mapping.Records.GoneFromCrm is GoneFromCrm.Delete;
        if (context.IsGuarded && Guards.Halt(context.Mapping.Guard, new Turnover(context.LinkedBefore, 0, 0, gone), destroys) is { } halt)
        {
            throw new GuardHalt(halt);
        }
    }
}
