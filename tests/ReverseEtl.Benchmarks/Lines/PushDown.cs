using System.Diagnostics;
using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Benchmarks.Stage;
using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>The unchanged cycle where the warehouse finds the difference itself, against the plain SQL query for it.</summary>
internal sealed class PushDown : IBenchmark
{
    private const double Target = 1.2;
    private const string Database = "push_down";

    // Of the hashes that Postgres has, this one took the least time over a million such rows.
    private static readonly string Print = $"hashtextextended(concat_ws('|', {string.Join(", ", Fields.All.Select(f => $"coalesce(m.{f.Column}::text, '\\')"))}), 0)";

    // A team that keeps a fingerprint a row beside the model would find what moved by this.
    private static readonly string Difference =
        $"select account_id from {Model.Table} m full join analytics.prints p using (account_id) where p.print is distinct from {Print}";

    public string Name => "push-down";

    public string About => "cycle over 1 M unchanged rows by push-down, against the plain SQL difference query by psql";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var place = await bench.CopyInStepAsync(Bench.Million, Database, Comparer.Warehouse);
        var warehouse = await bench.WarehouseAsync();
        await warehouse.SqlAsync(Database, $"create table analytics.prints as select account_id, {Print} as print from {Model.Table} m", bench.Stopping);
        await warehouse.SqlAsync(Database, "alter table analytics.prints add primary key (account_id)", bench.Stopping);
        await using var cycle = Worker.Start(Roles.Cycle, place.Folder);

        // The comparer changed, so every pair is stamped once.
        var cold = await Cycles.RunAsync(bench, cycle, Bench.Million, 0);
        await warehouse.SqlAsync(Database, "vacuum full retl.pair", bench.Stopping);
        await warehouse.SqlAsync(Database, "vacuum analyze", bench.Stopping);
        await QueryAsync();
        var contest = new Contest(bench.Pairs);
        await contest.RunAsync(("cycle", () => Cycles.RunAsync(bench, cycle, Bench.Million, 0)), ("SQL difference by psql", () => bench.BesideDatabaseAsync(QueryAsync)));
        return
        [
            contest.Ratio(Name, "cycle", "SQL difference by psql").AtMost(Target),
            contest.CpuRatio($"{Name}.cpu", "cycle", "SQL difference by psql"),
            new Figure($"{Name}.seconds", contest.Of("cycle").Wall, "s") { Baseline = $"the first one, after the comparer changed: {cold}" },
        ];

        async Task<Sample> QueryAsync() => (await ChildRun.RunAsync(
            new ProcessStartInfo(Psql.Path, ["-X", "-q", "-A", "-t", "-o", "/dev/null", "-c", Difference, warehouse.Address(Database)]), bench.Stopping)).Sample;
    }
}
