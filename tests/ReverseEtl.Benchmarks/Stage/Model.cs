using System.Globalization;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>The warehouse model that everything is measured on.</summary>
internal static class Model
{
    /// <summary>The table.</summary>
    public const string Table = "analytics.accounts";

    /// <summary>How far apart the rows are whose accounts are really there.</summary>
    public const int HotEvery = 10;

    private const int MostHot = 1_000_000;

    private static string Columns => string.Join(", ", Fields.All.Select(f => f.Column));

    /// <summary>The model as every client reads it: all columns, in the byte order of the key.</summary>
    public static string Query => $"select account_id, {Columns} from {Table} order by 1";

    /// <summary>The key of a row.</summary>
    public static string Key(long n) => string.Create(CultureInfo.InvariantCulture, $"A-{n:00000000}");

    /// <summary>The number of the row with a key.</summary>
    public static long Number(string key) => long.Parse(key.AsSpan(2), CultureInfo.InvariantCulture);

    /// <summary>Makes the table with so many rows.</summary>
    public static string Create(long rows) => $"""
        create schema analytics;
        create table {Table} (account_id text not null, {string.Join(", ", Fields.All.Select(f => $"{f.Column} {f.SqlType}"))});
        insert into {Table} select 'A-' || lpad(n::text, 8, '0'), {string.Join(", ", Fields.All.Select(f => f.Sql))} from generate_series(1, {rows}::bigint) n;
        alter table {Table} add primary key (account_id);
        """;

    /// <summary>Changes one field of the rows whose number, divided by <paramref name="every"/>, leaves <paramref name="rest"/>.</summary>
    public static string Change(int every, int rest) => $"update {Table} set score = coalesce(score, 0) + 1 where {Among(every, rest)}";

    /// <summary>The same rows as a script sends them to Salesforce.</summary>
    public static string Changed(int every, int rest) =>
        $"select account_id as \"Warehouse_Id__c\", score as \"Score__c\" from {Table} where {Among(every, rest)}";

    /// <summary>
    /// Accounts as they are in Salesforce, as JSON, in order of the key: one every <see cref="HotEvery"/> rows of the first million. Only these
    /// are ever changed. Needs no table.
    /// </summary>
    public static string HotAccounts => $"""
        select json_strip_nulls(row_to_json(r))::text
          from (select 'A-' || lpad(n::text, 8, '0') as "Warehouse_Id__c", {string.Join(", ", Fields.All.Select(f => $"{f.Sql} as \"{f.Salesforce}\""))}
                  from generate_series({HotEvery}, {MostHot}::bigint, {HotEvery}) n) r
        """;

    /// <summary>The mapping file for one CRM.</summary>
    public static string Mapping(string crm) => $$"""
        version: 1
        name: accounts
        warehouse: { connection: main, table: {{Table}}, key: account_id }
        crm: { connection: {{crm}}, object: {{(crm == "salesforce" ? "Account" : "companies")}}, key: {{(crm == "salesforce" ? "Warehouse_Id__c" : "warehouse_id")}} }
        fields:
        {{string.Join('\n', Fields.All.Select(f => $"  - {{ warehouse: {f.Column}, crm: {(crm == "salesforce" ? f.Salesforce : f.HubSpot)}, owner: warehouse }}"))}}
        schedule: { push: 5m, pull: 5m }
        guard: { max_changes: 20% }

        """;

    private static string Among(int every, int rest) => $"substr(account_id, 3)::int % {every} = {rest}";
}
