using System.Text.Json;
using ReverseEtl.Benchmarks.Processes;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>The simulated CRMs in their process.</summary>
internal sealed class Fake : IAsyncDisposable
{
    private readonly Worker _worker;

    private Fake(Worker worker, JsonElement urls)
    {
        _worker = worker;
        Salesforce = urls.GetProperty("salesforce").GetString()!;
        HubSpot = urls.GetProperty("hubspot").GetString()!;
    }

    /// <summary>Where the simulated Salesforce is.</summary>
    public string Salesforce { get; }

    /// <summary>Where the simulated HubSpot is.</summary>
    public string HubSpot { get; }

    /// <summary>Its process.</summary>
    public int Pid => _worker.Pid;

    /// <summary>Starts it, without any records.</summary>
    public static async Task<Fake> StartAsync(CancellationToken cancellationToken)
    {
        var worker = Worker.Start(Roles.Fake);
        return new Fake(worker, await worker.AskAsync("urls", cancellationToken));
    }

    /// <summary>Makes <see cref="Model.HotAccounts"/>; their ids, and when they were last changed.</summary>
    public async Task<HotAccounts> HeatAsync(Warehouse warehouse, CancellationToken cancellationToken)
    {
        var answer = await _worker.AskAsync($"hot {warehouse.ConnectionString("postgres")}", cancellationToken);
        return new HotAccounts([.. answer.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)], answer.GetProperty("at").GetDateTimeOffset());
    }

    /// <summary>Both CRMs are new and empty; counters are at zero.</summary>
    public Task ResetAsync(CancellationToken cancellationToken) => _worker.AskAsync("reset", cancellationToken);

    /// <summary>Makes Salesforce refuse every account whose number is a multiple of <paramref name="every"/>, until the next reset.</summary>
    public Task RefuseAsync(int every, CancellationToken cancellationToken) => _worker.AskAsync($"refuse {every}", cancellationToken);

    /// <summary>Lets the CRMs' clock jump ahead.</summary>
    public Task ForwardAsync(int minutes, CancellationToken cancellationToken) => _worker.AskAsync($"forward {minutes}", cancellationToken);

    /// <summary>Requests since the last reset, sign-in left out.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountersAsync(CancellationToken cancellationToken) =>
        (await _worker.AskAsync("counters", cancellationToken)).EnumerateArray().SelectMany(site => site.EnumerateObject())
        .Where(counter => !counter.Name.Contains("/oauth", StringComparison.Ordinal))
        .ToDictionary(counter => counter.Name, counter => counter.Value.GetInt32(), StringComparer.Ordinal);

    /// <summary>How many accounts or companies there are.</summary>
    public async Task<int> CountAsync(string crm, CancellationToken cancellationToken) =>
        (await _worker.AskAsync("counts", cancellationToken)).GetProperty(crm).GetInt32();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _worker.DisposeAsync();
}

/// <summary>The accounts that are really there; all others the state only believes in.</summary>
/// <param name="Ids">One every <see cref="Model.HotEvery"/> rows, in order.</param>
/// <param name="At">When they were last changed.</param>
internal sealed record HotAccounts(IReadOnlyList<string> Ids, DateTimeOffset At)
{
    /// <summary>No account at all.</summary>
    public static HotAccounts None { get; } = new([], DateTimeOffset.UnixEpoch);

    /// <summary>The account of a row; one that nobody will ever ask for where there is none.</summary>
    public string IdOf(long n) => n % Model.HotEvery == 0 && n / Model.HotEvery <= Ids.Count
        ? Ids[(int)(n / Model.HotEvery) - 1]
        : $"001Zz{n:0000000000}AAA";
}
