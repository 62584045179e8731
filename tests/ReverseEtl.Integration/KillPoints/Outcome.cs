namespace ReverseEtl.Integration.KillPoints;

/// <summary>What is left on both sides and in the state, in words that are the same whatever ids and times a run gave.</summary>
/// <param name="Lines">Everything that is there at the end.</param>
/// <param name="Effects">Everything that was changed on the way, by the daemon alone.</param>
internal sealed record Outcome(IReadOnlyList<string> Lines, IReadOnlyList<string> Effects)
{
    private const string Rows = """
        select 'row ' || (to_jsonb(a) - 'updated_at')::text from accounts a
        union all select 'row ' || (to_jsonb(p) - 'updated_at')::text from people p
        """;

    private const string State = """
        select concat_ws(' ', 'pair', mapping, key, state) from retl.pairs
        union all select concat_ws(' ', 'open', mapping, key, field, kind, base_warehouse, base_crm, warehouse, crm)
            from retl.conflicts where closed_at is null
        union all select concat_ws(' ', 'closed', mapping, key, field, kind, outcome) from retl.conflicts where closed_at is not null
        union all select concat_ws(' ', 'loss', mapping, key, side, field, value) from retl.losses
        union all select concat_ws(' ', 'reject', m.name, r.key, r.class) from retl.reject r join retl.mapping m on m.id = r.mapping_id
        """;

    private const string Landed = """
        select 'landed ' || (to_jsonb(l) - '_landed_at')::text from crm_landing.accounts l
        union all select 'landed ' || (to_jsonb(l) - '_landed_at')::text from crm_landing.people l
        """;

    public static async Task<Outcome> SeeAsync(Stage stage, bool lands)
    {
        var records = stage.Accounts.Records().Values.Select(r => (Type: "Account", Record: r))
            .Concat(stage.People.Records().Values.Select(r => (Type: "contacts", Record: r))).ToList();
        var lines = records.Select(r => $"record {r.Type} {r.Record}")
            .Concat(await stage.RowsAsync(Rows))
            .Concat(await stage.StateAsync(State))
            .Concat(lands ? await stage.RowsAsync(Landed) : []);
        var effects = stage.Accounts.Effects.Concat(stage.People.Effects).Concat(await stage.RowsAsync("select line from proof.effect order by id"));

        // Ids differ from run to run where a record was made a second time; names do not.
        string Named(string line) => records.Aggregate(line, (text, r) => text.Replace(r.Record.Id, $"<{r.Record.Name}>", StringComparison.Ordinal));
        return new([.. lines.Select(Named).Order(StringComparer.Ordinal)], [.. effects.Select(Named).Order(StringComparer.Ordinal)]);
    }

    /// <summary>How this differs from what is right; empty when it does not.</summary>
    public string Against(Outcome right) => string.Join('\n',
    [
        .. Less(right.Lines, Lines, "lost"),
        .. Less(Lines, right.Lines, "not expected"),
        .. Less(right.Effects, Effects, "never done"),
        .. Less(Effects, right.Effects, "done too often"),
    ]);

    private static IEnumerable<string> Less(IReadOnlyList<string> all, IReadOnlyList<string> some, string what)
    {
        var left = all.ToList();
        foreach (var line in some)
        {
            left.Remove(line);
        }

        return left.Select(line => $"  {what}: {line}");
    }
}
