using ReverseEtl.Core.Planning;
using System.Data.Common;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>The journal of writes whose outcome is not known yet.</summary>
internal sealed class IntentJournal(MappingContext context)
{
    /// <summary>Columns in the order of <see cref="Read"/>.</summary>
    public const string Columns = "id, key, crm_id, side, action, epoch, fields, seen_version, run, prepared_at, send_deadline";

    private const string CheckVersion = "select count(*) from retl.mapping where id = @Id and version = @Version";

    private const string Insert =
        """
        insert into retl.intent (id, run, seen_version, prepared_at, send_deadline, epoch, mapping_id, side, action, key, crm_id, fields)
        select w.id, w.run, w.seen_version, w.prepared_at, w.send_deadline, w.epoch, @Id, w.side, w.action, w.key, w.crm_id, w.fields
          from unnest(@ids, @runs, @seen, @prepared, @deadlines, @epochs, @sides, @actions, @keys, @crmIds, @fields)
            as w(id, run, seen_version, prepared_at, send_deadline, epoch, side, action, key, crm_id, fields)
        on conflict (mapping_id, key, side) do nothing
        returning id
        """;

    private const string Reserve =
        "insert into retl.reservation (epoch, mapping_id, key) select w.epoch, @Id, w.key from unnest(@keys, @epochs) as w(key, epoch)";

    public Task<List<Intent>> OpenAsync(CancellationToken cancellationToken) => context.Session.QueryAsync(
        $"select {Columns} from retl.intent where mapping_id = @Id order by id", new { context.Id }, Read, cancellationToken);

    public async Task<IReadOnlyList<long>> PrepareAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        if (intents.Count == 0)
        {
            return [];
        }

        var session = context.Session;
        return await session.InTransactionAsync(
            async () =>
            {
                await context.Lease.KeepAsync(session, cancellationToken);
                if (await session.ScalarAsync<long>(CheckVersion, new { context.Id, context.Version }, cancellationToken) != 1)
                {
                    throw new PortException(PortTrouble.Unavailable, $"Mapping '{context.Lease.Mapping}' has another version by now; nothing was journalled.");
                }

                return await JournalAsync(intents, cancellationToken);
            },
            cancellationToken);
    }

    public Task CloseAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            "delete from retl.intent where mapping_id = @Id and id = any(@ids)", new { context.Id, ids = ids.ToArray() }, cancellationToken);

    /// <summary>One row of <see cref="Columns"/>.</summary>
    public static Intent Read(DbDataReader row) => new(
        row.GetString(1),
        row.TextOrNull(2),
        (Side)row.GetInt16(3),
        (RecordAction)row.GetInt16(4),
        row.GetInt32(5),
        IntentCodec.Unpack(row.GetFieldValue<byte[]>(6)),
        row.GetFieldValue<DateTimeOffset>(7),
        row.GetInt64(8),
        row.GetFieldValue<DateTimeOffset>(9),
        row.GetFieldValue<DateTimeOffset>(10))
    {
        Id = row.GetInt64(0),
    };

    private async Task<IReadOnlyList<long>> JournalAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        var epochs = (await context.Session.QueryAsync(
            ByKey.Select("r.key, r.epoch", "every_pair"),
            new { context.Id, keys = intents.Select(intent => intent.Key).ToArray() },
            row => (Key: row.GetString(0), Epoch: row.GetInt32(1)),
            cancellationToken)).ToDictionary(pair => pair.Key, pair => pair.Epoch, StringComparer.Ordinal);

        // A pair that is not there yet has no epoch to be out of date: its record is being created or linked.
        bool MayBeSent(Intent intent) =>
            epochs.TryGetValue(intent.Key, out var epoch) ? epoch == intent.Epoch : intent.Action is RecordAction.Create or RecordAction.Link;

        var ids = await context.Session.QueryAsync(
            "select nextval('retl.intent_id') from generate_series(1, @Count)", new { intents.Count }, row => row.GetInt64(0), cancellationToken);
        var wanted = intents.Zip(ids, (intent, id) => intent with { Id = id }).Where(MayBeSent).ToList();
        var journalled = (await context.Session.QueryAsync(Insert, Parameters(wanted), row => row.GetInt64(0), cancellationToken)).ToHashSet();
        await ReserveAsync(
            wanted.FindAll(intent =>
                intent.Action is RecordAction.Create && intent.Side is Side.Crm && journalled.Contains(intent.Id) && !epochs.ContainsKey(intent.Key)),
            cancellationToken);
        return ids.ConvertAll(id => journalled.Contains(id) ? id : 0);
    }

    private Task ReserveAsync(List<Intent> creates, CancellationToken cancellationToken) =>
        creates.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            Reserve,
            new { context.Id, keys = creates.Select(intent => intent.Key).ToArray(), epochs = creates.Select(intent => intent.Epoch).ToArray() },
            cancellationToken);

    private object Parameters(List<Intent> intents) => new
    {
        context.Id,
        ids = intents.Select(intent => intent.Id).ToArray(),
        runs = intents.Select(intent => intent.Run).ToArray(),
        seen = intents.Select(intent => intent.SeenVersion.ToUniversalTime()).ToArray(),
        prepared = intents.Select(intent => intent.PreparedAt.ToUniversalTime()).ToArray(),
        deadlines = intents.Select(intent => intent.SendDeadline.ToUniversalTime()).ToArray(),
        epochs = intents.Select(intent => intent.Epoch).ToArray(),
        sides = intents.Select(intent => (short)intent.Side).ToArray(),
        actions = intents.Select(intent => (short)intent.Action).ToArray(),
        keys = intents.Select(intent => intent.Key).ToArray(),
        crmIds = intents.Select(intent => intent.CrmId).ToArray(),
        fields = intents.Select(intent => IntentCodec.Pack(intent.Fields)).ToArray(),
    };
}
