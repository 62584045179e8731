using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State;

/// <summary>The row of a mapping, made at the first opening or mark.</summary>
/// <param name="Id">Its number in all other tables.</param>
/// <param name="VersionChanged">
/// Whether the version differs from the last opening's, or did at an opening since which no run has finished: a daemon that died while it
/// read everything again must do so again.
/// </param>
/// <param name="FirstLoadDone">Whether the first load was finished.</param>
/// <param name="Anchor">This state, and the last run that was started.</param>
/// <param name="DoubtedThrough">The last run whose records are in doubt.</param>
/// <param name="Database">Which database this is, and as whom and how it is entered.</param>
internal sealed record MappingRow(short Id, bool VersionChanged, bool FirstLoadDone, StateAnchor Anchor, long? DoubtedThrough, string Database)
{
    // The very server process, its database, the role, and the settings that decide what names and texts mean. A Postgres warehouse tells
    // the same of itself: neither may know the other, and a test holds them together.
    private const string Identity =
        """
        concat_ws('/', extract(epoch from pg_postmaster_start_time()), (select oid from pg_database where datname = current_database()), current_user,
                  current_setting('search_path'), current_setting('TimeZone'), current_setting('DateStyle'), current_setting('IntervalStyle'))
        """;

    /// <summary>The mapping's number; made when it has none.</summary>
    public static async Task<short> IdAsync(Session session, string name, CancellationToken cancellationToken)
    {
        var id = await FindAsync(session, name, cancellationToken);
        if (id != 0)
        {
            return id;
        }

        await session.ExecuteAsync("insert into retl.mapping (name) values (@name) on conflict (name) do nothing", new { name }, cancellationToken);
        return await FindAsync(session, name, cancellationToken);
    }

    /// <summary>The mapping's number; 0 when it has none.</summary>
    public static Task<short> FindAsync(Session session, string name, CancellationToken cancellationToken) =>
        session.ScalarAsync<short>("select id from retl.mapping where name = @name", new { name }, cancellationToken);

    /// <summary>Stores the version and the limits that are opened, and makes rejects due that waited for the latter to change.</summary>
    public static async Task<MappingRow> OpenAsync(Session session, short id, StateOpening opening, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(
            """
            with moved as (
                update retl.mapping
                   set limits = @limits::uuid
                 where id = @id and @limits::uuid is not null and limits is distinct from @limits::uuid
                returning (select m.limits from retl.mapping m where m.id = @id) as before)
            update retl.reject r
               set next_attempt_at = @now
              from moved
             where moved.before is not null and r.mapping_id = @id and r.retry = @retry
            """,
            new
            {
                id,
                limits = opening.Limits == Fingerprint.None ? (Guid?)null : opening.Limits.ToUuid(),
                now = opening.Now,
                retry = (short)RetryRule.AfterChange,
            },
            cancellationToken);
        return await OpenAsync(session, id, opening.Version.ToUuid(), cancellationToken);
    }

    private static async Task<MappingRow> OpenAsync(Session session, short id, Guid version, CancellationToken cancellationToken) =>
        (await session.QueryAsync(
            $"""
            update retl.mapping
               set version = @version,
                   version_pending = version_pending or (version is not null and version <> @version)
             where id = @id
            returning version_pending, first_load_at is not null, (select i.id from retl.identity i), last_run, doubted_through, {Identity}
            """,
            new { id, version },
            row => new MappingRow(
                id, row.GetBoolean(0), row.GetBoolean(1), new(row.GetGuid(2), row.GetInt64(3)), row.IsDBNull(4) ? null : row.GetInt64(4), row.GetString(5)),
            cancellationToken))[0];
}
