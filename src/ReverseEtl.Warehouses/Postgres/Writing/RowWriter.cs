using System.Runtime.InteropServices;
using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>
/// Writes rows, many in a statement and a transaction (or a savepoint of the caller's). A chunk that one row spoils is rolled back and
/// halved until only that row is out, so every row stands by itself.
/// </summary>
internal sealed class RowWriter(NpgsqlConnection connection, NpgsqlTransaction? within, WarehouseTarget target, string endpoint)
{
    private const int ChunkRows = 1000;

    /// <summary>How often a transaction that lost against another one is tried.</summary>
    private const int Attempts = 5;

    /// <summary>
    /// Whether anything may be stored already. From then on trouble is told row by row, because results must not get lost. Within the
    /// caller's transaction nothing is.
    /// </summary>
    private bool _committing;

    public async Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(IReadOnlyList<WarehouseWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count == 0)
        {
            return [];
        }

        IWriteTable table = target.Table is null
            ? await LandingTable.PrepareAsync(connection, within, target, cancellationToken)
            : await PgTable.OpenAsync(connection, target, cancellationToken);
        var rows = writes.Select(write => new PendingRow(write)).ToList();
        try
        {
            foreach (var (statement, chunk) in Chunks(table, rows))
            {
                await WriteChunkAsync(table, statement, chunk, cancellationToken);
            }
        }
        catch (Exception e) when (_committing && PgErrors.ToPort(e, endpoint) is { } port)
        {
            // What Postgres refused was rolled back. What else is undecided was lost on its way, or never sent.
            var outcome = port.Trouble is PortTrouble.Refused ? WriteOutcome.Rejected : WriteOutcome.Unknown;
            foreach (var row in rows)
            {
                row.Result ??= row.Outcome(outcome, port.Message);
            }
        }

        return rows.ConvertAll(row => row.Result!);
    }

    // A key stands in a chunk once: a statement would take only one of two rows for it, and not say which.
    private static IEnumerable<(WriteStatement Statement, PendingRow[] Rows)> Chunks(IWriteTable table, List<PendingRow> rows)
    {
        var open = new Dictionary<WriteStatement, (List<PendingRow> Rows, HashSet<string> Keys)>();
        foreach (var row in rows)
        {
            if (table.Prepare(row) is not { } statement)
            {
                continue;
            }

            ref var chunk = ref CollectionsMarshal.GetValueRefOrAddDefault(open, statement, out var exists);
            chunk = exists ? chunk : ([], new(StringComparer.Ordinal));
            var isRepeated = row.Write.Key is { } key && !chunk.Keys.Add(key);
            PendingRow[]? full = null;
            if (isRepeated || chunk.Rows.Count == ChunkRows)
            {
                full = [.. chunk.Rows];
                chunk = ([], new(StringComparer.Ordinal));
                chunk.Keys.Add(row.Write.Key ?? "");
            }

            chunk.Rows.Add(row);
            if (full is not null)
            {
                yield return (statement, full);
            }
        }

        foreach (var (statement, chunk) in open)
        {
            yield return (statement, [.. chunk.Rows]);
        }
    }

    private async Task WriteChunkAsync(IWriteTable table, WriteStatement statement, PendingRow[] rows, CancellationToken cancellationToken)
    {
        if (await TryAsync(table, statement, rows, cancellationToken) is not { } problem)
        {
            return;
        }

        if (rows.Length == 1)
        {
            rows[0].Result = rows[0].Outcome(WriteOutcome.Rejected, problem);
            return;
        }

        var half = rows.Length / 2;
        await WriteChunkAsync(table, statement, rows[..half], cancellationToken);
        await WriteChunkAsync(table, statement, rows[half..], cancellationToken);
    }

    // One unit. Null when it is committed, or why it was rolled back.
    private async Task<string?> TryAsync(IWriteTable table, WriteStatement statement, PendingRow[] rows, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var unit = await PgUnit.BeginAsync(connection, within, cancellationToken);
                if (await statement.RunAsync(connection, rows, cancellationToken) is { } problem)
                {
                    return problem;
                }

                // Not cancellable: an answer that is a moment away is worth more than not knowing.
                _committing = within is null;
                await unit.CommitAsync(CancellationToken.None);
                Array.ForEach(rows, row => row.Result = row.Draft);
                return null;
            }
            catch (PostgresException e) when (PgErrors.IsWorthRepeating(e) && attempt < Attempts)
            {
                // Everything was rolled back, and the other transaction is through.
                continue;
            }
            catch (PostgresException e) when (PgErrors.IsRowFault(e))
            {
                return rows.Length == 1 ? RowReasons.Of(e, rows[0].Write, table.Relation) : PgErrors.Words(e);
            }
        }
    }
}
