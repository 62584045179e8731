using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Models.States;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>Sees everything that becomes durable in the state, also when the process that wrote it never learns of it.</summary>
public sealed class StateWatch(StateMemory memory, EventLog log, Func<DateTimeOffset> now)
{
    private readonly Dictionary<string, Known> _known = Table.All.ToDictionary(t => t.Name, _ => new Known(), StringComparer.Ordinal);

    /// <summary>Notes what changed since the last look.</summary>
    public void Note()
    {
        foreach (var table in Table.All)
        {
            Note(table.Name, memory.Data.Find(table.Name), _known[table.Name]);
        }
    }

    /// <summary>An older state was put back: what is missing now was not undone by the engine.</summary>
    public void Restored(DateTimeOffset of)
    {
        log.Add(new StateRestored(now(), of));
        foreach (var table in Table.All)
        {
            _known[table.Name].Forget(memory.Data.Find(table.Name));
        }

        Note();
    }

    private void Note(string mapping, MappingData? data, Known known)
    {
        if (data is null)
        {
            return;
        }

        Pairs(mapping, data, known);
        foreach (var intent in data.Intents.All.Where(i => known.Intents.TryAdd(i.Id, i)))
        {
            log.Add(new IntentJournalled(now(), mapping, intent));
        }

        foreach (var (id, intent) in known.Intents.Where(k => !data.Intents.All.Any(i => i.Id == k.Key)).ToList())
        {
            known.Intents.Remove(id);
            log.Add(new IntentClosed(now(), mapping, intent));
        }

        for (; known.Losses < data.History.Losses.Count; known.Losses++)
        {
            log.Add(new LossRecorded(now(), mapping, data.History.Losses[known.Losses].Loss));
        }

        for (; known.Changes < data.History.Changes.Count; known.Changes++)
        {
            log.Add(new ChangeNoted(now(), mapping, data.History.Changes[known.Changes].Change));
        }

        foreach (var row in data.Conflicts.All.Where(r => known.Questions.GetValueOrDefault(r.Conflict.Id) != r).ToList())
        {
            known.Questions[row.Conflict.Id] = row;
            log.Add(new QuestionChanged(now(), mapping, row.Conflict, row.Outcome));
        }

        Rejects(mapping, data, known);
        foreach (var side in new[] { Side.Warehouse, Side.Crm })
        {
            if (data.Attention.Watermark(side) is { } mark && known.Marks.GetValueOrDefault(side) != mark)
            {
                known.Marks[side] = mark;
                log.Add(new WatermarkMoved(now(), mapping, side, mark));
            }
        }
    }

    private void Pairs(string mapping, MappingData data, Known known)
    {
        var pairs = AllPairs(data);
        foreach (var pair in pairs.Where(p => !Same(known.Pairs.GetValueOrDefault(p.Key), p)))
        {
            known.Pairs[pair.Key] = pair;
            log.Add(new PairStored(now(), mapping, pair.Key, pair, [.. data.Fields.Names]));
        }

        foreach (var key in known.Pairs.Keys.Where(k => !pairs.Exists(p => p.Key == k)).ToList())
        {
            known.Pairs.Remove(key);
            log.Add(new PairStored(now(), mapping, key, null, []));
        }
    }

    private void Rejects(string mapping, MappingData data, Known known)
    {
        foreach (var reject in data.Rejects.All.Select(r => r.Reject).Where(r => known.Rejects.GetValueOrDefault((r.Key, r.Side)) != r).ToList())
        {
            known.Rejects[(reject.Key, reject.Side)] = reject;
            log.Add(new RejectChanged(now(), mapping, reject, Stands: true));
        }

        foreach (var (key, reject) in known.Rejects.Where(k => !data.Rejects.All.Any(r => (r.Reject.Key, r.Reject.Side) == k.Key)).ToList())
        {
            known.Rejects.Remove(key);
            log.Add(new RejectChanged(now(), mapping, reject, Stands: false));
        }
    }

    private static List<Pair> AllPairs(MappingData data) => [.. data.Pairs.All([.. Enumerable.Range(0, data.Fields.Names.Count)])];

    private static bool Same(Pair? a, Pair b) => a is not null && a with { Bases = b.Bases } == b && a.Bases.AsSpan().SequenceEqual(b.Bases);

    private sealed class Known
    {
        public Dictionary<string, Pair> Pairs { get; } = new(StringComparer.Ordinal);

        public Dictionary<long, Intent> Intents { get; } = [];

        public Dictionary<long, ConflictHistory> Questions { get; } = [];

        public Dictionary<(string, Side), Reject> Rejects { get; } = [];

        public Dictionary<Side, Watermark> Marks { get; } = [];

        public int Losses { get; set; }

        public int Changes { get; set; }

        public void Forget(MappingData? data)
        {
            Pairs.Clear();
            Intents.Clear();
            Questions.Clear();
            Rejects.Clear();
            Marks.Clear();
            (Losses, Changes) = (data?.History.Losses.Count ?? 0, data?.History.Changes.Count ?? 0);
        }
    }
}
