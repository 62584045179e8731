namespace ReverseEtl.State;

/// <summary>The row of a mapping, made at the first opening or mark.</summary>
/// <param name="Id">Its number in all other tables.</param>
/// <param name="VersionChanged">
/// Whether the version differs from the last opening's, or did at an opening since which no run has finished: a daemon that died while it
/// read everything again must do so again.
/// </param>
/// <param name="FirstLoadDone">Whether the first load was finished.</param>
internal sealed record MappingRow(short Id, bool VersionChanged, bool FirstLoadDone)
{
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

    /// <summary>Stores the version that is opened.</summary>
    public static async Task<MappingRow> OpenAsync(Session session, short id, Guid version, CancellationToken cancellationToken) =>
        (await session.QueryAsync(
            """
            update retl.mapping
               set version = @version,
                   version_pending = version_pending or (version is not null and version <> @version)
             where id = @id
            returning version_pending, first_load_at is not null
            """,
            new { id, version },
            row => new MappingRow(id, row.GetBoolean(0), row.GetBoolean(1)),
            cancellationToken))[0];
}
