using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Benchmarks.Stage;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Benchmarks.Lines;
using Spectre.Console;

namespace ReverseEtl.Benchmarks;

/// <summary>What the benchmarks share: the database server, the fake and the databases, each made when it is first asked for.</summary>
/// <param name="folder">Where all of it lives; kept for the next time.</param>
/// <param name="console">Progress, for people.</param>
/// <param name="pairs">How many pairs of runs a ratio is taken from.</param>
/// <param name="isLarge">Whether the sizes that take long are wanted too.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class Bench(string folder, IAnsiConsole console, int pairs, bool isLarge, CancellationToken cancellationToken) : IAsyncDisposable
{
    /// <summary>The size that most is measured at.</summary>
    public const long Million = 1_000_000;

    private Warehouse? _warehouse;
    private Fake? _fake;
    private HotAccounts? _hot;

    /// <summary>How many pairs of runs a ratio is taken from.</summary>
    public int Pairs => pairs;

    /// <summary>Whether the sizes that take long are wanted too.</summary>
    public bool IsLarge => isLarge;

    /// <summary>Ends everything.</summary>
    public CancellationToken Stopping => cancellationToken;

    /// <summary>Where files may be put.</summary>
    public string Folder => folder;

    /// <summary>Tells people what goes on.</summary>
    public void Say(string what) => console.MarkupLineInterpolated($"[grey]{what}[/]");

    /// <summary>The database server.</summary>
    public async Task<Warehouse> WarehouseAsync() =>
        _warehouse ??= await Warehouse.StartAsync(Path.Combine(folder, "postgres"), cancellationToken);

    /// <summary>The CRMs, with <see cref="Model.HotAccounts"/>. They stay as they are: whoever changes records has CRMs of its own.</summary>
    public async Task<Fake> FakeAsync()
    {
        if (_fake is null)
        {
            _fake = await Fake.StartAsync(cancellationToken);
            _hot = await _fake.HeatAsync(await WarehouseAsync(), cancellationToken);
        }

        return _fake;
    }

    /// <summary>Measures something with what it costs the database server.</summary>
    public async Task<Sample> BesideDatabaseAsync(Func<Task<Sample>> run)
    {
        var warehouse = await WarehouseAsync();
        var before = warehouse.Cpu;
        var sample = await run();
        return sample with { DatabaseCpu = warehouse.Cpu - before };
    }

    /// <summary>A model of so many rows and a state that is in step with it; made once and kept.</summary>
    public async Task<Workplace> InStepAsync(long rows, Comparer comparer = Comparer.Daemon)
    {
        var (warehouse, fake) = (await WarehouseAsync(), await FakeAsync());
        var database = $"accounts_{rows}";
        var place = Workplace.Make(Path.Combine(folder, database), warehouse, database, "salesforce", fake, comparer);
        var seeding = new Seeding(place, _hot!);
        if (!await warehouse.HasAsync(database, cancellationToken) || !await seeding.RefreshAsync(cancellationToken) || !await IsInStepAsync(place, rows))
        {
            Say($"making {rows:N0} rows and a state that is in step with them");
            await warehouse.MakeAsync(database, cancellationToken);
            await warehouse.SqlAsync(database, Model.Create(rows), cancellationToken);
            await seeding.FillAsync(cancellationToken);
            await warehouse.SqlAsync(database, "vacuum analyze", cancellationToken);
            await warehouse.SqlAsync(database, "checkpoint", cancellationToken);
            if (!await IsInStepAsync(place, rows))
            {
                await warehouse.DropAsync(database, cancellationToken);
                throw new InvalidOperationException($"The state that was made for {rows:N0} rows is not in step with them: Seeding does not do what a first load does.");
            }
        }

        return place;
    }

    /// <summary>The same in a database that may be changed: a copy that nobody uses again.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="database">What the copy is called.</param>
    /// <param name="comparer">Who compares the rows.</param>
    /// <param name="fake">CRMs that may be changed too, in step with it; null for those that all share.</param>
    public async Task<Workplace> CopyInStepAsync(long rows, string database, Comparer comparer = Comparer.Daemon, Fake? fake = null)
    {
        var original = await InStepAsync(rows);
        var warehouse = await WarehouseAsync();
        fake ??= await FakeAsync();
        await warehouse.MakeAsync(database, cancellationToken, original.Database);
        return Workplace.Make(Path.Combine(folder, database), warehouse, database, "salesforce", fake, comparer);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_fake is not null)
        {
            await _fake.DisposeAsync();
        }

        if (_warehouse is not null)
        {
            await _warehouse.DisposeAsync();
        }
    }

    private async Task<bool> IsInStepAsync(Workplace place, long rows)
    {
        await using var worker = Worker.Start(Roles.Cycle, place.Folder);
        return Cycles.IsQuiet(await worker.AskAsync("proof", cancellationToken), rows);
    }
}
