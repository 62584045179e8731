using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Stage;
using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>What a pair takes on disk with its indexes, after a vacuum, and again after ten cycles in each of which one row in a hundred changed.</summary>
internal sealed class StateSize : IBenchmark
{
    private const long Rows = 100_000;
    private const int CyclesOfChange = 10;
    private const int Every = 100;
    private const double TargetBytes = 400;
    private const double MostGrowth = 1.05;

    public string Name => "state";

    public string About => "bytes a pair on disk, indexes included, and what ten cycles of 1 % change add";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        await using var shifts = await Shifts.OpenAsync(bench, "state_size", Rows);
        var warehouse = await bench.WarehouseAsync();
        var database = shifts.Place.Database;
        await warehouse.SqlAsync(database, "vacuum", bench.Stopping);
        var before = await BytesAsync("pg_total_relation_size('retl.pair')");
        for (var n = 0; n < CyclesOfChange; n++)
        {
            await shifts.ChangeAsync(Every, n * Model.HotEvery);
            await shifts.RestAsync();
        }

        var after = await BytesAsync("pg_total_relation_size('retl.pair')");
        var all = await BytesAsync("(select sum(pg_total_relation_size(c.oid)) from pg_class c where c.relnamespace = 'retl'::regnamespace and c.relkind = 'r')::bigint");
        var worst = await WorstAsync(bench, warehouse);
        return
        [
            new Figure($"{Name}.pair", before, "bytes") { Baseline = $"{Rows:N0} pairs of ten fields with one owner, kept by the CRM as they were sent; after a vacuum" }
                .AtMost(TargetBytes),
            new Figure($"{Name}.pair.worst", worst, "bytes") { Baseline = "the same where the CRM spells every value its own way" }.AtMost(TargetBytes),
            new Figure($"{Name}.pair.after", after, "bytes") { Baseline = $"after {CyclesOfChange} cycles of 1 % change, no vacuum by hand" }.AtMost(TargetBytes),
            new Figure($"{Name}.growth", after / before, "ratio") { Baseline = "after by before" }.AtMost(MostGrowth),
            new Figure($"{Name}.all", all, "bytes") { Baseline = $"all tables of the state then, with the history of {CyclesOfChange * Rows / Every:N0} changes, by pair" },
        ];

        async Task<double> BytesAsync(string size) => await warehouse.AskAsync<long>(database, $"select {size}", bench.Stopping) / (double)Rows;
    }

    private static async Task<double> WorstAsync(Bench bench, Warehouse warehouse)
    {
        const string database = "state_worst";
        var place = Workplace.Make(Path.Combine(bench.Folder, database), warehouse, database, "salesforce", await bench.FakeAsync(), Comparer.Daemon);
        await warehouse.MakeAsync(database, bench.Stopping);
        await warehouse.SqlAsync(database, Model.Create(Rows), bench.Stopping);
        await new Seeding(place, HotAccounts.None) { IsSpelledOtherwise = true }.FillAsync(bench.Stopping);
        await warehouse.SqlAsync(database, "vacuum", bench.Stopping);
        var bytes = await warehouse.AskAsync<long>(database, "select pg_total_relation_size('retl.pair')", bench.Stopping);
        await warehouse.DropAsync(database, bench.Stopping);
        return bytes / (double)Rows;
    }
}
