using Npgsql;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>
/// Writes pairs: copied into a table of the session and merged from there, so that unchanged rows are not written and a batch of any
/// size costs a few statements.
/// </summary>
internal sealed class PairWriter(MappingContext context)
{
    private const string Batch = "pg_temp.pair_batch";

    // The rows of one batch may swap ids or states; a unique index is checked row by row, so whatever moves lets go of its id first.
    private const string LetGo =
        """
        update retl.pair set crm_id = null where ctid = any(array(
            select p.ctid
              from pg_temp.pair_batch b
             cross join lateral (
                select p.ctid, p.crm_id, p.state from retl.pair p where p.mapping_id = b.mapping_id and p.key = b.key and p.crm_id is not null offset 0) p
             where p.crm_id is distinct from b.crm_id or p.state <> b.state))
        """;

    // In the order of keys, so that pages and indexes fill in the order in which prints are read. Not MERGE, for
    // the reason given at ByKey: this finds its rows through the primary key.
    private const string Upsert =
        """
        insert into retl.pair as p (crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base, made, row_hash)
        select crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base, made, row_hash from pg_temp.pair_batch order by key
        on conflict (mapping_id, key) do update
           set crm_version = excluded.crm_version, epoch = excluded.epoch, state = excluded.state,
               warehouse_print = excluded.warehouse_print, crm_print = excluded.crm_print, crm_id = excluded.crm_id, base = excluded.base, made = excluded.made,
               row_hash = excluded.row_hash
         where (p.crm_version, p.epoch, p.state, p.warehouse_print, p.crm_print, p.crm_id, p.base, p.made, p.row_hash)
            is distinct from (excluded.crm_version, excluded.epoch, excluded.state, excluded.warehouse_print, excluded.crm_print,
                              excluded.crm_id, excluded.base, excluded.made, excluded.row_hash)
        """;

    private const string Stamp =
        """
        update retl.pair p set row_hash = s.hash
          from (select r.ctid, wanted.hash
                  from unnest(@keys, @prints, @hashes) as wanted(key, print, hash)
                 cross join lateral (
                    select r.ctid from retl.pair r
                     where r.mapping_id = @Id and r.key = wanted.key and r.warehouse_print = wanted.print and r.row_hash <> wanted.hash offset 0) r) s
         where p.ctid = s.ctid
        """;

    private static readonly string DropReservations = ByKey.Delete("reservation");

    // A linked record is alive, whatever was merged away under its id before: the CRM restored it.
    private static readonly string DropAliases = ByKey.Delete("alias", "loser");

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
            $"{Batch} (crm_version, epoch, mapping_id, state, warehouse_print, crm_print, key, crm_id, base, made, row_hash)", pairs, WriteAsync, cancellationToken);
        await context.Session.ExecuteAsync($"{LetGo}; {Upsert}", null, cancellationToken);
        await context.Session.ExecuteAsync(DropReservations, new { context.Id, keys = pairs.Select(pair => pair.Key).ToArray() }, cancellationToken);
        var linked = pairs.Where(pair => pair.State is PairState.Linked).Select(pair => pair.CrmId).ToArray();
        await context.Session.ExecuteAsync(DropAliases, new { context.Id, keys = linked }, cancellationToken);
    }

    /// <summary>Stamps pairs that are settled with the very row.</summary>
    public Task StampAsync(IReadOnlyList<RowStamp> stamps, CancellationToken cancellationToken) => stamps.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
        Stamp,
        new
        {
            context.Id,
            keys = stamps.Select(stamp => stamp.Key).ToArray(),
            prints = stamps.Select(stamp => stamp.Print.ToUuid()).ToArray(),
            hashes = stamps.Select(stamp => stamp.Hash).ToArray(),
        },
        cancellationToken);

    public Task ForgetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        keys.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            $"{ByKey.Delete("pair")}; {DropReservations}", new { context.Id, keys = keys.ToArray() }, cancellationToken);

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
        await row.FlagAsync(pair.IsOurs);
        await row.NumberAsync(pair.RowHash);
    }
}
