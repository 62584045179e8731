using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>
/// Writes rows of one shape in a transaction, as the Postgres warehouse does: what is committed stands when the next one breaks off. From the
/// first commit on trouble is told row by row, because results must not get lost.
/// </summary>
internal sealed class RowWriter(WarehouseMemory memory, GatedIo io, WarehouseTarget target)
{
    public async Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(
        IReadOnlyList<WarehouseWrite> writes, MemoryTransaction? within, CancellationToken cancellationToken)
    {
        if (writes.Count == 0)
        {
            return [];
        }

        var results = new WarehouseWriteResult?[writes.Count];
        var table = await io.RunAsync("warehouse.write", () => Open(writes), cancellationToken);
        var chunks = writes.Index().GroupBy(write => Shape(write.Item)).Select(group => group.ToList()).ToList();
        if (within is null)
        {
            await CommitAsync(table, chunks, results);
        }
        else
        {
            await JoinAsync(table, chunks, results, within, cancellationToken);
        }

        return results!;
    }

    private async Task CommitAsync(IWriteTarget table, List<List<(int Index, WarehouseWrite Write)>> chunks, WarehouseWriteResult?[] results)
    {
        foreach (var chunk in chunks)
        {
            try
            {
                // Not cancellable: an answer that is a moment away is worth more than not knowing.
                var written = await io.RunAsync("warehouse.commit", () => Commit(table, chunk), CancellationToken.None);
                chunk.Zip(written).ToList().ForEach(row => results[row.First.Index] = row.Second);
            }
            catch (PortException trouble)
            {
                // Whether it was committed is not known. What comes after it was never sent.
                foreach (var (index, write) in chunks.SelectMany(rows => rows).Where(row => results[row.Index] is null))
                {
                    results[index] = new(WriteOutcome.Unknown, write.Key, null, trouble.Message);
                }

                return;
            }
        }
    }

    private List<WarehouseWriteResult> Commit(IWriteTarget table, List<(int Index, WarehouseWrite Write)> chunk)
    {
        memory.CommitDue();
        var draft = new TableDraft(table.Table, table.Key);
        var written = chunk.ConvertAll(row => table.Write(draft, row.Write));
        memory.Tell(draft.Commit(WarehouseEvent.Engine, memory.Now));
        return written;
    }

    // The rows are stored with the transaction. Until it is over nobody else may change them.
    private async Task JoinAsync(
        IWriteTarget table, List<List<(int Index, WarehouseWrite Write)>> chunks, WarehouseWriteResult?[] results, MemoryTransaction within, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(within.IsOver, within);
        var draft = await io.RunAsync("warehouse.join", () => Join(table, chunks, results, within), cancellationToken);
        within.AtCommit(() => memory.Tell(draft.Commit(WarehouseEvent.Engine, memory.Now)));
    }

    private TableDraft Join(IWriteTarget table, List<List<(int Index, WarehouseWrite Write)>> chunks, WarehouseWriteResult?[] results, MemoryTransaction within)
    {
        memory.CommitDue();
        var draft = new TableDraft(table.Table, table.Key);
        foreach (var (index, write) in chunks.SelectMany(rows => rows))
        {
            results[index] = table.Write(draft, write);
        }

        var keys = results.Select(result => result!.Key).OfType<string>().Where(table.Table.Locked.Add).ToList();
        within.AtEnd(() =>
        {
            table.Table.Locked.ExceptWith(keys);
            memory.CommitDue();
        });
        return draft;
    }

    private IWriteTarget Open(IReadOnlyList<WarehouseWrite> writes)
    {
        memory.CommitDue();
        IWriteTarget table = target.Table is null
            ? LandingTarget.Prepare(memory, target)
            : new InPlaceTarget(memory, Existing(target.Table), target.Key);
        foreach (var column in writes.SelectMany(write => write.Columns))
        {
            table.Table.Column(column.Column);
        }

        return table;
    }

    private Table Existing(string name) => memory.Find(name) is { IsHidden: false } table
        ? table
        : throw new PortException(PortTrouble.Refused, $"There is no table or view {name}, or this user may not see it.");

    private static string Shape(WarehouseWrite write) =>
        $"{write.Kind} {write.Key is null} {string.Join('\0', write.Columns.Select(column => $"{column.Column}\0{column.Expected.IsSeen}"))}";
}
