using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.Integration.Support;
using ReverseEtl.Simulation.Models.States;
using ReverseEtl.Simulation.Models.Warehouses;

namespace ReverseEtl.Integration.Twins;

/// <summary>One of two worlds in which the same happens: a real Postgres in one, the models of the simulation in the other.</summary>
internal sealed class Twin : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly World _world;
    private readonly People _people;

    private Twin(World world, string crm, IRows rows) => (_world, _people, Rows) = (world, new People(crm), rows);

    public IRows Rows { get; }

    private CrmScreen Screen => _world.Screen;

    private IStateReports Reports => _world.State.Reports;

    public static async Task<Twin> OverPostgresAsync(string crm)
    {
        var world = await World.StartAsync(crm);
        await world.SqlAsync(People.Tables);
        return new(world, crm, new PostgresRows(world));
    }

    public static async Task<Twin> OverMemoryAsync(string crm)
    {
        var world = await World.StartAsync(crm);
        await world.State.DisposeAsync();
        await world.Warehouse.DisposeAsync();
        var memory = new WarehouseMemory(world.Time);
        world.State = new InMemoryStateStore(new StateMemory(world.Time));
        world.Warehouse = new InMemoryWarehouse(memory);
        return new(world, crm, new MemoryRows(memory));
    }

    /// <summary>A person typed into the CRM.</summary>
    public void Type(string email, string lastName)
    {
        Later();
        Screen.Create(_people.Contacts, (_people["email"], email), (_people["last_name"], lastName));
    }

    /// <summary>A person in the CRM edits the n-th live record, if there is one.</summary>
    public void Edit(int n, string column, string? value) => OnRecord(n, id => Screen.Edit(_people.Contacts, id, (_people[column], value)));

    /// <summary>A person in the CRM deletes the n-th live record.</summary>
    public void Delete(int n) => OnRecord(n, id => Screen.Delete(_people.Contacts, id));

    /// <summary>A person in the CRM merges two records.</summary>
    public void Merge(int winner, int loser)
    {
        var ids = Screen.Ids(_people.Contacts);
        if (ids.Count > 1 && winner % ids.Count != loser % ids.Count)
        {
            Later();
            Screen.Merge(_people.Contacts, ids[winner % ids.Count], ids[loser % ids.Count]);
        }
    }

    /// <summary>A person answers the n-th open question, if there is one.</summary>
    public async Task AnswerAsync(int n, ResolutionChoice choice)
    {
        var open = await Reports.ConflictsAsync(null, None);
        if (open.Count > 0)
        {
            var conflict = open.Select(report => report.Conflict).OrderBy(Question, StringComparer.Ordinal).ElementAt(n % open.Count);
            Assert.Null(await Reports.ResolveAsync(conflict.Id, new Resolution(choice, null, "tess"), _world.Time.GetUtcNow(), None));
        }
    }

    /// <summary>A person asks for another attempt at everything that was refused.</summary>
    public Task<int> RetryAsync() => Reports.RetryRejectsAsync(null, [], _world.Time.GetUtcNow(), None);

    /// <summary>One cycle. What it did, as text.</summary>
    public async Task<string> SyncAsync(Mapping mapping, CycleRequest request)
    {
        var report = await _world.SyncAsync(mapping, request);
        return $"{report.Result with { DurationMs = 0 }} {string.Join(" ", report.Held.Select(held => $"{held.Key}: {held.Reason}").Order(StringComparer.Ordinal))}";
    }

    /// <summary>Everything that can be seen of the world but times, a line a thing.</summary>
    public async Task<IReadOnlyList<string>> LookAsync(Mapping mapping, IEnumerable<string> keys)
    {
        var lines = new List<string>((await Rows.LookAsync()).Select(row => $"row {row}"));
        lines.AddRange(Screen.Ids(_people.Contacts).Select(id =>
            $"record {id} {string.Join('|', mapping.Fields.Select(field => Screen.Value(_people.Contacts, id, field.Crm)).Append(Screen.Value(_people.Contacts, id, mapping.Crm.Key)))}"));
        lines.AddRange((await Reports.ConflictsAsync(null, None)).Select(report => $"open {Question(report.Conflict)}").Order(StringComparer.Ordinal));
        lines.AddRange((await Reports.RejectsAsync(null, None)).Select(report =>
            $"reject {report.Reject.Key} {report.Reject.Side} {report.Reject.Class} {report.Reject.Retry} {report.Reject.Attempts}").Order(StringComparer.Ordinal));
        foreach (var status in await Reports.StatusAsync(None))
        {
            lines.Add($"status {status.Linked} {status.OpenConflicts} {status.Rejects} {status.OpenIntents} {status.Dirty} {status.Tombstones} {status.Losses}");
        }

        foreach (var key in keys)
        {
            lines.AddRange(await Reports.ExplainAsync(mapping.Name, key, None) is { } history ? Lines(key, history) : []);
        }

        return lines;
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private void OnRecord(int n, Action<string> act)
    {
        var ids = Screen.Ids(_people.Contacts);
        if (ids.Count > 0)
        {
            Later();
            act(ids[n % ids.Count]);
        }
    }

    private void Later() => _world.Time.Advance(TimeSpan.FromSeconds(2));

    private static IEnumerable<string> Lines(string key, RecordHistory history)
    {
        if (history.Pair is { } pair)
        {
            yield return $"{key} pair {pair.CrmId} {pair.State} epoch {pair.Epoch} settled {pair.WarehousePrint != Fingerprint.None} {pair.CrmPrint != Fingerprint.None}";
            yield return $"{key} bases {string.Join(", ", pair.Bases.Zip(history.FieldNames, (value, name) => $"{name.Crm} {value?.Origin} {value?.Warehouse} {value?.Crm}"))}";
        }

        foreach (var change in history.Changes.Select(row => row.Change))
        {
            yield return $"{key} change {change.CrmId} {change.Side} {change.Action} {string.Join(',', change.Fields)} {string.Join(',', change.Rules)}";
        }

        foreach (var (conflict, outcome, _) in history.Conflicts)
        {
            yield return $"{key} question {Question(conflict)} {outcome}";
        }

        foreach (var (_, loss) in history.Losses)
        {
            yield return $"{key} loss {loss.Side} {loss.Field} {loss.Value} {loss.Rule}";
        }

        yield return $"{key} aliases {string.Join(' ', history.Aliases)} missing {string.Join(' ', history.Tombstones.Select(row => row.Side))}";
    }

    private static string Question(Conflict conflict) =>
        $"{conflict.Kind} {conflict.Key} {conflict.CrmId} {conflict.Field} {conflict.BaseWarehouse} {conflict.BaseCrm} {conflict.Warehouse} {conflict.Crm} {conflict.Resolution}";
}
