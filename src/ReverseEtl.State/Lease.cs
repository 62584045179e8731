using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State;

/// <summary>
/// The right to work on a mapping, by the clock of the database. What counts is the fence: it rises with every holder, and every
/// transaction of a holder checks its own. The lock on top of it makes dry runs and live cycles keep out of each other's way, and ends
/// with the connection. Nobody but the holder knows the fence, so a holder that was overtaken can record nothing.
/// </summary>
/// <param name="Mapping">Name, for messages.</param>
/// <param name="Id">The mapping's number.</param>
/// <param name="Fence">0 in a dry run, which has the lock only.</param>
/// <param name="Time">How long it lasts without being kept.</param>
internal sealed record Lease(string Mapping, short Id, long Fence, TimeSpan Time)
{
    // A holder whose connection is gone can settle nothing any more: it died, or its next transaction fails. What it had under way is in
    // the journal, so a restart need not wait for the lease to run out.
    private const string HolderIsConnected = "exists (select from pg_stat_activity a where a.pid = l.backend_pid and coalesce(a.backend_start <= l.taken_at, true))";
    private const string StillHeld =
        $"select exists (select from retl.lease l where mapping_id = @Id and holder is not null and expires_at > clock_timestamp() and {HolderIsConnected})";

    /// <summary>Takes the lock of the mapping: of the session for a live cycle, of the transaction for a dry run.</summary>
    public static async Task<bool> TryLockAsync(Session session, string mapping, TimeSpan time, CancellationToken cancellationToken)
    {
        var sql = session.IsDryRun ? "select pg_try_advisory_xact_lock(@key)" : "select pg_try_advisory_lock(@key)";
        var parameters = new { key = LockKey(mapping) };
        if (await session.ScalarAsync<bool>(sql, parameters, cancellationToken))
        {
            return true;
        }

        return await EndStalledHolderAsync(session, mapping, time, cancellationToken)
            && await session.ScalarAsync<bool>(sql, parameters, cancellationToken);
    }

    /// <summary>Takes the lease; null when somebody else has it. The lock must be held.</summary>
    public static async Task<Lease?> TryTakeAsync(Session session, short id, string mapping, string holder, TimeSpan time, CancellationToken cancellationToken)
    {
        if (session.IsDryRun)
        {
            // A dry run that is not renewed for so long has stalled; ending it gives its locks back.
            await session.ExecuteAsync(
                "select set_config('idle_in_transaction_session_timeout', @limit, true)",
                new { limit = $"{Math.Max(1, (long)time.TotalMilliseconds)}ms" },
                cancellationToken);
            return await session.ScalarAsync<bool>(StillHeld, new { Id = id }, cancellationToken) ? null : new(mapping, id, 0, time);
        }

        var fence = await session.ScalarAsync<long>(
            $"""
            insert into retl.lease as l (mapping_id, holder, fence, taken_at, expires_at, backend_pid)
            values (@id, @holder, 1, clock_timestamp(), clock_timestamp() + @time, pg_backend_pid())
            on conflict (mapping_id) do update
               set holder = excluded.holder, fence = l.fence + 1, taken_at = excluded.taken_at, expires_at = excluded.expires_at,
                   backend_pid = excluded.backend_pid
             where l.holder is null or l.expires_at <= clock_timestamp() or not {HolderIsConnected}
            returning fence
            """,
            new { id, holder, time },
            cancellationToken);
        return fence == 0 ? null : new(mapping, id, fence, time);
    }

    /// <summary>
    /// Keeps the lease, and within a transaction holds it until the end of that: nobody overtakes a transaction that has begun. A
    /// lease that ran out and that nobody took is still ours.
    /// </summary>
    /// <exception cref="PortException">It was lost.</exception>
    public async Task KeepAsync(Session session, CancellationToken cancellationToken)
    {
        var kept = session.IsDryRun
            ? await session.ScalarAsync<int>("select 1", null, cancellationToken)
            : await session.ExecuteAsync(
                "update retl.lease set expires_at = clock_timestamp() + @Time where mapping_id = @Id and fence = @Fence", this, cancellationToken);
        if (kept != 1)
        {
            throw StateFailure.LeaseLost(Mapping);
        }
    }

    /// <summary>Gives the lease and the lock back.</summary>
    public Task ReleaseAsync(Session session, CancellationToken cancellationToken) => session.ExecuteAsync(
        """
        update retl.lease set holder = null, expires_at = clock_timestamp() where mapping_id = @Id and fence = @Fence;
        select pg_advisory_unlock_all();
        """,
        this,
        cancellationToken);

    private static long LockKey(string mapping) => (long)(ulong)(Fingerprint.OfText($"retl.mapping:{mapping}").Bits >> 64);

    // A holder whose lease ran out may sit in a paused process whose connection, and so its lock, still stands. One that the server
    // works for, or has worked for since, is not stalled: its settlement renews the lease when it is done.
    private static async Task<bool> EndStalledHolderAsync(Session session, string mapping, TimeSpan time, CancellationToken cancellationToken) =>
        await session.ScalarAsync<bool>(
            """
            select pg_terminate_backend(k.pid, 5000)
              from retl.lease l
              join retl.mapping m on m.id = l.mapping_id
              join pg_locks k on k.pid = l.backend_pid and k.locktype = 'advisory' and k.granted and k.objsubid = 1
                             and ((k.classid::bigint << 32) | k.objid::bigint) = @key
              join pg_stat_activity a on a.pid = k.pid and (a.state <> 'active' or a.wait_event_type = 'Client')
                                     and a.state_change <= greatest(l.expires_at, clock_timestamp() - @time)
              join pg_database d on d.oid = k.database and d.datname = current_database()
             where m.name = @mapping and l.holder is not null and l.expires_at <= clock_timestamp()
            """,
            new { mapping, time, key = LockKey(mapping) },
            cancellationToken);
}
