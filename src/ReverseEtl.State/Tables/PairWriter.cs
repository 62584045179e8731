using Npgsql;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>Writes pairs: copied into a table of the session, then merged, so that unchanged rows are not written and a batch of any size costs a few statements.</summary>
internal sealed class PairWriter(MappingContext context)
{
    private const string Batch = "pg_temp.pair_batch";

    // The rows of one batch may swap ids or states; a unique index is checked row by row, so whatever moves lets go of its id first.
    private const string LetGo =
        """
        update retl.pair p
           set crm_id = null
          from pg_temp.pair_batch b
         where p.mapping_id = b.mapping_id and p.key = b.key and p.crm_id is not null
           and (p.crm_id is distinct from b.crm_id or p.state <> b.state)
        """;

    // In the order of keys, so that pages and indexes fill in the order in which prints are read.
    private const string Merge =
        """
        merge into retl.pair p using (select * from pg_temp.pair_batch order by key) b on p.mapping_id = b.mapping_id and p.key = b.key
        when matched and (p.crm_version, p.epoch, p.state, p.warehouse_print, p.crm_print, p.crm_id, p.base)
            is distinct from (b.crm_version, b.epoch, b.state, b.warehouse_print, b.crm_print, b.crm_id, b.base) then
            update set crm_version = b.crm_version, epoch = b.epoch, state = b.state, warehouse_print = b.warehouse_print,
                       crm_print = b.crm_print, crm_id = b.crm_id, base = b.base
        when not matched then
            insert (crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base)
            values (b.crm_version, b.epoch, b.mapping_id, b.state, b.warehouse_print, b.crm_print, b.key, b.crm_id, b.base)
        """;

    // A linked record is alive, whatever was merged away under its id before: the CRM restored it.
    private const string DropAliases =
        """
        delete from retl.alias a using pg_temp.pair_batch b
         where a.mapping_id = b.mapping_id and a.loser = b.crm_id and b.state = 1
        """;

    /// <summary>Stores pairs as they are now; at most one a key.</summary>
    public async Task StoreAsync(IReadOnlyList<Pair> pairs, CancellationToken cancellationToken)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        // Emptied here too: a dry run settles many times within its one transaction.
        await context.Session.ExecuteAsync(
            $"create temporary table if not exists pair_batch (like retl.pair) on commit delete rows; {(context.Session.IsDryRun ? $"truncate {Batch}" : "")}",
            null,
            cancellationToken);
        await context.Session.ImportAsync(
            $"{Batch} (crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base)", pairs, WriteAsync, cancellationToken);
        await context.Session.ExecuteAsync($"{LetGo}; {Merge}; {DropAliases}", null, cancellationToken);
    }

    public Task ForgetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        keys.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            "delete from retl.pair where mapping_id = @Id and key = any(@keys)", new { context.Id, keys = keys.ToArray() }, cancellationToken);

    private async Task WriteAsync(NpgsqlBinaryImporter row, Pair pair)
    {
        if (pair.Bases.Length != context.Fields.Count)
        {
            throw new ArgumentException($"A pair has {pair.Bases.Length} bases, the mapping {context.Fields.Count} fields.");
        }

        await row.TimeAsync(pair.CrmVersion);
        await row.NumberAsync(pair.Epoch);
        await row.NumberAsync(context.Id);
        await row.NumberAsync((short)pair.State);
        await row.UuidAsync(pair.WarehousePrint.ToUuid());
        await row.UuidAsync(pair.CrmPrint.ToUuid());
        await row.TextAsync(pair.Key);
        await row.TextAsync(pair.CrmId);
        await row.BytesAsync(BaseCodec.Pack(context.Fields.Numbers, pair.Bases));
    }
}
