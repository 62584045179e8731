using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Benchmarks.Stage;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>A share of the rows changes, a cycle sends it, and another one sees it come back: on a database and CRMs of its own.</summary>
internal sealed class Shifts : IAsyncDisposable
{
    // More than Engine:PullOverlap, so that a cycle's own writes come back once and not in all later cycles too.
    private const int MinutesBetween = 20;

    private readonly Bench _bench;
    private readonly Workplace _place;
    private readonly Fake _fake;
    private readonly Worker _worker;
    private readonly long _rows;

    private Shifts(Bench bench, Workplace place, Fake fake, Worker worker, long rows) =>
        (_bench, _place, _fake, _worker, _rows) = (bench, place, fake, worker, rows);

    /// <summary>The folder and database that it works on.</summary>
    public Workplace Place => _place;

    /// <summary>Makes the database and warms up by one cycle.</summary>
    public static async Task<Shifts> OpenAsync(Bench bench, string database, long rows)
    {
        var fake = await Fake.StartAsync(bench.Stopping);
        await fake.HeatAsync(await bench.WarehouseAsync(), bench.Stopping);
        var place = await bench.CopyInStepAsync(rows, database, fake: fake);
        var shifts = new Shifts(bench, place, fake, Worker.Start(Roles.Cycle, place.Folder), rows);
        await shifts.RestAsync();
        return shifts;
    }

    /// <summary>Changes every so manieth row and measures the cycle that finds it out and sends it.</summary>
    public async Task<Sample> ChangeAsync(int every, int rest)
    {
        await (await _bench.WarehouseAsync()).SqlAsync(_place.Database, Model.Change(every, rest), _bench.Stopping);
        await _fake.ForwardAsync(MinutesBetween, _bench.Stopping);
        return await Cycles.RunAsync(_bench, _worker, _rows, _rows / every);
    }

    /// <summary>A cycle with nothing to do; what the one before wrote comes back in it.</summary>
    public async Task<Sample> RestAsync()
    {
        await _fake.ForwardAsync(MinutesBetween, _bench.Stopping);
        return await Cycles.RunAsync(_bench, _worker, _rows, 0);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _fake.DisposeAsync();
        await (await _bench.WarehouseAsync()).DropAsync(_place.Database, CancellationToken.None);
    }
}
