namespace ReverseEtl.State.Tables;

/// <summary>
/// SQL that goes through an index of (mapping, key) whatever the planner believes. A plain <c>key = any(…)</c> lets it read all rows of
/// the mapping where statistics lag behind, and during a first load they do; <c>offset 0</c> keeps each look-up by itself.
/// </summary>
internal static class ByKey
{
    /// <summary>Rows of the mapping <c>@Id</c> with one of the keys <c>@keys</c>.</summary>
    /// <param name="columns">Columns, the table being called <c>r</c>.</param>
    /// <param name="table">Table.</param>
    /// <param name="column">The key's column.</param>
    /// <param name="condition">What else must hold.</param>
    public static string Select(string columns, string table, string column = "key", string condition = "true") =>
        $"""
         select {columns}
           from (select distinct unnest(@keys) as key) as wanted
          cross join lateral (select r.* from retl.{table} r where r.mapping_id = @Id and r.{column} = wanted.key and {condition} offset 0) r
         """;

    /// <summary>Deletes the rows of the mapping <c>@Id</c> with one of the keys <c>@keys</c>.</summary>
    public static string Delete(string table, string column = "key") =>
        $"""
         delete from retl.{table} where ctid = any(array(
             select r.ctid
               from (select distinct unnest(@keys) as key) as wanted
              cross join lateral (select r.ctid from retl.{table} r where r.mapping_id = @Id and r.{column} = wanted.key offset 0) r))
         """;

    /// <summary>Deletes the rows of the mapping <c>@Id</c> with one of the pairs of <c>@keys</c> and <c>@sides</c>.</summary>
    public static string DeleteSides(string table) =>
        $"""
         delete from retl.{table} where ctid = any(array(
             select r.ctid
               from unnest(@keys, @sides) as wanted(key, side)
              cross join lateral (select r.ctid from retl.{table} r where r.mapping_id = @Id and r.key = wanted.key and r.side = wanted.side offset 0) r))
         """;
}
